"""What was last known of every product, by which a change is told apart from a repeat."""

import asyncio
import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from math import nan
from typing import NamedTuple

import orjson

from bot.features.watches.log_places import LogPlace
from bot.products.price_text import compared
from bot.state.disk.database import Change as Written
from bot.state.disk.database import Database
from pipeline.contracts.messages import Product
from pipeline.kafka.log_position import LogNote


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


class KnownVersion(NamedTuple):
    """What is known of a product, and the partition and offset of the record that said so.

    `snapshot`: the last one, of a product that is `gone` too; None when no record of it was understood.
    """

    partition: int
    offset: int
    gone: bool
    snapshot: Snapshot | None

    def has(self, place: LogPlace) -> bool:
        """Whether the record there was taken before. In a topic that got more partitions a key may have moved."""
        return place.partition == self.partition and place.offset <= self.offset


class ProductSnapshots:
    """Snapshots by product id. A product that was taken back keeps its last one: when it returns it is not new.

    With `disk` they are kept in that file, together with the positions up to which they are known, and so is a record
    that was taken before passed over. Without it they are in memory alone.
    """

    def __init__(self, disk: Database | None = None) -> None:
        self._disk = disk
        self._fresh: dict[str, KnownVersion] = {}

    @property
    def unwritten(self) -> int:
        """How many are in memory alone."""
        return len(self._fresh)

    def offset_of(self, offer_id: str) -> int | None:
        """At which offset the product's newest record was."""
        known = self._known(offer_id)
        return None if known is None else known.offset

    def put(self, offer_id: str, product: Product | None, place: LogPlace) -> Change | None:
        """Take in the product's newest version; None when nothing that matters has changed."""
        known = self._known(offer_id)
        if known is not None and self._disk is not None and known.has(place):
            return None
        before = None if known is None else known.snapshot
        gone = known is not None and known.gone
        after = None if product is None else snapshot(product)
        self._fresh[offer_id] = KnownVersion(place.partition, place.offset, product is None, after or before)
        if after is None:
            return None if before is None or gone else Change(offer_id, before, None, place)
        return None if before == after and not gone else Change(offer_id, before, after, place)

    def pass_over(self, offer_id: str, place: LogPlace) -> None:
        """The product's newest record is not understood: what was known of it stays."""
        known = self._known(offer_id)
        if known is None or not known.has(place):
            gone, before = (False, None) if known is None else (known.gone, known.snapshot)
            self._fresh[offer_id] = KnownVersion(place.partition, place.offset, gone, before)

    async def keep(self, waiting: Collection[str], positions: Mapping[int, int], notes: Mapping[int, LogNote]) -> None:
        """Write what is known to the file: everything before these positions but changes that wait to be settled.

        Of those a kill must leave what was known before. Raises what the file raises.
        """
        if self._disk is None:
            return
        settled = {offer_id: one for offer_id, one in self._fresh.items() if offer_id not in waiting}
        changes = [Written(offer_id.encode(), _packed(one)) for offer_id, one in settled.items()]
        await asyncio.to_thread(self._disk.write, changes, positions, notes)
        for offer_id, one in settled.items():
            if self._fresh.get(offer_id) is one:
                del self._fresh[offer_id]

    def _known(self, offer_id: str) -> KnownVersion | None:
        if (fresh := self._fresh.get(offer_id)) is not None or self._disk is None:
            return fresh
        value = self._disk.get(offer_id.encode())
        return None if value is None else _unpacked(value)


# Flags, partition, offset, price, words.
PACKED = struct.Struct("<BIqdq")
GONE, AVAILABLE, PRICED, UNDERSTOOD = 1, 2, 4, 8


def _packed(known: KnownVersion) -> bytes:
    found = known.snapshot
    flags = GONE * known.gone
    if found is None:
        return PACKED.pack(flags, known.partition, known.offset, nan, 0)
    flags |= UNDERSTOOD | AVAILABLE * found.available | PRICED * (found.price is not None)
    price = nan if found.price is None else found.price
    return PACKED.pack(flags, known.partition, known.offset, price, found.words)


def _unpacked(value: bytes) -> KnownVersion:
    flags, partition, offset, price, words = PACKED.unpack(value)
    found = Snapshot(price if flags & PRICED else None, bool(flags & AVAILABLE), words)
    return KnownVersion(partition, offset, bool(flags & GONE), found if flags & UNDERSTOOD else None)


def snapshot(product: Product) -> Snapshot:
    """The product's snapshot; equal ones are equal in every process."""
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
        product.specifications,
    )
    mark = blake2b(orjson.dumps(words, option=orjson.OPT_SORT_KEYS), digest_size=8).digest()
    price = compared(product.price)
    return Snapshot(
        price[0] if price else None, product.stock.for_sale > 0, int.from_bytes(mark, "little", signed=True)
    )


def is_new(change: Change, price_min: float | None, price_max: float | None) -> bool:
    """Whether a search between these prices could not have found the product before."""
    before = change.before
    if before is None or not before.available or change.after is None or before.words != change.after.words:
        return True
    if before.price is None:
        # On request it is in no range of prices.
        return price_min is not None or price_max is not None
    return not ((price_min is None or before.price >= price_min) and (price_max is None or before.price <= price_max))
