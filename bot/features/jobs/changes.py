"""Runs of jobs as what may be the cause of something. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.core.recent_changes import Change
from bot.ui.job_names import job_name
from bot.ui.locale import Texts
from pipeline.contracts.jobs import JobOutcome, JobStatus


def runs_since(jobs: Iterable[JobStatus], since: datetime, texts: Texts) -> Iterator[Change]:
    """The runs that began or ended since then."""
    for job in jobs:
        for run in job.runs:
            at = run.ended_at or run.started_at
            if at is None or at < since:
                continue
            name = job_name(job.name, texts)
            if run.outcome is JobOutcome.FAILED:
                yield Change(at, texts.plain("job “{job}” failed", job=name))
            elif run.outcome is JobOutcome.DONE:
                yield Change(at, texts.plain("job “{job}” ended", job=name))
            else:
                yield Change(at, texts.plain("job “{job}” began", job=name))
