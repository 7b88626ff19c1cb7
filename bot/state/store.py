"""The bot's state: entries of `chat_state` under one prefix, read from memory and written to Kafka."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Generic, Protocol, TypeVar

from aiokafka import AIOKafkaProducer
from pydantic import BaseModel

from ops.kafka import Kafka
from pipeline.contracts.messages import HEADERS, encode
from pipeline.contracts.topics import CHAT_STATE
from pipeline.kafka.live_view import Listener, LiveView

M = TypeVar("M", bound=BaseModel)


class Store(Protocol[M]):
    """Entries by the part of their key after the prefix."""

    def get(self, name: str) -> M | None:
        """The entry as it is now, or None."""

    def entries(self) -> Iterator[tuple[str, M]]:
        """All entries; do not keep the iterator over an await."""

    async def put(self, name: str, entry: M | None) -> None:
        """Write the entry, or delete it with None; durable, and readable by `get`, when this returns.

        Raises KafkaError when Kafka cannot take it.
        """


class KafkaStore(Generic[M]):
    """`Store` over a live view of `chat_state` and a producer."""

    def __init__(self, view: LiveView[M], producer: AIOKafkaProducer, prefix: str) -> None:
        self._view = view
        self._producer = producer
        self._prefix = prefix

    def subscribe(self, listener: Listener[M]) -> None:
        """Call `listener` with key, former and new entry after every change."""
        self._view.subscribe(listener)

    def get(self, name: str) -> M | None:
        return self._view.get(self._prefix + name)

    def entries(self) -> Iterator[tuple[str, M]]:
        size = len(self._prefix)
        return ((key[size:], entry) for key, entry in self._view.items())

    async def put(self, name: str, entry: M | None) -> None:
        value = None if entry is None else encode(entry)
        key = (self._prefix + name).encode()
        written = await self._producer.send_and_wait(CHAT_STATE.name, value, key=key, headers=HEADERS)
        await self._view.reached(written.partition, written.offset)


@contextlib.asynccontextmanager
async def open_store(
    kafka: Kafka, producer: AIOKafkaProducer, model: type[M], prefix: str
) -> AsyncIterator[KafkaStore[M]]:
    """The entries under `prefix`, loaded and followed; written by `producer`."""
    async with LiveView(kafka, CHAT_STATE, model, prefix=prefix) as view:
        yield KafkaStore(view, producer, prefix)
