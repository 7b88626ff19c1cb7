"""The job `compact`: few large files instead of many small ones, and no files that nobody needs."""

from __future__ import annotations

from analytics.jobs.job import Rows, Work
from pipeline.contracts.lake import LAKE


def run(work: Work) -> Rows:
    """Rows are counted in files here."""
    taken = made = 0
    there = [table for table in LAKE if work.lake.exists(table)]
    for place, table in enumerate(there):
        work.report(f"joining files of {table.name}", 100 * place // len(there))
        removed, added = work.lake.compact(table)
        work.lake.vacuum(table)
        taken, made = taken + removed, made + added
    return Rows(taken, made, f"{taken} files became {made}")
