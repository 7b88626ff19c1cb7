"""The lake's service, and the history that the demo's simulated customers leave."""

from ops.downloads.report import Report
from ops.stack.part import FIRST_ANSWER, Group, Kind, Launch, Part, Site
from ops.stack.parts.services import Service, python


class AnalyticsPart(Service):
    """The schedule of jobs; it holds the Spark session as a child of its own."""

    name = "analytics"
    group = Group.LAKE
    after = FIRST_ANSWER
    requires = ("topics", "namenode", "datanode")
    ports = ("analytics",)
    command = ("analytics", "schedule")

    def fetch(self, report: Report) -> None:
        from ops.downloads.spark_jars import JARS

        JARS.fetch(report)


class HistoryPart(Part):
    """A month of simulated requests, once in a stack's life."""

    name = "history"
    kind = Kind.ONCE
    group = Group.DEMO
    after = FIRST_ANSWER
    requires = ("topics",)

    def launch(self, site: Site) -> Launch:
        return python(site, "-m", "pipeline", "simulate", "--days", "30", "--customers", "400")
