"""The indexer against bare bulk loops, and how soon a product can be found.

Three contenders write the same products into fresh indices in turn: the indexer's flow; a loop as one writes it
first (fetch, make documents, one bulk request, wait, commit); and a loop that only sends documents made beforehand,
which no indexer can reach whose server leaves it one processor.
"""

import asyncio
import contextlib
import random
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from statistics import median, quantiles

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import NewTopic
from elasticsearch import ApiError, AsyncElasticsearch

from ops.elasticsearch import client as connect
from ops.kafka import Kafka
from ops.settings import STACK_DIR_NAME, Settings, load
from pipeline.catalog.indexer.alias import Indices
from pipeline.catalog.indexer.documents import operations
from pipeline.contracts.messages import HEADERS, offer_id, parts_of_offer_id
from pipeline.contracts.topics import PRODUCTS
from pipeline.kafka.dead_letters import DeadLetters
from pipeline.kafka.position_check import LogWatch, histories_of
from pipeline.sink.bulk import HEADERS as BULK_HEADERS
from pipeline.sink.bulk import Bulk
from pipeline.sink.consume_loop import ConsumeLoop
from pipeline.sink.size import BulkSize
from tests.benchmarks.bench_filter import product
from tests.benchmarks.rows import Row, compared

DOCUMENTS = 6_000
REPEATS = 5
RAW_SIZE = 1_000
PER_SECOND = 500
SECONDS = 8
# One product in so many is watched for until a search finds it.
WATCHED = 20
# Long enough to index what other benchmarks have left in the topics.
STARTS_WITHIN_S = 600.0
GIVEN_UP_S = 30.0


async def run(settings: Settings) -> list[Row]:
    """The indexer's rows. Interleaved repeats, medians."""
    return [*await throughput(settings), await freshness(settings)]


async def throughput(settings: Settings) -> list[Row]:
    """Documents a second of the three contenders."""
    rates: dict[str, list[float]] = {"ours": [], "raw": [], "ready-made": []}
    async with _filled_topic(settings) as topic, connect(settings, "indexer") as client:
        contenders: dict[str, Callable[[Indices, str], Awaitable[float]]] = {
            "ours": lambda indices, index: _ours(settings, topic, indices),
            "raw": lambda indices, index: _raw(settings, topic, client, index),
            "ready-made": lambda indices, index: _ready_made(settings, topic, client, index),
        }
        for repeat in range(REPEATS + 1):
            for name, contend in contenders.items():
                async with _index(client) as (indices, index):
                    rate = await contend(indices, index)
                    await client.indices.refresh(index=index)
                    found = await client.count(index=index)
                    assert found["count"] == DOCUMENTS, f"{name} wrote {found['count']} of {DOCUMENTS}"
                # The first round fills the memory for words, for all three.
                if repeat:
                    rates[name].append(rate)
    return [
        compared("indexer_vs_raw_bulk", "documents/s", rates["ours"], "fetch, make, bulk loop", rates["raw"]),
        compared("indexer_vs_ready_made_bulk", "documents/s", rates["ours"], "bulk loop alone", rates["ready-made"]),
    ]


async def freshness(settings: Settings) -> Row:
    """Seconds from the send of a product to its first appearance in a search, through real filter and indexer."""
    async with _services(settings), connect(settings, "indexer") as client:
        watch = Watch(client, settings.search.alias)
        await _steady(settings, watch, 1)
        p95s = []
        for _ in range(REPEATS):
            watch.delays.clear()
            await _steady(settings, watch, SECONDS)
            p95s.append(quantiles(watch.delays, n=20)[-1])
    value = median(p95s)
    return Row(
        name="produce_to_searchable_p95_s", value=value, unit="s", baseline="the bar", baseline_value=1.0,
        ratio=value, repeats=REPEATS,
    )  # fmt: skip


@dataclass
class Watch:
    """Looks for products in the index, and notes how long it took."""

    client: AsyncElasticsearch
    alias: str
    waiting: dict[str, float] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)

    async def look(self) -> None:
        """One search for everything that is waited for."""
        asked = list(self.waiting)[:500]
        if not asked:
            return
        body = await self.client.search(
            index=self.alias, query={"ids": {"values": asked}}, size=len(asked), source=False
        )
        seen = time.perf_counter()
        for hit in body["hits"]["hits"]:
            self.delays.append(seen - self.waiting.pop(hit["_id"]))


async def _steady(settings: Settings, watch: Watch, seconds: int) -> None:
    """Send products at a steady pace, and look for them until all that are watched have been found."""
    run_id = uuid.uuid4().hex[:8]
    sending = asyncio.create_task(_send(settings, watch, run_id, seconds))
    deadline = time.perf_counter() + seconds + GIVEN_UP_S
    while not sending.done() or watch.waiting:
        if time.perf_counter() > deadline:
            raise RuntimeError(f"{len(watch.waiting)} products did not become searchable in {GIVEN_UP_S:g} s")
        with contextlib.suppress(ApiError):
            await watch.look()
        await asyncio.sleep(0.01)
    await sending


async def _send(settings: Settings, watch: Watch, run_id: str, seconds: int) -> None:
    chance = random.Random(run_id)  # noqa: S311 - sample data
    async with Kafka(settings, "feed").producer() as producer:
        began = time.perf_counter()
        for number in range(PER_SECOND * seconds):
            await asyncio.sleep(max(began + number / PER_SECOND - time.perf_counter(), 0))
            name, value = _renamed(chance.randrange(100_000), f"fresh-{run_id}-{number}")
            if number % WATCHED == 0:
                watch.waiting[name] = time.perf_counter()
            await producer.send(PRODUCTS.name, value, key=name.encode(), headers=HEADERS)
        await producer.flush()


