"""The jobs, in one list. A new job is a module with a function `run(work) -> Rows` and one line here."""

from __future__ import annotations

from analytics.jobs import ingest
from analytics.jobs.job import Job

JOBS: tuple[Job, ...] = (
    Job(
        "ingest",
        "takes what is new in Kafka into the lake",
        lambda settings: settings.ingest_cron,
        ingest.run,
        at_start=True,
    ),
)


def named(name: str) -> Job:
    """The job of that name. Raises StartupError that lists the known ones."""
    from ops.errors import StartupError

    for job in JOBS:
        if job.name == name:
            return job
    raise StartupError(f"There is no job `{name}`; choose from {', '.join(job.name for job in JOBS)}.")
