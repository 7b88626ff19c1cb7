"""Runs and jobs as people read them in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from analytics.text_table import text_table
from pipeline.contracts.jobs import JobOutcome, JobRun, JobStatus


def described(run: JobRun) -> str:
    """A run's end in one line."""
    seconds = (run.ended_at - run.started_at).total_seconds() if run.ended_at and run.started_at else 0.0
    if run.outcome is JobOutcome.FAILED:
        return f"{run.job} failed after {seconds:.1f} s: {run.reason}"
    note = f" ({run.stage})" if run.stage else ""
    return f"{run.job} done in {seconds:.1f} s: {run.rows_in:,} rows in, {run.rows_out:,} rows out{note}"


def job_table(statuses: Sequence[JobStatus]) -> str:
    """A line a job: its clock, its last run, and what it does or why it failed."""
    rows: list[dict[str, object]] = []
    for status in statuses:
        last = status.last
        rows.append({
            "job": status.name, "clock": status.cron or None, "next": _timestamp(status.next_at),
            "last": last and last.outcome.value, "at": _timestamp(last.started_at if last else None),
            "rows in": last and last.rows_in, "rows out": last and last.rows_out, "missed": status.missed or None,
            "what it does": (last.reason if last and last.reason else status.about),
        })  # fmt: skip
    return text_table(rows, tuple(rows[0]))


def _timestamp(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%m-%d %H:%M:%S}"
