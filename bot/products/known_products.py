"""Products that were asked for lately, kept in memory and kept right by the topic that the index is made from."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from bot.products.gone_lately import GoneLately
from pipeline.contracts.messages import Product

# A product takes about 4 kB.
KEPT = 10_000


class Indexed(Protocol):
    """The catalogue, which says of each product at which offset of `filtered_products` it was indexed."""

    async def indexed(self, offer_ids: Iterable[str]) -> Mapping[str, tuple[Product, int]]: ...


class KnownProducts:
    """Answers from memory what it knows, and asks the catalogue for the rest.

    Never older than the catalogue: whoever follows `filtered_products` calls `learn` for each record. An answer of the
    catalogue is kept when it is of the record that was learnt last: not when a later one has overtaken it, nor when it
    is of a topic that there was before this one. Until `trust`, and after `forget`, everything is asked.
    """

    def __init__(self, catalog: Indexed, kept: int = KEPT, gone: GoneLately | None = None) -> None:
        """`gone` is told what is taken back, and what comes again, from `trust` on."""
        self._catalog = catalog
        self._gone = gone
        self._size = kept
        self._kept: OrderedDict[str, Product] = OrderedDict()
        self._newest: Callable[[str], int | None] | None = None

    async def product(self, offer_id: str) -> Product | None:
        """The product as it is now, or None. Raises what the catalogue raises."""
        return (await self.products((offer_id,))).get(offer_id)

    async def products(self, offer_ids: Iterable[str]) -> dict[str, Product]:
        """Those of the products that there are, by id, in the order asked for. Raises what the catalogue raises."""
        wanted = list(dict.fromkeys(offer_ids))
        known = {offer_id: product for offer_id in wanted if (product := self._kept.get(offer_id)) is not None}
        for offer_id in known:
            self._kept.move_to_end(offer_id)
        if missing := [offer_id for offer_id in wanted if offer_id not in known]:
            for offer_id, (product, offset) in (await self._catalog.indexed(missing)).items():
                known[offer_id] = product
                self._keep(offer_id, product, offset)
        return {offer_id: known[offer_id] for offer_id in wanted if offer_id in known}

    def learn(self, offer_id: str, product: Product | None) -> None:
        """Take in the product's newest record: None when it was taken back, or when its record is not understood."""
        if self._gone is not None and product is not None:
            self._gone.came_back(offer_id)
        elif self._gone is not None and self._newest is not None:
            self._gone.note(offer_id)
        if offer_id not in self._kept:
            return
        if product is None:
            del self._kept[offer_id]
        else:
            self._kept[offer_id] = product

    def trust(self, newest: Callable[[str], int | None]) -> None:
        """From here on every record is learnt within moments of being written.

        `newest` says at which offset the record of a product was that was learnt last; None: it never was.
        """
        self._newest = newest

    def forget(self) -> None:
        """The topic is no longer followed: ask for everything, and keep nothing."""
        self._newest = None
        self._kept.clear()
        if self._gone is not None:
            self._gone.forget()

    def _keep(self, offer_id: str, product: Product, offset: int) -> None:
        if self._newest is None or offset != self._newest(offer_id):
            return
        self._kept[offer_id] = product
        self._kept.move_to_end(offer_id)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
