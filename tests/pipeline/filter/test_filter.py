"""The filter on real Kafka: what it lets through, what it puts aside, and how rules reach back."""

import asyncio
import base64
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.decisions import DECISION_HEADER, noted
from pipeline.contracts.messages import HEADERS
from pipeline.contracts.topics import FILTERED_PRODUCTS, PRODUCTS
from tests.pipeline.filter import market
from tests.pipeline.filter.workers import CHECKOUT, Worker

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
WITHIN_S = 120.0
# Several blocks of the index in each partition, and a part of one.
MANY = 20_000


@pytest.fixture
async def worker(settings: Settings) -> AsyncIterator[Worker]:
    running = Worker(settings)
    try:
        yield await running.ready()
        assert running.stop() == 0, running.log()
    finally:
        running.stop()


@pytest.fixture
async def feed(settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    async with Kafka(settings, "feed").producer() as producer:
        yield producer


@pytest.fixture
async def cli(settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    async with Kafka(settings, "cli").producer() as producer:
        yield producer


@pytest.fixture
async def tail(settings: Settings) -> AsyncIterator["Tail"]:
    """What comes to `filtered_products` from now on."""
    async with Kafka(settings, "admin").consumer() as consumer:
        places = [TopicPartition(FILTERED_PRODUCTS.name, number) for number in range(FILTERED_PRODUCTS.partitions)]
        consumer.assign(places)
        await consumer.seek_to_end(*places)
        for place in places:
            await consumer.position(place)
        yield Tail(consumer)


class Tail:
    """The last value of each key seen."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self.seen: dict[str, bytes | None] = {}
        self.headers: dict[str, list[tuple[str, bytes]]] = {}
        self.partitions: dict[str, int] = {}

    async def until(self, holds: Callable[[dict[str, bytes | None]], bool]) -> float:
        """Seconds until it holds; fails with what was seen."""
        since = time.monotonic()
        while not holds(self.seen):
            assert time.monotonic() - since < WITHIN_S, f"not after {WITHIN_S:g} s: {self.seen}"
            for records in (await self._consumer.getmany(timeout_ms=100)).values():
                for record in records:
                    key = record.key.decode()
                    self.seen[key] = record.value
                    self.headers[key] = list(record.headers)
                    self.partitions[key] = record.partition
        return time.monotonic() - since


@pytest.mark.usefixtures("worker")
async def test_a_product_passes_unchanged(feed: AIOKafkaProducer, tail: Tail, unique: str) -> None:
    name = f"{unique}/1"
    value = b'{"extra": [1,2], ' + orjson.dumps(market.offer(name))[1:]
    sent = await feed.send_and_wait(PRODUCTS.name, value, key=name.encode(), headers=HEADERS)
    await tail.until(lambda seen: name in seen)
    assert tail.seen[name] == value
    *before, (note, _) = tail.headers[name]
    assert (before, note) == (HEADERS, DECISION_HEADER)
    decided = noted(tail.headers[name])
    assert decided is not None
    assert (decided.offset, decided.rule) == (sent.offset, "")
    assert tail.partitions[name] == sent.partition


@pytest.mark.usefixtures("worker")
async def test_a_withdrawn_product_is_withdrawn(feed: AIOKafkaProducer, tail: Tail, unique: str) -> None:
    name = f"{unique}/1"
    await market.send(feed, market.offer(name))
    await tail.until(lambda seen: seen.get(name) is not None)
    await feed.send_and_wait(PRODUCTS.name, None, key=name.encode())
    await tail.until(lambda seen: seen[name] is None)


@pytest.mark.usefixtures("worker")
async def test_a_ban_takes_back_and_an_unban_brings_back(
    feed: AIOKafkaProducer, cli: AIOKafkaProducer, tail: Tail, unique: str
) -> None:
    watch, strap = f"{unique}/watch", f"{unique}/strap"
    await market.send(feed, market.offer(watch, name=f"Часы {unique}"))
    await market.send(feed, market.offer(strap, name=f"Ремешок для часов {unique}", brand=unique))
    await tail.until(lambda seen: seen.get(watch) is not None and seen.get(strap) is not None)
    await market.ban(cli, f"keyword:часы {unique}")
    await tail.until(lambda seen: seen[watch] is None and seen[strap] is None)
    await market.ban(cli, f"brand:{unique}")
    await market.unban(cli, f"keyword:часы {unique}")
    await tail.until(lambda seen: seen[watch] is not None)
    assert tail.seen[strap] is None, "the second rule still stops the strap"
    await market.unban(cli, f"brand:{unique}")
    await tail.until(lambda seen: seen[strap] is not None)


@pytest.mark.usefixtures("worker")
async def test_a_ban_with_an_end_ends_by_itself(
    feed: AIOKafkaProducer, cli: AIOKafkaProducer, tail: Tail, unique: str
) -> None:
    name = f"{unique}/1"
    await market.send(feed, market.offer(name))
    await tail.until(lambda seen: seen.get(name) is not None)
    await market.ban(cli, f"product:{name}", market.soon(3))
    await tail.until(lambda seen: seen[name] is None)
    await tail.until(lambda seen: seen[name] is not None)


async def test_what_happened_while_no_worker_ran_is_made_good(
    settings: Settings, feed: AIOKafkaProducer, cli: AIOKafkaProducer, tail: Tail, unique: str
) -> None:
    first, second = f"{unique}/1", f"{unique}/2"
    worker = await Worker(settings).ready()
    await market.send(feed, market.offer(first))
    await market.send(feed, market.offer(second))
    await market.ban(cli, f"product:{second}")
    await tail.until(lambda seen: seen.get(first) is not None and second in seen and seen[second] is None)
    assert worker.stop() == 0, worker.log()
    await market.ban(cli, f"product:{first}")
    await market.unban(cli, f"product:{second}")
    worker = await Worker(settings).ready()
    try:
        await tail.until(lambda seen: seen[first] is None and seen[second] is not None)
    finally:
        worker.stop()


async def test_a_change_of_rules_survives_a_kill_and_a_lost_index(
    settings: Settings, feed: AIOKafkaProducer, cli: AIOKafkaProducer, tail: Tail, unique: str
) -> None:
    """Killed in the middle of a large ban, started without the index; offers and a small ban come meanwhile."""
    for number in range(MANY):
        await market.send(feed, market.offer(f"{unique}/{number}", brand=unique, name=f"Чайник {number} {unique}"))
    await feed.flush()
    worker = await Worker(settings).ready()
    try:
        await tail.until(lambda seen: sum(key.startswith(f"{unique}/") for key in seen) == MANY)
        await market.ban(cli, f"brand:{unique}")
        await tail.until(lambda seen: None in seen.values())
        worker.kill()
        shutil.rmtree(settings.stack_dir / "offer_index")
        await market.unban(cli, f"brand:{unique}")
        await market.ban(cli, f"keyword:17 {unique}")
        for number in range(0, MANY, 7):
            await market.send(feed, market.offer(f"{unique}/{number}", name=f"Чайник {number} {unique}", brand="Иной"))
        worker = await Worker(settings).ready()
        found = await market.until_right(settings, f"{unique}/")
        assert len(market.passed(found)) == MANY - 1
        await market.ban(cli, f"brand:{unique}")
        found = await market.until_right(settings, f"{unique}/")
        assert len(market.passed(found)) == len(range(0, MANY, 7))
    finally:
        worker.stop()


@pytest.mark.usefixtures("worker")
async def test_malformed_messages_stop_nothing(
    settings: Settings, feed: AIOKafkaProducer, tail: Tail, unique: str
) -> None:
    good = market.offer(f"{unique}/good")
    values = [b"", b"{", b"\xff" * 9, b"null", orjson.dumps(market.offer("other/other")), b"x" * (3 << 20), *_garbage()]
    sent = {}
    for number, value in enumerate(values):
        name = f"{unique}/{number}"
        record = await feed.send_and_wait(PRODUCTS.name, value, key=name.encode())
        sent[f"{record.topic}-{record.partition}-{record.offset}"] = (name, value)
    await market.send(feed, good)
    await tail.until(lambda seen: f"{unique}/good" in seen)
    deadline = time.monotonic() + WITHIN_S
    while (dead_letters := await market.dead_letters(settings, unique)).keys() != sent.keys():
        assert time.monotonic() < deadline, f"{len(dead_letters)} dead letters for {len(sent)} malformed messages"
        await asyncio.sleep(0.2)
    for source, dead_letter in dead_letters.items():
        key, payload = sent[source]
        original = base64.b64decode(dead_letter.value)
        assert (dead_letter.key, dead_letter.topic, dead_letter.service) == (key, PRODUCTS.name, "filter")
        assert original == payload or (dead_letter.truncated and payload.startswith(original))
        assert dead_letter.reason in {"not_json", "invalid", "key_differs"}
        assert dead_letter.detail
    assert not [key for key in tail.seen if key.startswith(unique) and key != f"{unique}/good"]


def test_without_kafka_it_says_so_and_ends(settings: Settings) -> None:
    environment = os.environ | {
        "YARMARKA_STACK_DIR": str(settings.stack_dir.resolve()),
        "YARMARKA_KAFKA__BOOTSTRAP": "localhost:1",
    }
    command = [sys.executable, "-m", "pipeline", "filter"]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "YARMARKA_KAFKA__BOOTSTRAP" in done.stderr.splitlines()[-1]


def _garbage() -> list[bytes]:
    """What hypothesis thinks of, none of which is a product."""
    found: list[bytes] = []
    texts = st.recursive(
        st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    ).map(orjson.dumps)
    broken = st.sampled_from(sorted(market.offer("s/p"))).flatmap(
        lambda name: st.sampled_from([None, [], {}, -1]).map(
            lambda odd: orjson.dumps(market.offer("s/p") | {name: odd})
        )
    )

    @hypothesis_settings(
        max_examples=150, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(st.binary(max_size=40) | texts | broken)
    def collect(value: bytes) -> None:
        found.append(value)

    collect()
    return found
