"""What a shop's products must be after any fault, counted id by id, and what is there instead."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from elastic_transport import TransportError
from elasticsearch import ApiError
from elasticsearch.helpers import async_scan

from ops.elasticsearch import client as connect
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.bans import Rules, decide, parse_rule
from pipeline.contracts.messages import Ban, Product, decode
from pipeline.contracts.topics import BANS, FILTERED_PRODUCTS, PRODUCTS, Topic
from tests.pipeline.filter import market

RIGHT_WITHIN_S = 90.0
Shelf = Mapping[str, Product | None]
"""Key → the product as it is there; None when it was taken back."""


@dataclass(frozen=True)
class Wrong:
    """How many products are not as they must be, by what is wrong with them, and one of them."""

    old: int
    forbidden: int
    missing: int
    of: int
    example: str = ""

    def __bool__(self) -> bool:
        return bool(self.old or self.forbidden or self.missing)


async def send_products(settings: Settings, versions: Mapping[str, Mapping[str, object]]) -> None:
    """Send a version of each product, as a feed does; all are acknowledged when this returns."""
    async with Kafka(settings, "feed").producer() as producer:
        sent = [await market.send(producer, market.offer(key, **changes)) for key, changes in versions.items()]
        await asyncio.gather(*sent)


async def change_rules(settings: Settings, *, bans: tuple[str, ...] = (), lifted: tuple[str, ...] = ()) -> None:
    """Put rules in force and lift others, one after another."""
    async with Kafka(settings, "cli").producer() as producer:
        for rule in bans:
            await market.ban(producer, rule)
        for rule in lifted:
            await market.unban(producer, rule)


async def due(settings: Settings, prefix: str) -> dict[str, Product | None]:
    """What customers may see: today's rules on the newest version that any topic holds.

    A product that `products` holds no more is known by the version that was let through before.
    """
    bans = {key: value for key, value, _ in await market.records(settings, "admin", BANS)}
    rules = Rules((parse_rule(key), decode(Ban, value).until) for key, value in bans.items() if value is not None)
    known = await _shelf(settings, FILTERED_PRODUCTS, prefix) | await _shelf(settings, PRODUCTS, prefix)
    now = market.soon(0)
    return {
        key: product if product is not None and decide(product, rules, now).allowed else None
        for key, product in known.items()
    }


async def until_right(settings: Settings, prefix: str, within: float = RIGHT_WITHIN_S) -> dict[str, Product | None]:
    """Wait until `filtered_products` and the index hold exactly what they must; fails with the counts of both."""
    wanted, passed, indexed = await compared(settings, prefix, within)
    assert not passed and not indexed, f"filtered_products: {passed}; index: {indexed}"
    return wanted


async def compared(
    settings: Settings, prefix: str, within: float = RIGHT_WITHIN_S
) -> tuple[dict[str, Product | None], Wrong, Wrong]:
    """What customers may see, and what of it is wrong in `filtered_products` and in the index; as soon as nothing is,
    or when the time is over.
    """
    deadline = time.monotonic() + within
    while True:
        wanted = await due(settings, prefix)
        passed = _compared(wanted, await _shelf(settings, FILTERED_PRODUCTS, prefix))
        indexed = _compared(wanted, await _indexed(settings, prefix))
        if (not passed and not indexed) or time.monotonic() > deadline:
            return wanted, passed, indexed
        await asyncio.sleep(0.5)


def _compared(wanted: Shelf, found: Shelf) -> Wrong:
    shown = {key: product for key, product in found.items() if product is not None}
    forbidden = [key for key in shown if wanted.get(key) is None]
    old = [key for key, product in shown.items() if wanted.get(key) not in (None, product)]
    missing = [key for key, product in wanted.items() if product is not None and key not in shown]
    return Wrong(len(old), len(forbidden), len(missing), len(wanted), next(iter([*old, *forbidden, *missing]), ""))


async def _shelf(settings: Settings, topic: Topic, prefix: str) -> dict[str, Product | None]:
    found = await market.records(settings, "admin", topic)
    return {key: None if value is None else decode(Product, value) for key, value, _ in found if key.startswith(prefix)}


async def _indexed(settings: Settings, prefix: str) -> dict[str, Product | None]:
    async with connect(settings, "admin") as client:
        try:
            return {
                hit["_id"]: decode(Product, orjson.dumps(hit["_source"]["product"]))
                async for hit in async_scan(client, index=settings.search.alias, size=2_000)
                if hit["_id"].startswith(prefix)
            }
        except (ApiError, TransportError):
            return {}
