"""What was last known of every product, by which a change is told apart from a repeat."""

from dataclasses import dataclass
from typing import NamedTuple

import orjson

from bot.features.watches.log_places import LogPlace
from bot.products.price_text import compared
from pipeline.contracts.messages import Product


class Snapshot(NamedTuple):
    """As much of a product as decides whether it has changed.

    `price`: as it is compared, None on request. `words` stands for everything that a search looks at.
    """

    price: float | None
    available: bool
    words: int


@dataclass(frozen=True, slots=True)
class Change:
    """A product that is no longer as it was. `before`: None when it was never there; `after`: None when it is gone."""

    offer_id: str
    before: Snapshot | None
    after: Snapshot | None
    place: LogPlace

    def after_that(self, later: "Change") -> "Change":
        """This change and a later one of the same product as one."""
        return Change(self.offer_id, self.before, later.after, later.place)


class ProductSnapshots:
    """Snapshots by product id. A product that was taken back keeps its last one: when it returns it is not new."""

    def __init__(self) -> None:
        self._known: dict[str, Snapshot] = {}
        self._gone: set[str] = set()

    def __len__(self) -> int:
        return len(self._known)

    def put(self, offer_id: str, product: Product | None, place: LogPlace) -> Change | None:
        """Take in the product's newest version; None when nothing that matters has changed."""
        before = self._known.get(offer_id)
        if product is None:
            if before is None or offer_id in self._gone:
                return None
            self._gone.add(offer_id)
            return Change(offer_id, before, None, place)
        after = snapshot(product)
        back = offer_id in self._gone
        self._gone.discard(offer_id)
        self._known[offer_id] = after
        return None if before == after and not back else Change(offer_id, before, after, place)


def snapshot(product: Product) -> Snapshot:
    """The product's snapshot; equal ones are equal within one process."""
    words = (
        product.name,
        product.description,
        product.category,
        product.brand,
        product.price.currency,
        product.price.amount if product.price.converted else None,
        product.price.at_least,
        product.store_id,
        product.sku,
        product.tags,
        orjson.dumps(product.specifications, option=orjson.OPT_SORT_KEYS),
    )
    price = compared(product.price)
    return Snapshot(price[0] if price else None, product.stock.for_sale > 0, hash(words))


def is_new(change: Change, price_min: float | None, price_max: float | None) -> bool:
    """Whether a search between these prices could not have found the product before."""
    before = change.before
    if before is None or not before.available or change.after is None or before.words != change.after.words:
        return True
    if before.price is None:
        # On request it is in no range of prices.
        return price_min is not None or price_max is not None
    return not ((price_min is None or before.price >= price_min) and (price_max is None or before.price <= price_max))
