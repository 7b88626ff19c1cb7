"""The job `compact`: few large files instead of many small ones, and no files that nobody needs."""

from __future__ import annotations

from analytics.jobs.job import JobContext, JobResult
from pipeline.contracts.lake import LAKE


def run(context: JobContext) -> JobResult:
    """Join files and delete the superseded; the result counts files, not rows."""
    taken = made = 0
    there = [table for table in LAKE if context.lake.exists(table)]
    for place, table in enumerate(there):
        context.report(f"joining files of {table.name}", 100 * place // len(there))
        removed, added = context.lake.compact(table)
        context.lake.vacuum(table)
        taken, made = taken + removed, made + added
    return JobResult(taken, made, f"{taken} files became {made}")
