"""The job `verify`: whether Kafka, the lake and the index hold the same products, key by key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from analytics.identity import IDENTITY
from analytics.jobs.current_catalogue import renew_catalogue
from analytics.jobs.job import JobContext, JobResult
from analytics.jobs.streams import PRODUCTS, take_in
from analytics.lake import log_positions
from analytics.lake.checkpoints import reached
from analytics.lake.faults import LakeFault
from analytics.lake.lock import Part, part_lock
from analytics.spark.kafka_source import kafka_options
from analytics.transforms.key_sets import KeySet, key_set, key_sets, let_through
from ops import elasticsearch
from pipeline.contracts.lake import CATALOGUE, PRODUCT_HISTORY
from pipeline.contracts.topics import FILTERED_PRODUCTS
from pipeline.kafka.partitioning import partition_of

if TYPE_CHECKING:
    from elasticsearch import AsyncElasticsearch

PAGE = 5_000
LOOKS = 4
"""So often index and topic are compared: while products arrive, the index is some seconds behind."""
PAUSE_S = 5.0


@dataclass(frozen=True)
class _Lake:
    """The lake's products, and up to which offsets of the topic they are so."""

    keys: Mapping[int, KeySet]
    until: Mapping[int, int]


def run(context: JobContext) -> JobResult:
    """Compare the sets of keys by number and hash, a partition at a time; the result counts keys.

    A catalogue that differs is made anew from the history. Raises LakeFault, with a cure, for what differs still.
    """
    note = ""
    context.report("comparing keys of the lake", 10)
    lake = _in_lake(context)
    topic = _in_topic(context, lake.until)
    if found := differing(topic, lake.keys):
        lake = _in_lake(context, anew=True)
        topic = _in_topic(context, lake.until)
        if still := differing(topic, lake.keys):
            raise LakeFault(
                f"The lake's products are not those of {FILTERED_PRODUCTS.name} ({still}): its history lacks some; "
                "`python -m analytics resume --anew` reads all that Kafka has."
            )
        note = f"the catalogue differed ({found}) and was made anew"
    context.report("comparing keys of the index", 60)
    asyncio.run(_check_index(context, topic))
    return JobResult(sum(one.count for one in topic.values()), 0, note)


def _in_lake(context: JobContext, *, anew: bool = False) -> _Lake:
    lake = context.lake
    # Held no longer than this: bans wait meanwhile.
    with part_lock(context.settings, lambda stage: context.report(stage, 10), (Part.PRODUCTS,)):
        take_in(context, [PRODUCTS])
        renew_catalogue(lake, anew=anew)
        return _Lake(key_sets(lake.read(CATALOGUE)), reached(lake.hdfs, PRODUCT_HISTORY))


def _in_topic(context: JobContext, until: Mapping[int, int] | None = None) -> dict[int, KeySet]:
    """What the topic lets through, up to where the lake has read it; to its end, when nobody says so."""
    hdfs, settings = context.lake.hdfs, context.settings
    there = log_positions.examine(settings, hdfs, PRODUCT_HISTORY, FILTERED_PRODUCTS, {}).history.epochs
    # Of partitions that the lake has nothing of: an offset of 0; -1 is Kafka's word for the end.
    ends = {number: -1 if until is None else until.get(number, 0) for number in there}
    records = (
        context.lake.session.read.format("kafka")
        .options(**kafka_options(settings))
        .option("subscribe", FILTERED_PRODUCTS.name)
        .option("endingOffsets", orjson.dumps({FILTERED_PRODUCTS.name: ends}, option=orjson.OPT_NON_STR_KEYS).decode())
        .load()
    )
    return key_sets(let_through(records))


def differing(wanted: Mapping[int, KeySet], found: Mapping[int, KeySet]) -> str:
    """Where two differ and by how much, for people; empty when nowhere."""
    nothing = KeySet()
    pairs = {
        number: (wanted.get(number, nothing), found.get(number, nothing))
        for number in sorted(wanted.keys() | found.keys())
    }
    parts = [
        f"partition {number}: {there.count:,} instead of {right.count:,}"
        if there.count != right.count
        else f"partition {number}: other ones"
        for number, (right, there) in pairs.items()
        if right != there
    ]
    return ", ".join(parts)


async def _check_index(context: JobContext, topic: Mapping[int, KeySet]) -> None:
    async with elasticsearch.client(context.settings, IDENTITY) as client:
        for look in range(LOOKS):
            if look:
                await asyncio.sleep(PAUSE_S)
                topic = await asyncio.to_thread(_in_topic, context)
            found = differing(topic, await _in_index(client, context.settings.search.alias))
            if not found:
                return
    raise LakeFault(
        f"The index's products are not those of {FILTERED_PRODUCTS.name} ({found}); "
        "`python -m pipeline index --rebuild` makes it anew."
    )


async def _in_index(client: AsyncElasticsearch, alias: str) -> dict[int, KeySet]:
    found: dict[int, KeySet] = {}
    async for offer in _offers(client, alias):
        partition = partition_of(FILTERED_PRODUCTS.name, offer.encode()) or 0
        found[partition] = found.get(partition, key_set(())).with_key(offer)
    return found


async def _offers(client: AsyncElasticsearch, alias: str) -> AsyncIterator[str]:
    """All ids in the index, page by page."""
    after: list[str] | None = None
    while True:
        page = await client.search(
            index=alias, size=PAGE, sort=["offer_id"], search_after=after, source=False, ignore_unavailable=True
        )
        hits = page["hits"]["hits"]
        if not hits:
            return
        for hit in hits:
            yield str(hit["sort"][0])
        after = hits[-1]["sort"]
