"""The filter against a bare aiokafka loop, against stock Faust, and with many rules against few.

Every contender is a process of its own on the same topics over the same mutual TLS, with the same reading and
the same decision, and reports how long it took from its first records to the last confirmed decision.
"""

import asyncio
import json
import random
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import cast

import orjson
import uvloop

from ops.kafka import Kafka
from ops.settings import Settings, load
from pipeline.bans import Rules, decide, parse_rule
from pipeline.contracts.messages import HEADERS
from pipeline.contracts.topics import FILTERED_PRODUCTS, PRODUCTS
from pipeline.filter.checkpoint import Checkpoint
from pipeline.filter.reading import read_product
from pipeline.filter.rules_subscription import RulesSnapshot
from tests.benchmarks.rows import Row, compared

PRODUCTS_FED = 50_000
FOR_STOCK = 10_000  # stock Faust would take most of a minute for all
REPEATS = 5
FEW, MANY = 10, 10_000
STALLED_AFTER_S = 300.0
SEED = 20

_VOCABULARY = (
    "умные часы браслет ремешок силиконовый кожаный чёрный серебристый экран датчик пульса шагомер защита воды "
    "плавание спорт бег тренировка батарея неделя уведомления звонки музыка зарядка магнитная гарантия год корпус "
    "алюминий сталь стекло подарок мужчине женщине ребёнку набор комплект модель размер вес материал чехол кабель "
    "наушники колонка лампа чайник кофемолка рюкзак куртка кроссовки велосипед палатка фонарь книга пазл мяч"
)
VOCABULARY = _VOCABULARY.split()
CATEGORIES = ("Электроника / Умные часы", "Электроника / Наушники", "Дом / Чайники", "Спорт / Палатки")
BRANDS = ("Север", "Полёт", "Amber", "Quartz")


async def run(settings: Settings) -> list[Row]:
    """The three rows; interleaved repeats, medians. Feeds `products` of the stack first."""
    await _feed(settings)
    contenders: dict[str, Callable[[], Awaitable[float]]] = {
        "filter": lambda: _measure("ours", FEW),
        "bare": lambda: _measure("bare", FEW),
        "stock": lambda: _measure("stock", FEW),
        "many rules": lambda: _measure("ours", MANY),
    }
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(REPEATS):
        for name, measure in contenders.items():
            rates[name].append(await measure())
    return [
        compared("filter_vs_aiokafka", "products/s", rates["filter"], "bare aiokafka loop", rates["bare"]),
        compared("filter_vs_stock_faust", "products/s", rates["filter"], "stock Faust agent", rates["stock"]),
        compared(
            "filter_rules_10000_vs_10",
            "µs/product",
            [1e6 / rate for rate in rates["many rules"]],
            "10 rules",
            [1e6 / rate for rate in rates["filter"]],
        ),
    ]


async def _measure(contender: str, rules: int) -> float:
    """Products a second of one process."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_filter", contender, str(rules)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"{contender} ended with status {process.returncode}")
    return float(json.loads(output.splitlines()[-1])["rate"])


async def _feed(settings: Settings) -> None:
    async with Kafka(settings, "feed").producer() as producer:
        for number in range(PRODUCTS_FED):
            key, value = product(number)
            await producer.send(PRODUCTS.name, value, key=key, headers=HEADERS)
        await producer.flush()


def product(number: int) -> tuple[bytes, bytes]:
    """A made-up offer of about a kilobyte, always the same for a number."""
    chance = random.Random(SEED + number)  # noqa: S311 - sample data
    words = chance.choices
    text = ". ".join(" ".join(words(VOCABULARY, k=9)).capitalize() for _ in range(3))
    document = {
        "product_id": f"bench-{number}",
        "name": f"{' '.join(words(VOCABULARY, k=5)).capitalize()} GT{number % 97}",
        "description": text,
        "price": {"amount": round(chance.uniform(90, 90_000), 2), "currency": "RUB"},
        "category": chance.choice(CATEGORIES),
        "brand": chance.choice(BRANDS),
        "stock": {"available": chance.randint(0, 50), "reserved": 0},
        "sku": f"B-{number}",
        "tags": chance.sample(VOCABULARY, 3),
        "images": [{"url": f"https://pictures.example/{number}.jpg", "alt": "фото"}],
        "specifications": {"цвет": "чёрный", "вес": 32.5, "экран": '1.43"', "страна": "Россия", "bluetooth": True},
        "created_at": "2026-05-01T10:00:00Z",
        "updated_at": "2026-06-01T10:00:00Z",
        "store_id": f"shop-{number % 6}",
    }
    return f"shop-{number % 6}/bench-{number}".encode(), orjson.dumps(document)


def rules_of(count: int) -> Rules:
    """Rules of all kinds. The first few hit, and the more there are the more name what no product has."""
    made = ["keyword:пазл", "keyword:часы настенные", "product:shop-5/bench-77", "seller:shop-9", "brand:Подделка"]
    kinds = (
        "product:shop/gone-{}",
        "seller:closed-{}",
        "category:закрыто {}",
        "brand:подделка {}",
        "keyword:товар {} запрещён",
    )
    made += [kinds[number % len(kinds)].format(number) for number in range(count - len(made))]
    return Rules((parse_rule(rule), None) for rule in made)


class FixedRules:
    """Rules that never change."""

    def __init__(self, rules: Rules) -> None:
        self.current = RulesSnapshot(rules, Checkpoint(0, datetime.now(UTC)))

    def subscribe(self, called: Callable[[], None]) -> None:
        """Nothing will change."""

    def unsubscribe(self, called: Callable[[], None]) -> None:
        """Nothing will change."""

    def changed(self, since: Checkpoint | None, to: RulesSnapshot) -> Rules | None:
        """Nothing has changed."""
        return Rules()


class Span:
    """From its beginning: products a second, and microseconds of this process' CPU for one."""

    def __init__(self, done: int) -> None:
        self._done = done
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def until(self, done: int) -> "Speed":
        """The speed from the beginning to now."""
        count = done - self._done
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        return Speed(count / wall, cpu / count * 1e6)


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a contender was. CPU tells even on a busy machine what changed."""

    rate: float
    cpu_us: float


async def ours(settings: Settings, rules: Rules) -> Speed:
    """The filter's own session."""
    from ops.service import Service
    from pipeline.filter.positions import SessionLogs
    from pipeline.filter.session import Session
    from pipeline.kafka.dead_letters import DeadLetters

    kafka, service, group = Kafka(settings, "filter"), Service("bench"), _group()
    async with kafka.producer() as producer, SessionLogs.examined(kafka, group) as logs:
        session = Session(kafka, logs, FixedRules(rules), DeadLetters(producer, "bench"), service, group=group)
        running = asyncio.create_task(session.run())
        await _until(lambda: sum(session.durable.values()) > 0, running)
        span = Span(sum(session.durable.values()))
        await _until(lambda: sum(session.durable.values()) >= PRODUCTS_FED, running)
        speed = span.until(sum(session.durable.values()))
        service.stopping.set()
        await running
    return speed


