"""The jobs, in one list. A new job is a module with a function `run(context) -> JobResult` and one entry here.

A job's module is imported when it runs: the schedule itself needs neither Spark nor NumPy.
"""

from __future__ import annotations

from importlib import import_module

from analytics.jobs.job import Job, JobContext, JobResult
from analytics.lake.lock import Lane, Part
from ops.errors import StartupError


def _module(name: str, context: JobContext) -> JobResult:
    result = import_module(f"analytics.jobs.{name}").run(context)
    if not isinstance(result, JobResult):
        raise TypeError(f"the job {name} gives no result")
    return result


def _job(name: str, about: str, *, at_start: bool = False, lane: Lane = Lane.LONG, holds: tuple[Part, ...] = ()) -> Job:
    clock, run = lambda s: str(getattr(s, f"{name}_cron")), lambda context: _module(name, context)
    return Job(name, about, clock, run, at_start, lane, holds)


JOBS: tuple[Job, ...] = (
    _job("ingest", "takes what is new in Kafka into the lake", at_start=True, lane=Lane.INTAKE, holds=(Part.PRODUCTS,)),
    _job("recommend", "learns what to recommend to whom", at_start=True),
    _job("forget", "deletes what people want forgotten", holds=(Part.PEOPLE,)),
    _job("verify", "compares the products in Kafka, the lake and the index"),
    _job("compact", "joins small files and deletes those that nobody needs"),
)


def named(name: str) -> Job:
    """The job of that name. Raises StartupError that lists the known ones."""
    for job in JOBS:
        if job.name == name:
            return job
    raise StartupError(f"There is no job `{name}`; choose from {', '.join(job.name for job in JOBS)}.")
