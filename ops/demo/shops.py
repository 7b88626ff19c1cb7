"""The demo's shops: how each one prices, numbers and talks."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

SHOPS = Path(__file__).with_name("shops.toml")


class ShopDelivery(BaseModel):
    """What a courier of the shop costs, and how many days it takes: "1-3"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cost: int
    days: str


class Shop(BaseModel):
    """A seller. `id` is the `store_id` of its products; `stock` is the most pieces it keeps of one offer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    character: str
    ending: Literal["ninety", "hundred", "ten", "plain"]
    sku: str
    stock: int
    closing: tuple[str, ...]
    delivery: ShopDelivery | None = None
    pickup: bool = False
    contact: str = ""

    @property
    def site(self) -> str:
        """Its address; nobody has one of this ending."""
        return f"https://{self.id}.example"

    def price(self, roubles: float) -> int:
        """The nearest price with the ending this shop likes, never below 9 roubles."""
        if self.ending == "plain" or roubles < 100:
            return max(9, round(roubles))
        if self.ending == "ninety" and roubles >= 1000:
            return round(roubles / 100) * 100 - 10
        if self.ending == "hundred" and roubles >= 1000:
            return round(roubles / 100) * 100
        return round(roubles / 10) * 10


@cache
def shops() -> dict[str, Shop]:
    """The shops by id, in the order of the file."""
    rows = tomllib.loads(SHOPS.read_text("utf-8"))["shop"]
    return {shop.id: shop for shop in map(Shop.model_validate, rows)}
