"""The lake's service."""

from ops.downloads.report import Report
from ops.stack.part import FIRST_ANSWER, PartGroup
from ops.stack.parts.services import ServicePart


class AnalyticsPart(ServicePart):
    """The schedule of jobs; it holds the Spark session as a child of its own."""

    name = "analytics"
    group = PartGroup.LAKE
    after = FIRST_ANSWER
    requires = ("topics", "namenode", "datanode")
    ports = ("analytics",)
    command = ("analytics", "schedule")

    def fetch(self, report: Report) -> None:
        from ops.downloads.spark_jars import JARS

        JARS.fetch(report)
