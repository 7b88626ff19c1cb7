"""What a test does to the topics, and what must be true of them afterwards."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import orjson
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.structs import RecordMetadata

from ops.errors import UnprocessableMessage
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.bans import Rules, decide, parse_rule
from pipeline.contracts.messages import HEADERS, Ban, DeadLetter, Product, decode, encode, offer_id, parts_of_offer_id
from pipeline.contracts.topics import BANS, DEAD_LETTERS, FILTERED_PRODUCTS, PRODUCTS, Topic
from pipeline.kafka.partitioning import partition_of
from tests.pipeline.topic_reader import read_topic

RIGHT_WITHIN_S = 120.0


def offer(offer_id: str, **changes: object) -> dict[str, object]:
    """A valid offer of that id, `shop/product`, as JSON holds it."""
    store_id, product_id = parts_of_offer_id(offer_id)
    return {
        "product_id": product_id,
        "name": "Чайник электрический",
        "description": "Кипятит воду",
        "price": {"amount": 1990.0, "currency": "RUB"},
        "category": "Дом / Чайники",
        "brand": "Север",
        "stock": {"available": 3, "reserved": 0},
        "sku": product_id,
        "tags": ["кухня"],
        "images": [],
        "specifications": {"объём": "1,7 л"},
        "store_id": store_id,
    } | changes


async def send(producer: AIOKafkaProducer, document: Mapping[str, object]) -> asyncio.Future[RecordMetadata]:
    """Send a product as a feed does, without waiting; what comes back is done when Kafka has it."""
    key = offer_id(str(document["store_id"]), str(document["product_id"])).encode()
    sent: asyncio.Future[RecordMetadata] = await producer.send(
        PRODUCTS.name, orjson.dumps(document), key=key, partition=partition_of(PRODUCTS.name, key), headers=HEADERS
    )
    return sent


async def ban(producer: AIOKafkaProducer, rule: str, until: datetime | None = None) -> None:
    """Put a rule in force."""
    await producer.send_and_wait(BANS.name, encode(Ban(rule=rule, until=until)), key=rule.encode(), headers=HEADERS)


async def unban(producer: AIOKafkaProducer, rule: str) -> None:
    """Lift a rule by a tombstone."""
    await producer.send_and_wait(BANS.name, None, key=rule.encode())


async def records(settings: Settings, identity: str, topic: Topic) -> list[tuple[str, bytes | None, str]]:
    """Key, value and place of every record, each partition in order."""
    return [
        ((one.key or b"").decode("utf-8", "replace"), one.value, f"{one.topic}-{one.partition}-{one.offset}")
        for one in await read_topic(settings, topic.name, identity)
    ]


class Model:
    """The sequential model: today's rules on the latest valid version of each product."""

    def __init__(self, bans: Mapping[str, bytes | None], latest: Mapping[str, bytes | None]) -> None:
        self._rules = Rules(
            (parse_rule(key), decode(Ban, value).until) for key, value in bans.items() if value is not None
        )
        self._values = latest
        self._products = {key: decode(Product, value) for key, value in latest.items() if value is not None}

    def now(self) -> dict[str, bytes | None]:
        """What `filtered_products` must say of each product at this moment."""
        moment = datetime.now(UTC)
        return {
            key: value if key in self._products and decide(self._products[key], self._rules, moment).allowed else None
            for key, value in self._values.items()
        }


async def model(settings: Settings, prefix: str) -> Model:
    """The model of the products whose ids begin so, from what the topics hold."""
    bans = {key: value for key, value, _ in await records(settings, "admin", BANS)}
    latest: dict[str, bytes | None] = {}
    for key, value, _ in await records(settings, "admin", PRODUCTS):
        if key.startswith(prefix) and (value is None or _valid(key, value)):
            latest[key] = value
    return Model(bans, latest)


async def dead_letters(settings: Settings, prefix: str) -> dict[str, DeadLetter]:
    """Dead letters by source whose key begins so."""
    found = await records(settings, "admin", DEAD_LETTERS)
    decoded = [decode(DeadLetter, value) for _, value, _ in found if value is not None]
    return {one.source: one for one in decoded if (one.key or "").startswith(prefix)}


async def until_right(settings: Settings, prefix: str, within: float = RIGHT_WITHIN_S) -> dict[str, bytes | None]:
    """Wait until `filtered_products` says of every product what the model says; fails with the differences.

    Call it when nothing is sent any more.
    """
    deadline = time.monotonic() + within
    wanted_now = await model(settings, prefix)
    found: dict[str, bytes | None] = {}
    async with Kafka(settings, "admin").consumer(max_poll_records=5_000) as consumer:
        places = [TopicPartition(FILTERED_PRODUCTS.name, number) for number in range(FILTERED_PRODUCTS.partitions)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        while True:
            fetched = await consumer.getmany(timeout_ms=500)
            for record in (record for part in fetched.values() for record in part):
                key = record.key.decode("utf-8", "replace")
                if key.startswith(prefix):
                    found[key] = record.value
            if fetched and time.monotonic() < deadline:
                continue
            wanted = wanted_now.now()
            wrong = [key for key, value in wanted.items() if key not in found or found[key] != value]
            foreign = found.keys() - wanted.keys()
            if not wrong and not foreign:
                return found
            assert time.monotonic() < deadline, (
                f"{len(wrong)} of {len(wanted)} products are wrong, {len(foreign)} are not in the model, for example "
                f"{[(key, _short(found.get(key)), _short(wanted[key])) for key in wrong[:3]]} {sorted(foreign)[:3]}"
            )


def soon(seconds: float) -> datetime:
    """A moment from now."""
    return datetime.now(UTC) + timedelta(seconds=seconds)


def _valid(key: str, value: bytes) -> bool:
    try:
        return decode(Product, value).offer_id == key
    except UnprocessableMessage:
        return False


def _short(value: bytes | None) -> str:
    return "refused" if value is None else value[:60].decode("utf-8", "replace")


def passed(found: Mapping[str, bytes | None]) -> Sequence[str]:
    """Ids of the products that are let through."""
    return sorted(key for key, value in found.items() if value is not None)
