"""The job `compact`: few large files instead of many small ones, and no files that nobody needs."""

from __future__ import annotations

from analytics.jobs.job import JobContext, JobResult
from analytics.lake import witness
from analytics.lake.lock import Part, part_lock
from pipeline.contracts.lake import LAKE


def run(context: JobContext) -> JobResult:
    """Join files and delete the superseded; the result counts files, not rows."""
    taken = made = 0
    there = [table for table in LAKE if context.lake.exists(table)]
    for place, table in enumerate(there):
        context.report(f"joining files of {table.name}", 100 * place // len(there))
        # Table by table: what is taken in waits for one of them at most.
        with part_lock(context.settings, lambda stage: context.report(stage, 0), (Part.of(table),)):
            removed, added = context.lake.compact(table)
            context.lake.vacuum(table)
        taken, made = taken + removed, made + added
    # Tables of before this was remembered, too.
    witness.remember(context.settings, there)
    return JobResult(taken, made, f"{taken} files became {made}")
