"""The stores of the conversation tests and those of the bot, for tests that both have to pass."""

import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError

from bot.state.chat_state import open_stores
from bot.state.disk.files import open_files
from bot.state.store import AnySpec
from bot.state.stores import Stores
from ops.kafka import Kafka
from pipeline.contracts.messages import Message
from pipeline.kafka.confirming_producer import WrittenRecord
from tests.bot.world.stores import MemoryTopic


class Note(Message):
    """Something to be kept."""

    text: str


class Backend(Protocol):
    """Where entries are. `opened` is a process of its own; `break_off` is a Kafka that takes nothing from now on."""

    def opened(self) -> contextlib.AbstractAsyncContextManager[Stores]: ...

    def break_off(self) -> None: ...

    def mend(self) -> None: ...


class MemoryBackend:
    """The topic in memory that the conversation tests stand on."""

    def __init__(self, specs: Iterable[AnySpec]) -> None:
        self._specs = tuple(specs)
        self._topic = MemoryTopic(self._specs)

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[Stores]:
        yield self._topic.stores()

    def break_off(self) -> None:
        self._set(down=True)

    def mend(self) -> None:
        self._set(down=False)

    def _set(self, *, down: bool) -> None:
        for spec in self._specs:
            self._topic.store(spec).down = down


class KafkaBackend:
    """The real topic, read by the bot's own reader."""

    def __init__(self, kafka: Kafka, directory: Path, producer: "BreakableProducer", specs: Iterable[AnySpec]) -> None:
        self._kafka = kafka
        self._directory = directory
        self._producer = producer
        self._specs = tuple(specs)

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[Stores]:
        with open_files(self._kafka, self._directory) as files:
            async with open_stores(files, self._producer, self._specs) as stores:
                yield stores

    def break_off(self) -> None:
        self._producer.broken = True

    def mend(self) -> None:
        self._producer.broken = False


@dataclass
class BreakableProducer:
    """A producer that sends as the real one does, until it is broken."""

    producer: AIOKafkaProducer
    broken: bool = False

    async def send_and_wait(
        self, topic: str, value: bytes | None, key: bytes, *, headers: list[tuple[str, bytes]]
    ) -> WrittenRecord:
        if self.broken:
            raise KafkaConnectionError("no broker")
        written: WrittenRecord = await self.producer.send_and_wait(topic, value, key, headers=headers)
        return written


@contextlib.asynccontextmanager
async def kafka_backend(kafka: Kafka, directory: Path, specs: Iterable[AnySpec]) -> AsyncIterator[KafkaBackend]:
    """The backend over a producer of its own."""
    async with kafka.producer() as producer:
        yield KafkaBackend(kafka, directory, BreakableProducer(producer), specs)