async def bare(settings: Settings, rules: Rules) -> Speed:
    """getmany → decide → send, nothing else."""
    kafka = Kafka(settings, "filter")
    now = datetime.now(UTC)
    done = 0
    span: Span | None = None
    async with (
        kafka.consumer(PRODUCTS.name, group=_group(), max_poll_records=2_000) as consumer,
        kafka.producer() as producer,
    ):
        while done < PRODUCTS_FED:
            fetched = await consumer.getmany(timeout_ms=1_000)
            sent = []
            for place, records in fetched.items():
                for record in records:
                    allowed = decide(read_product(record.key, record.value), rules, now).allowed
                    value = record.value if allowed else None
                    future = await producer.send(
                        FILTERED_PRODUCTS.name, value, key=record.key, partition=place.partition, headers=HEADERS
                    )
                    sent.append(future)
            await asyncio.gather(*sent)
            await consumer.commit()
            done += len(sent)
            if span is None and done:
                span = Span(done)
        assert span is not None
        return span.until(done)


async def stock(settings: Settings, rules: Rules) -> Speed:
    """An agent as Faust's manual has it."""
    import faust
    from faust.auth import SSLCredentials

    kafka = Kafka(settings, "filter")
    app = faust.App(
        _group(),
        broker=f"kafka://{kafka.bootstrap}",
        broker_credentials=SSLCredentials(context=kafka.ssl_context()),
        consumer_auto_offset_reset="earliest",
        datadir=settings.stack_dir / "run" / "bench",
        producer_acks=-1,
        stream_recovery_delay=0.0,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
    )
    target = app.topic(FILTERED_PRODUCTS.name, key_serializer="raw", value_serializer="raw")
    now = datetime.now(UTC)
    finished: asyncio.Future[Speed] = asyncio.get_running_loop().create_future()

    async def agent(stream: faust.StreamT[bytes]) -> None:
        done, span = 0, Span(0)
        async for key, value in cast("faust.Stream[bytes]", stream).items():
            if not done:
                span = Span(0)
            allowed = decide(read_product(key, value), rules, now).allowed
            await target.send(key=key, value=value if allowed else None)
            done += 1
            if done == FOR_STOCK:
                await app.producer.flush()
                finished.set_result(span.until(done))

    app.agent(app.topic(PRODUCTS.name, key_serializer="raw", value_serializer="raw"), name="stock")(agent)
    await app.start()
    try:
        return await asyncio.wait_for(finished, STALLED_AFTER_S)
    finally:
        await app.stop()


async def _until(holds: Callable[[], bool], running: "asyncio.Task[None]") -> None:
    deadline = time.perf_counter() + STALLED_AFTER_S
    while not holds():
        if running.done() or time.perf_counter() > deadline:
            raise RuntimeError("the filter does not get on")
        await asyncio.sleep(0.002)


def _group() -> str:
    return f"filter-bench-{uuid.uuid4().hex[:8]}"


def _contend(name: str, rules: int) -> None:
    contender = {"ours": ours, "bare": bare, "stock": stock}[name]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        speed = runner.run(contender(load(), rules_of(rules)))
    sys.stdout.write(json.dumps(asdict(speed)) + "\n")


if __name__ == "__main__":
    _contend(sys.argv[1], int(sys.argv[2]))
