"""Reads parts of `products` beside the worker's own consumer: a piece in a row, or records at single offsets."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaTimeoutError

from ops.kafka import Kafka
from pipeline.contracts.topics import PRODUCTS
from pipeline.filter.record import ProductRecord
from pipeline.kafka.read_at import read_at

PATIENCE_S = 120.0
POLL_MS = 200
# Of what comes with a single record little is wanted.
SINGLE_FETCH = 256 << 10


class KafkaProducts:
    """See `offer_index.ProductsReader`. One partition at a time, each for a short while, so that none waits long."""

    def __init__(self, in_a_row: AIOKafkaConsumer, single: AIOKafkaConsumer) -> None:
        self._in_a_row = in_a_row
        self._single = single
        self._row_lock = asyncio.Lock()
        self._single_lock = asyncio.Lock()

    @classmethod
    @contextlib.asynccontextmanager
    async def connected(cls, kafka: Kafka) -> AsyncIterator["KafkaProducts"]:
        """Two consumers of no group: who goes on in a row keeps its place while others look up single records."""
        async with kafka.consumer() as in_a_row, kafka.consumer(fetch_bytes=SINGLE_FETCH) as single:
            yield cls(in_a_row, single)

    async def following(
        self, partition: int, start: int, end: int, at_most: int
    ) -> tuple[Sequence[ProductRecord], int]:
        """See `ProductsReader`. Raises `KafkaTimeoutError` when Kafka gives nothing for two minutes."""
        place, consumer = TopicPartition(PRODUCTS.name, partition), self._in_a_row
        async with self._row_lock:
            if place not in consumer.assignment():
                consumer.assign([place])
                consumer.seek(place, start)
            elif await consumer.position(place) != start:
                consumer.seek(place, start)
            heard = time.monotonic()
            while await consumer.position(place) < end:
                found = (await consumer.getmany(place, timeout_ms=POLL_MS, max_records=at_most)).get(place, [])
                # A log that has lost its end begins anew: what is before the start is not asked for.
                if records := [record for record in found if start <= record.offset < end]:
                    return records, records[-1].offset + 1
                if time.monotonic() - heard > PATIENCE_S:
                    raise KafkaTimeoutError(f"{place} gave nothing below {end} for {PATIENCE_S:.0f} s")
            return [], end

    async def at(self, partition: int, offsets: Sequence[int]) -> list[ProductRecord]:
        """See `ProductsReader`. Raises `KafkaTimeoutError` when it takes more than two minutes."""
        place = TopicPartition(PRODUCTS.name, partition)
        try:
            async with self._single_lock, asyncio.timeout(PATIENCE_S):
                return [record async for record in read_at(self._single, place, offsets)]
        except TimeoutError:
            raise KafkaTimeoutError(f"{place} did not give {len(offsets)} records in {PATIENCE_S:.0f} s") from None
