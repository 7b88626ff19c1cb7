"""A stand-in for Kafka that keeps what is sent, and fails when it is told to: tests of the feed without a broker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, ItemsView, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka.errors import KafkaTimeoutError, MessageSizeTooLargeError

from ops.settings import FeedSettings
from pipeline.contracts.feeds import FeedFetch, FeedRun, Shop
from pipeline.contracts.messages import DeadLetter, Product, decode
from pipeline.feed.decisions import Decider
from pipeline.feed.feed_service import FeedParts
from pipeline.feed.feeding import Feeder
from pipeline.feed.offer_store import OfferStore
from pipeline.feed.sender import Sender
from pipeline.feed.sent_offers import SentOffers
from pipeline.kafka.confirming_producer import WrittenRecord
from pipeline.kafka.live_view import Listener


@dataclass(slots=True)
class Written:
    """Where a kept record is."""

    partition: int
    offset: int


@dataclass(slots=True)
class KeepingKafka:
    """Producers whose records are kept in order. Every send takes `latency_s`; the next `failures` sends fail.

    So does a product of more than `largest` bytes; one with `breaks_at` in it is a fault of another kind.
    """

    bootstrap: str = "kept"
    identity: str = "feed"
    latency_s: float = 0.0
    failures: int = 0
    largest: int = 1 << 20
    breaks_at: bytes = b""
    records: list[tuple[str, str, bytes | None]] = field(default_factory=list)

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
        if self.breaks_at and value is not None and topic == "products" and self.breaks_at in value:
            raise RuntimeError("a fault that nobody has thought of")
        if topic == "products" and value is not None and len(value) > self.largest:
            raise MessageSizeTooLargeError
        offset = len(self.records)
        self.records.append((topic, key.decode(), value))
        if self.latency_s:
            await asyncio.sleep(self.latency_s)
        return Written(0, offset)

    def written(self) -> list[tuple[str, bytes | None]]:
        """Key and value of every record of `products`, in order."""
        return [(key, value) for topic, key, value in self.records if topic == "products"]

    def products(self) -> dict[str, Product]:
        """The latest version of each product that is not withdrawn, by the offer's id."""
        latest = dict(self.written())
        return {key: decode(Product, value) for key, value in latest.items() if value is not None}

    def letters(self) -> dict[str, DeadLetter]:
        """The dead letters by source."""
        return {key: decode(DeadLetter, value) for topic, key, value in self.records if topic == "dead_letters"}

    def fetches(self) -> list[FeedFetch | None]:
        """What was told of addresses, in order."""
        told = [value for topic, _, value in self.records if topic == "feed_fetches"]
        return [decode(FeedFetch, value) if value is not None else None for value in told]

    def runs(self) -> dict[str, FeedRun]:
        """The runs by key, as they stand."""
        return {key: decode(FeedRun, value) for topic, key, value in self.records if topic == "feed_runs"}


@dataclass(slots=True)
class KeptShops:
    """The registry of shops, as a live view has it."""

    all: dict[str, Shop] = field(default_factory=dict)
    listeners: list[Listener[Shop]] = field(default_factory=list)

    def get(self, key: str) -> Shop | None:
        return self.all.get(key)

    def items(self) -> ItemsView[str, Shop]:
        return self.all.items()

    def subscribe(self, listener: Listener[Shop]) -> None:
        self.listeners.append(listener)

    async def put(self, store_id: str, shop: Shop | None) -> None:
        """Somebody changes the registry; those who follow it are told."""
        before = self.all.pop(store_id, None)
        if shop is not None:
            self.all[store_id] = shop
        for listener in self.listeners:
            await listener(store_id, before, shop)


class NobodyElseWrites:
    """A log to which nobody else writes: the store has all of it."""

    async def catch_up(self, store: OfferStore) -> None:
        """There is nothing to read."""

    def advance(self, store: OfferStore, written: Iterable[WrittenRecord]) -> None:
        """There is nothing to remember."""
        for _ in written:
            pass

    async def close(self) -> None:
        """There is nothing to close."""


@contextlib.asynccontextmanager
async def feeding(
    folder: Path,
    kafka: KeepingKafka,
    *,
    patience_s: float = 120.0,
    shops: "KeptShops | Mapping[str, Shop] | None" = None,
    settings: Mapping[str, float] | None = None,
) -> AsyncIterator[FeedParts]:
    """What feeds into the kept Kafka, its store in this folder."""
    chosen = FeedSettings.model_validate({"quiet_s": 0, **(settings or {})})
    async with Sender(kafka, patience_s) as sender, SentOffers(folder, NobodyElseWrites()) as offers:
        feeder = Feeder(sender, offers, chosen)
        registry = shops if isinstance(shops, KeptShops) else KeptShops(dict(shops or {}))
        yield FeedParts(feeder, Decider(feeder, sender, offers), sender, registry, chosen)
