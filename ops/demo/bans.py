"""The file of bans that the demo begins with."""

from collections.abc import Iterable

import orjson

from ops.demo.offers import DemoOffer

BANNED_SHOP = "barakholka"
"""Everything that this shop sells is stopped by one of the rules below."""


def allowed(offers: Iterable[DemoOffer]) -> tuple[DemoOffer, ...]:
    """The offers that the rules of `file` let through."""
    return tuple(offer for offer in offers if offer.store_id != BANNED_SHOP)


def file() -> bytes:
    """`banned_products.json`: a plain id, and objects with rule, reason and until."""
    rules: list[str | dict[str, str]] = [
        "ty-0802",
        {"rule": "product:ty-0801", "reason": "Магнитные шарики отозваны: опасны для детей"},
        {"rule": "keyword:реплика", "reason": "Подделки и реплики не продаём"},
        {"rule": "keyword:фейерверк", "reason": "Пиротехника только до разрешения", "until": "2030-01-15T00:00:00Z"},
    ]
    return orjson.dumps(rules, option=orjson.OPT_INDENT_2)
