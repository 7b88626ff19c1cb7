"""Recommendation lists to the topic, as they are made: only those that would look different.

What was sent last is known by the header that each record has, a few bytes of its first places, so no list is held in
memory, neither the new ones nor those before.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from analytics.jobs.list_removal import check_removal
from ops.kafka import Kafka
from pipeline.contracts.messages import HEADERS, Recommendations, Recommended, encode
from pipeline.contracts.topics import RECOMMENDATIONS
from pipeline.kafka.read_to_end import partitions_of, read_to_end

if TYPE_CHECKING:
    from aiokafka import AIOKafkaProducer

PLACES = "places"
"""The header: four bytes of each of the first places."""
FIRST, NEAR, TOP, EACH = 5, 10, 2, 4
"""A list stays as it is while its FIRST places are among the NEAR best, and the new TOP among its FIRST."""
AT_ONCE = 500
SECTION = "popular:"
Lists = Iterator[tuple[str, tuple[Recommended, ...]]]


@dataclass(frozen=True)
class Run:
    """What a run says of itself, and the share of the lists that it may remove."""

    run_id: str
    signals: int
    most_removed: float


def places(items: tuple[Recommended, ...], count: int) -> list[bytes]:
    """What a person would see of the first places. Scores, and which of several products led there, drift every run."""
    said = (f"{one.offer_id} {one.reason.kind if one.reason.kind in {'again', 'new'} else ''}" for one in items[:count])
    return [zlib.crc32(each.encode()).to_bytes(EACH, "big") for each in said]


def stays(before: bytes, items: tuple[Recommended, ...]) -> bool:
    """Whether the list that was sent with these places is as good as this one."""
    old = [before[at : at + EACH] for at in range(0, len(before), EACH)]
    near = places(items, NEAR)
    return len(old) == min(FIRST, len(items)) and set(old) <= set(near) and set(near[:TOP]) <= set(old)


async def publish(kafka: Kafka, lists: Lists, expected: Set[str], run: Run) -> tuple[int, int]:
    """Write the lists that changed, then a tombstone for every key that has none any more: (keys, records written).

    `expected` are the keys that may have a list; when they, or those that have one in the end, would leave too little
    of what there is, it raises LakeFault before anything is written, or before anything is removed. Durable when it
    returns.
    """
    before = await _sent(kafka)
    check_removal(_of_one(before), expected, run.most_removed, run.signals)
    found, written = set[str](), 0
    async with kafka.producer(linger_ms=20) as producer:
        while part := await asyncio.to_thread(lambda: list(islice(lists, AT_ONCE))):
            found.update(key for key, _ in part)
            changed = {key: items for key, items in part if not stays(before.get(key, b""), items)}
            await _send(producer, {key: _record(items, run.run_id) for key, items in changed.items()})
            written += len(changed)
        check_removal(_of_one(before), found, run.most_removed, run.signals)
        gone = sorted(before.keys() - found)
        for start in range(0, len(gone), AT_ONCE):
            await _send(producer, dict.fromkeys(gone[start : start + AT_ONCE]))
    return len(found), written + len(gone)


async def _sent(kafka: Kafka) -> dict[str, bytes]:
    """For each key of the topic the places of its list."""
    found: dict[str, bytes] = {}
    async with kafka.consumer(max_poll_records=2_000) as consumer:
        partitions = await partitions_of(kafka, consumer, RECOMMENDATIONS.name)
        async for records in read_to_end(consumer, partitions):
            for record in records:
                key = (record.key or b"").decode("utf-8", "replace")
                if record.value is None:
                    found.pop(key, None)
                else:
                    found[key] = dict(record.headers).get(PLACES, b"")
    return found


def _record(items: tuple[Recommended, ...], run_id: str) -> tuple[bytes, list[tuple[str, bytes]]]:
    return encode(Recommendations(items=items, run_id=run_id)), [*HEADERS, (PLACES, b"".join(places(items, FIRST)))]


async def _send(
    producer: AIOKafkaProducer, records: Mapping[str, tuple[bytes, list[tuple[str, bytes]]] | None]
) -> None:
    sent = []
    for key, record in records.items():
        value, headers = record or (None, HEADERS)
        sent.append(await producer.send(RECOMMENDATIONS.name, value, key=key.encode(), headers=headers))
    await asyncio.gather(*sent)


def _of_one(lists: Mapping[str, object]) -> Set[str]:
    """The keys of persons, products and everybody; sections come and go."""
    return {key for key in lists if not key.startswith(SECTION)}
