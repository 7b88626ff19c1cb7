"""The job `recommend`: history and catalogue → models → the topic that the bot looks them up in."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from analytics.identity import IDENTITY
from analytics.jobs.collect import collect
from analytics.jobs.job import JobContext, JobResult
from analytics.jobs.kept_choice import kept_choice
from analytics.jobs.publishing import Run, publish
from analytics.jobs.recommendation_tables import expected_keys, recommendation_lists
from analytics.lake.witness import is_there
from analytics.models.hybrid import Config, fit
from analytics.transforms.signals import deeds, hides, signals
from ops.kafka import Kafka
from pipeline.contracts.lake import CATALOGUE, PURCHASES, REQUEST_HISTORY
from pipeline.contracts.messages import now

if TYPE_CHECKING:
    from analytics.jobs.past_actions import PastActions, ProductTable

NOTHING_YET = "there is nothing yet to recommend"


def run(context: JobContext) -> JobResult:
    """Learn, and write the lists whose first places have changed; a tombstone for keys that are no more.

    Raises LakeFault, and removes nothing, when that would be most of them.
    """
    lake, at = context.lake, now()
    if not (is_there(lake, REQUEST_HISTORY) and is_there(lake, CATALOGUE)):
        return JobResult(0, 0, NOTHING_YET)
    lake.create(PURCHASES)
    context.report("reading the history", 5)
    requests = lake.read(REQUEST_HISTORY)
    rows = deeds(signals(requests, lake.read(PURCHASES), at), Config.history).cache()
    try:
        count = rows.count()
        past, table = collect(rows, hides(requests), lake.read(CATALOGUE), at.timestamp())
    finally:
        rows.unpersist()
    if not table.ids:
        return JobResult(0, 0, NOTHING_YET)
    context.report(f"learning from {count:,} signals of {len(past.people):,} people", 20)
    keys, written = _learn_and_publish(context, past, table, count)
    return JobResult(count, written, f"{keys:,} keys")


def _learn_and_publish(context: JobContext, past: PastActions, table: ProductTable, count: int) -> tuple[int, int]:
    data = past.interactions(len(table.ids))
    model = fit(data, choice=kept_choice(context.lake.hdfs, data, past.at))
    context.report("choosing products", 50)
    run = Run(context.run_id, count, context.settings.analytics.most_lists_removed)
    lists, expected = recommendation_lists(model, past, table), expected_keys(past, table)
    context.report("writing what has changed", 60)
    return asyncio.run(publish(Kafka(context.settings, IDENTITY), lists, expected, run))