def _renamed(number: int, name: str) -> tuple[str, bytes]:
    """The offer of that number under another product id: its offer id, and its message."""
    key, value = product(number)
    store_id, product_id = parts_of_offer_id(key.decode())
    return offer_id(store_id, name), value.replace(f'"{product_id}"'.encode(), f'"{name}"'.encode(), 1)


@contextlib.asynccontextmanager
async def _services(settings: Settings) -> AsyncIterator[None]:
    """A filter and an indexer of our own, beside those of the stack, if it has any."""
    async with contextlib.AsyncExitStack() as stack:
        for service in ("filter", "index"):
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "pipeline", service,
                env={"PATH": "/usr/bin:/bin", STACK_DIR_NAME: str(settings.stack_dir)},
                stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            stack.push_async_callback(_end, process)
        async with connect(settings, "indexer") as client:
            await _first(settings, Watch(client, settings.search.alias))
        yield


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    await process.wait()


async def _first(settings: Settings, watch: Watch) -> None:
    """Wait until a product goes all the way."""
    name, value = _renamed(0, f"first-{uuid.uuid4().hex[:8]}")
    async with Kafka(settings, "feed").producer() as producer:
        await producer.send_and_wait(PRODUCTS.name, value, key=name.encode(), headers=HEADERS)
    watch.waiting[name] = time.perf_counter()
    while watch.waiting:
        if time.perf_counter() - watch.waiting[name] > STARTS_WITHIN_S:
            raise RuntimeError(f"a product is not searchable {STARTS_WITHIN_S:g} s after the start of the services")
        with contextlib.suppress(ApiError):
            await watch.look()
        await asyncio.sleep(0.1)


async def _ours(settings: Settings, topic: str, indices: Indices) -> float:
    kafka = Kafka(settings, "admin")
    bulk = Bulk(indices.client, BulkSize(), lambda holds: None, lambda operation, outcome: None, indices.alias)
    async with kafka.producer() as producer, _consumer(kafka, topic) as consumer:
        watch = LogWatch(consumer, await histories_of(consumer, [topic]))
        flow = ConsumeLoop(consumer, bulk, operations, DeadLetters(producer, "bench"), watch)
        began, done = time.perf_counter(), 0
        while done < DOCUMENTS:
            done += await flow.step()
        await flow.drain()
    return DOCUMENTS / (time.perf_counter() - began)


async def _raw(settings: Settings, topic: str, client: AsyncElasticsearch, index: str) -> float:
    async with _consumer(Kafka(settings, "admin"), topic) as consumer:
        began, done = time.perf_counter(), 0
        while done < DOCUMENTS:
            fetched = await consumer.getmany(timeout_ms=200, max_records=RAW_SIZE)
            records = [record for some in fetched.values() for record in some]
            if not records:
                continue
            wanted, _ = operations(records)
            await _bulk(client, index, [operation.lines for operation in wanted])
            await consumer.commit()
            done += len(records)
    return DOCUMENTS / (time.perf_counter() - began)


async def _ready_made(settings: Settings, topic: str, client: AsyncElasticsearch, index: str) -> float:
    lines: list[bytes] = []
    async with _consumer(Kafka(settings, "admin"), topic) as consumer:
        while len(lines) < DOCUMENTS:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                lines += [operation.lines for operation in operations(records)[0]]
    began = time.perf_counter()
    for start in range(0, DOCUMENTS, RAW_SIZE):
        await _bulk(client, index, lines[start : start + RAW_SIZE])
    return DOCUMENTS / (time.perf_counter() - began)


async def _bulk(client: AsyncElasticsearch, index: str, lines: list[bytes]) -> None:
    answer = await client.perform_request("POST", f"/{index}/_bulk", headers=BULK_HEADERS, body=lines)
    assert not answer.body["errors"]


@contextlib.asynccontextmanager
async def _consumer(kafka: Kafka, topic: str) -> AsyncIterator[AIOKafkaConsumer]:
    async with kafka.consumer(group=f"indexer-bench-{uuid.uuid4().hex[:8]}") as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        yield consumer


@contextlib.asynccontextmanager
async def _index(client: AsyncElasticsearch) -> AsyncIterator[tuple[Indices, str]]:
    """A fresh index with the catalogue's mapping, behind an alias of its own."""
    indices = Indices(client, f"products-bench-{uuid.uuid4().hex[:8]}")
    index = await indices.ensure()
    await client.cluster.health(index=index, wait_for_status="yellow")
    try:
        yield indices, index
    finally:
        await indices.remove(index)


@contextlib.asynccontextmanager
async def _filled_topic(settings: Settings) -> AsyncIterator[str]:
    topic = f"bench-{uuid.uuid4().hex[:8]}"
    kafka = Kafka(settings, "admin")
    async with kafka.admin() as admin:
        await admin.create_topics([NewTopic(name=topic, num_partitions=1, replication_factor=1)])
    async with kafka.producer() as producer:
        for number in range(DOCUMENTS):
            key, value = product(number)
            await producer.send(topic, value, key=key)
        await producer.flush()
    yield topic
    async with kafka.admin() as admin:
        await admin.delete_topics([topic])


if __name__ == "__main__":
    for measured in asyncio.run(run(load())):
        sys.stdout.write(measured.model_dump_json() + "\n")
