"""The bot's two readers with a group of their own, when their place in the log is lost or the log lost its end."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Sequence
from types import SimpleNamespace

import pytest
from aiokafka import AIOKafkaProducer

from bot.features.alerts.arrival.inbox import AlertInbox
from bot.features.alerts.arrival.worker import KafkaNotifications
from bot.features.alerts.models import Notification
from bot.features.watches import follower as follower_module
from bot.features.watches.follower import Follower
from bot.features.watches.snapshots import Change
from bot.state.disk.files import open_files
from ops import metrics
from ops.kafka import Kafka
from ops.stack.running import RunningStack
from pipeline.contracts.messages import Product, encode
from pipeline.contracts.topics import ALERTS, FILTERED_PRODUCTS
from pipeline.kafka.dead_letters import DeadLetters
from pipeline.kafka.partitioning import partition_of
from tests.bot.world.alert_samples import notification, payload
from tests.conftest import own_stack
from tests.faults import kafka_data
from tests.pipeline.filter.market import offer

pytestmark = [pytest.mark.system, pytest.mark.faults, pytest.mark.timeout(300)]
SEEN_WITHIN_S = 60.0
QUIET_S = 3.0


@pytest.fixture(scope="module")
def kafka_alone() -> Iterator[RunningStack]:
    """A stack without any service of ours: who reads is in this process."""
    with own_stack("bot-ends", "topics") as running:
        yield running


class Watching:
    """Everybody waits for everything, the index has it at once, and nothing is kept in memory."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def anybody(self) -> bool:
        return True

    def concerns(self, change: Change) -> bool:
        return True

    async def look(self, changes: list[Change]) -> frozenset[str]:
        self.told += [change.offer_id for change in changes]
        return frozenset(change.offer_id for change in changes)

    def learn(self, offer_id: str, product: Product | None) -> None:
        pass

    def trust(self, newest: Callable[[str], int | None]) -> None:
        pass

    def forget(self) -> None:
        pass


@contextlib.asynccontextmanager
async def watching(stack: RunningStack) -> AsyncIterator[Watching]:
    """The follower of the price watches, ready."""
    watcher, kafka = Watching(), Kafka(stack.settings, "bot")
    with open_files(kafka, stack.directory.root / "bot") as files:
        follower = Follower(kafka, files, watcher, watcher)
        async with _running(follower.run()):
            await asyncio.wait_for(follower.ready.wait(), SEEN_WITHIN_S)
            yield watcher


@contextlib.asynccontextmanager
async def cards(stack: RunningStack) -> AsyncIterator[list[str]]:
    """What the card worker is given, by the services of the alerts."""
    given: list[str] = []

    async def take(notifications: Sequence[Notification]) -> None:
        given.extend(one.group_labels["service"] for one in notifications)

    kafka = Kafka(stack.settings, "bot")
    async with kafka.producer() as producer:
        source = KafkaNotifications(kafka, DeadLetters(producer, "bot"), AlertInbox())
        async with _running(source.follow(take, lambda: True)):
            yield given


async def test_price_watches_that_lost_their_place_tell_nothing_old(kafka_alone: RunningStack) -> None:
    before, away, after = _names("before", 20), _names("away", 20), _names("after", 20)
    async with watching(kafka_alone) as watcher:
        await _offer(kafka_alone, before)
        await until(lambda: set(before) <= set(watcher.told))
    assert await kafka_data.expire(kafka_alone, "bot-watch") == ["bot-watch"]
    await _offer(kafka_alone, away)
    async with watching(kafka_alone) as watcher:
        await _offer(kafka_alone, after)
        await until(lambda: set(after) <= set(watcher.told))
        await asyncio.sleep(QUIET_S)
        assert set(watcher.told) == set(after)
    assert _found("bot-watch", FILTERED_PRODUCTS.name, "expired")


