"""A shop's products, as it sent them last, judged by the rules of this moment. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ops.errors import UnprocessableMessage
from pipeline.bans import Kind, Rules, decide
from pipeline.contracts.messages import Product, decode

MOST_KEPT = 2_000
"""Products that a list names; more are counted alone."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A product that customers do not find, or cannot buy; `rule` is the id of the rule that refuses it."""

    product_id: str
    name: str
    rule: str = ""
    brand: str = ""

    @property
    def banned_brand(self) -> str:
        """The brand, as the shop writes it, when that is what the rule names."""
        return self.brand if self.rule.startswith(f"{Kind.BRAND}:") else ""


@dataclass(frozen=True, slots=True)
class Stock:
    """What the shop has. `on_request` of those on sale have no price."""

    on_sale: int
    on_request: int
    sold_out: tuple[Kept, ...]
    refused: tuple[Kept, ...]
    sold_out_count: int
    refused_count: int
    by_rule: tuple[tuple[str, int], ...]
    """How many products each rule refuses, the most first."""

    def named_by(self, rule: str) -> str:
        """What the product or the brand is called that the rule names, as the shop writes it; empty for other kinds."""
        one = next((kept for kept in self.refused if kept.rule == rule), None)
        if one is None:
            return ""
        return one.name if rule.startswith(f"{Kind.PRODUCT}:") else one.banned_brand


class StockTaking:
    """Takes in the records of `products`, in their order; of each offer the newest counts."""

    def __init__(self, rules: Rules, now: datetime) -> None:
        self._rules = rules
        self._now = now
        self._on_sale: dict[str, bool] = {}
        self._sold_out: dict[str, Kept] = {}
        self._refused: dict[str, Kept] = {}

    def take(self, records: Iterable[tuple[str, bytes | None]]) -> None:
        """Records of the shop alone, by the offer's id. One that is no product changes nothing: the filter keeps what
        was before."""
        for key, value in records:
            if value is None:
                self._forget(key)
                continue
            try:
                product = decode(Product, value)
            except UnprocessableMessage:
                continue
            self._forget(key)
            self._put(key, product)

    def _forget(self, key: str) -> None:
        for kept in (self._on_sale, self._sold_out, self._refused):
            kept.pop(key, None)

    def _put(self, key: str, product: Product) -> None:
        rule = decide(product, self._rules, self._now).rule
        if rule is not None:
            self._refused[key] = Kept(product.product_id, product.name, rule.id, product.brand)
        elif product.stock.for_sale <= 0:
            self._sold_out[key] = Kept(product.product_id, product.name)
        else:
            self._on_sale[key] = product.price.on_request

    def stock(self) -> Stock:
        """What was found; lists by name."""
        return Stock(
            on_sale=len(self._on_sale),
            on_request=sum(self._on_sale.values()),
            sold_out=_by_name(self._sold_out.values()),
            refused=_by_name(self._refused.values()),
            sold_out_count=len(self._sold_out),
            refused_count=len(self._refused),
            by_rule=tuple(Counter(kept.rule for kept in self._refused.values()).most_common()),
        )


def _by_name(found: Iterable[Kept]) -> tuple[Kept, ...]:
    return tuple(sorted(found, key=lambda kept: (kept.name.casefold(), kept.product_id))[:MOST_KEPT])
