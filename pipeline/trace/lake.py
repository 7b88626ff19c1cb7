"""When the lake was filled last, as the schedule of jobs tells it. Pure."""

from datetime import datetime

from pipeline.contracts.jobs import JobOutcome, JobStatus

FILLING = "ingest"
"""The job that takes into the lake what is in the topics when it begins."""


def filled_at(job: JobStatus | None) -> datetime | None:
    """When the last run that ended well began; None when nothing is known of one."""
    runs = job.runs if job is not None else ()
    return max((run.started_at for run in runs if run.outcome is JobOutcome.DONE and run.started_at), default=None)
