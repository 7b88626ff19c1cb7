"""Writes to one partition of `filtered_products`: in order, by one writer at a time, and by nobody who was given up.

Every partition has a transactional producer of its own. The transaction is not there to make reading and
writing one step (all readers take repeats without harm) but as a fence: when a partition gets a new owner, the
broker refuses whatever the former owner still tries to send, even one that was stopped for minutes in the
middle of a send and does not know yet that it was given up.
"""

import asyncio
import time
from collections.abc import Iterable
from typing import cast

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata

from pipeline.contracts.messages import HEADERS

Headers = list[tuple[str, bytes]]


# key, value (None takes the product back), timestamp in ms (None: now), headers (None: the usual)
Entry = tuple[bytes, bytes | None, int | None, Headers | None]


class PartitionOutput:
    """Ordered writes to one partition. Not for several tasks at once."""

    def __init__(self, producer: AIOKafkaProducer, topic: str, partition: int) -> None:
        self._producer = producer
        self._topic = topic
        self._partition = partition
        self._opened: float | None = None
        self._written = 0

    @property
    def written(self) -> int:
        """Everything that was sent and is on all in-sync copies ends at this offset or, in its last batch, beyond."""
        return self._written

    def open_for(self) -> float:
        """Seconds since what is sent waits to be durable for good; 0.0 when nothing does."""
        return 0.0 if self._opened is None else time.monotonic() - self._opened

    async def send(self, entries: Iterable[Entry]) -> list[asyncio.Future[object]]:
        """Send in order; the futures are done when the records are on all in-sync copies.

        Returns when at most one batch waits behind the one on its way, which is all the back-pressure there is.
        """
        if self._opened is None:
            await self._producer.begin_transaction()
            self._opened = time.monotonic()
        futures: list[asyncio.Future[object]] = []
        builder = self._producer.create_batch()
        append = builder.append
        for key, value, timestamp, given in entries:
            headers = given or HEADERS
            if append(timestamp=timestamp, key=key, value=value, headers=headers) is None:
                futures.append(await self._submit(builder))
                builder = self._producer.create_batch()
                append = builder.append
                append(timestamp=timestamp, key=key, value=value, headers=headers)
        if builder.record_count():
            futures.append(await self._submit(builder))
        return futures

    async def commit(self) -> None:
        """Close the transaction; returns when all that was sent is durable for good. Raises `KafkaError`."""
        if self._opened is not None:
            await self._producer.commit_transaction()
            self._opened = None

    async def _submit(self, builder: BatchBuilder) -> "asyncio.Future[object]":
        builder.close()  # a closed batch does not linger
        future: asyncio.Future[RecordMetadata] = await self._producer.send_batch(
            builder, self._topic, partition=self._partition
        )
        future.add_done_callback(self._note)
        return cast("asyncio.Future[object]", future)

    def _note(self, sent: "asyncio.Future[RecordMetadata]") -> None:
        if not sent.cancelled() and sent.exception() is None:
            self._written = max(self._written, sent.result().offset + 1)
