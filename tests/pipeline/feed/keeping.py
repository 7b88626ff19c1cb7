"""A stand-in for Kafka that keeps what is sent, and fails when it is told to: tests of the feed without a broker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiokafka.errors import KafkaTimeoutError

from pipeline.contracts.messages import DeadLetter, Product, decode


@dataclass(slots=True)
class Written:
    """Where a kept record is."""

    partition: int
    offset: int


@dataclass(slots=True)
class KeepingKafka:
    """Producers whose records are kept in order. Every send takes `latency_s`; the next `failures` sends fail."""

    bootstrap: str = "kept"
    identity: str = "feed"
    latency_s: float = 0.0
    failures: int = 0
    records: list[tuple[str, str, bytes]] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def producer(self) -> "AsyncIterator[KeepingKafka]":
        yield self

    async def send(
        self, topic: str, value: bytes | None, key: bytes, partition: int | None, *, headers: list[tuple[str, bytes]]
    ) -> "asyncio.Future[Written]":
        return asyncio.ensure_future(self.send_and_wait(topic, value, key, headers=headers))

    async def send_and_wait(
        self, topic: str, value: bytes | None, key: bytes, *, headers: list[tuple[str, bytes]]
    ) -> Written:
        if self.failures > 0:
            self.failures -= 1
            raise KafkaTimeoutError
        offset = len(self.records)
        self.records.append((topic, key.decode(), value or b""))
        if self.latency_s:
            await asyncio.sleep(self.latency_s)
        return Written(0, offset)

    def products(self) -> dict[str, Product]:
        """The latest version of each product."""
        return {key: decode(Product, value) for topic, key, value in self.records if topic == "products"}

    def letters(self) -> dict[str, DeadLetter]:
        """The dead letters by source."""
        return {key: decode(DeadLetter, value) for topic, key, value in self.records if topic == "dead_letters"}