@pytest.mark.parametrize("hours_off", [-6, 6])
async def test_price_watches_tell_what_was_written_where_the_log_lost_its_end_whatever_their_clock_says(
    kafka_alone: RunningStack, monkeypatch: pytest.MonkeyPatch, hours_off: int
) -> None:
    here = SimpleNamespace(time=lambda: time.time() + 3600 * hours_off, monotonic=time.monotonic)
    monkeypatch.setattr(follower_module, "time", here)
    before, away = _names("before", 60), _names("away", 240)
    async with watching(kafka_alone) as watcher:
        sent_at = time.time()
        await _offer(kafka_alone, before, timestamp_ms=int(sent_at * 1000))
        await until(lambda: set(before) <= set(watcher.told))
        await asyncio.sleep(QUIET_S)
    async with kafka_data.without(kafka_alone, "kafka"):
        for number in range(FILTERED_PRODUCTS.partitions):
            kafka_data.cut(kafka_alone, FILTERED_PRODUCTS.name, number, keep=0.5)
    # The filter decides again what it had decided, with the time at which a shop sent it.
    await _offer(kafka_alone, before, timestamp_ms=int(sent_at * 1000))
    async with watching(kafka_alone) as watcher:
        await _offer(kafka_alone, away)
        await until(lambda: set(away) <= set(watcher.told))
        assert set(watcher.told) == set(away)
    assert _found("bot-watch", FILTERED_PRODUCTS.name, "shortened")


async def test_cards_that_lost_their_place_begin_at_the_earliest(kafka_alone: RunningStack) -> None:
    before, away = _names("before", 10), _names("away", 10)
    async with cards(kafka_alone) as given:
        await _alert(kafka_alone, before)
        await until(lambda: set(before) <= set(given))
        await until(lambda: bool(metrics.REGISTRY.get_sample_value("yarmarka_consumer_last_commit_timestamp_seconds")))
    assert await kafka_data.expire(kafka_alone, "bot-cards") == ["bot-cards"]
    await _alert(kafka_alone, away)
    async with cards(kafka_alone) as given:
        await until(lambda: {*before, *away} <= set(given))
    assert _found("bot-cards", ALERTS.name, "expired")


async def test_cards_take_what_was_written_where_the_log_lost_its_end(kafka_alone: RunningStack) -> None:
    before, away = _names("before", 40), _names("away", 80)
    async with cards(kafka_alone) as given:
        await _alert(kafka_alone, before)
        await until(lambda: set(before) <= set(given))
    async with kafka_data.without(kafka_alone, "kafka"):
        kafka_data.cut(kafka_alone, ALERTS.name, 0, keep=0.5)
    await _alert(kafka_alone, away)
    async with cards(kafka_alone) as given:
        await until(lambda: set(away) <= set(given))
    assert _found("bot-cards", ALERTS.name, "shortened")


def _names(what: str, count: int) -> list[str]:
    unique = uuid.uuid4().hex[:8]
    return [f"{what}-{unique}/{number}" for number in range(count)]


def _found(reader: str, topic: str, finding: str) -> bool:
    labels = {"reader": reader, "topic": topic, "finding": finding}
    return metrics.REGISTRY.get_sample_value("yarmarka_log_difference_timestamp_seconds", labels) is not None


async def _offer(stack: RunningStack, names: Iterable[str], timestamp_ms: int | None = None) -> None:
    async with Kafka(stack.settings, "admin").producer() as producer:
        for name in names:
            product = Product.model_validate(offer(name))
            key = name.encode()
            await producer.send_and_wait(
                FILTERED_PRODUCTS.name, encode(product), key=key,
                partition=partition_of(FILTERED_PRODUCTS.name, key), timestamp_ms=timestamp_ms,
            )  # fmt: skip


async def _alert(stack: RunningStack, names: Iterable[str]) -> None:
    async with Kafka(stack.settings, "bot").producer() as producer:
        for name in names:
            await _send_alert(producer, name)


async def _send_alert(producer: AIOKafkaProducer, name: str) -> None:
    sent = notification(payload(service=name))
    await producer.send_and_wait(ALERTS.name, encode(sent), key=sent.group_key.encode())


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SEEN_WITHIN_S
    while not holds():
        assert time.monotonic() < deadline, "not within a minute"
        await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def _running(work: Coroutine[object, object, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
