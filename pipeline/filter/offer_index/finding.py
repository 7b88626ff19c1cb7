"""The newest versions of offers that a change of rules touches, out of the blocks of a partition."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from pipeline.bans import Named, Rules
from pipeline.contracts.messages import parts_of_offer_id
from pipeline.filter.offer_index.block import Mask, Numbers, Places, among, joined, number_of
from pipeline.filter.offer_index.block_store import WITHDRAWN, BlockStore, Column
from pipeline.filter.offer_index.wanted import Wanted


class Candidate(NamedTuple):
    """The newest version of an offer as far as the index reaches.

    A changed rule touches it; if `by_words`, it may, and only the record itself can tell.
    """

    key: bytes
    offset: int
    offer: Named
    by_words: bool


class StoredNames(NamedTuple):
    """What the index knows of an offer."""

    offer_id: str
    store_id: str
    product_id: str
    category: str
    brand: str


@dataclass(slots=True)
class Hits:
    """What was found in the blocks and not taken yet: a block's number, its rows, and which the words alone hit."""

    blocks: list[tuple[int, Places, Mask]] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(len(rows) for _, rows, _ in self.blocks)


class Newest:
    """Where the newest version of each of these keys is in the store: rows are counted through all blocks."""

    def __init__(self, store: BlockStore, keys: Numbers) -> None:
        self._keys = keys
        self._last = np.full(len(keys), -1, dtype=np.int64)
        self.starts: dict[int, int] = {}
        start = 0
        for number, hashes in store.hashes():
            self.starts[number] = start
            hit = np.flatnonzero(among(hashes, keys))
            # Of a key that is there twice, the last one stays.
            self._last[np.searchsorted(keys, hashes[hit])] = hit + start
            start += len(hashes)

    def overtaken(self, keys: Numbers) -> None:
        """What lies behind the store has newer versions of these."""
        self._last[np.searchsorted(self._keys, keys[among(keys, self._keys)])] = -1

    def of(self, number: int, hashes: Numbers, rows: Places) -> Mask:
        """Which of these rows of the block, whose keys are among them, are the newest."""
        newest: Mask = self._last[np.searchsorted(self._keys, hashes[rows])] == rows + self.starts[number]
        return newest


def find(store: BlockStore, touched: Rules | None, behind: Sequence[bytes]) -> Hits:
    """The newest versions that these rules may touch (None: all). `behind`: keys that have newer ones elsewhere."""
    rows = dict(store.blocks())
    named, worded = _masks(store, touched, rows)
    found: dict[int, Places] = {}
    keys: list[Numbers] = []
    for number, hashes in store.hashes():
        mask = _both(named.get(number), worded.get(number))
        if mask is not None:
            found[number] = np.flatnonzero(mask)
            keys.append(hashes[found[number]])
    if not keys:
        return Hits()
    newest = Newest(store, np.unique(np.concatenate(keys)))
    newest.overtaken(np.array([number_of(key) for key in behind], dtype=np.uint64))
    hits = Hits()
    for number, hashes in store.hashes():
        if number in found:
            kept = found[number][newest.of(number, hashes, found[number])]
            if len(kept):
                by_words = np.ones(len(kept), dtype=np.bool_) if number not in named else ~named[number][kept]
                hits.blocks.append((number, kept, by_words))
    return hits


def taken(store: BlockStore, hits: Hits, at_least: int) -> Iterator[Candidate]:
    """Takes whole blocks off the hits until there are so many candidates, or no more hits."""
    count = 0
    while hits.blocks and count < at_least:
        number, rows, by_words = hits.blocks.pop(0)
        stores = store.codes(Column.STORES, number)
        present = stores[rows] != WITHDRAWN
        rows, by_words = rows[present], by_words[present]
        if not len(rows):
            continue
        keys, offsets = store.keys(number), store.offsets(number)[rows].tolist()
        texts = [
            store.texts(store.codes(column, number)[rows])
            for column in (Column.STORES, Column.CATEGORIES, Column.BRANDS)
        ]
        for row, offset, shop, category, brand, maybe in zip(
            rows.tolist(), offsets, *texts, by_words.tolist(), strict=True
        ):
            key = keys[row]
            offer_id = key.decode()
            names = StoredNames(offer_id, shop, parts_of_offer_id(offer_id)[1], category, brand)
            yield Candidate(key, offset, names, maybe)
        count += len(rows)


def prune(store: BlockStore, rows_of_a_block: int) -> Iterator[None]:
    """Take out what has newer versions, and withdrawals, block by block; stops after each, and may be left there.

    In the order of the blocks, so that of an offer that is withdrawn nothing older is left when its withdrawal goes.
    """
    newest = Newest(store, np.unique(np.concatenate([hashes for _, hashes in store.hashes()])))
    small: list[int] = []
    size = 0
    for number in sorted(newest.starts):
        block = store.block(number)
        kept = newest.of(number, block.hashes, np.arange(len(block))) & ~block.withdrawn
        if not kept.all():
            store.replace([number], block.kept(kept))
            yield
        size = size + int(kept.sum())
        small.append(number)
        if size >= rows_of_a_block:
            _join(store, small)
            small, size = [], 0
            yield
    _join(store, small)


def _join(store: BlockStore, numbers: Sequence[int]) -> None:
    there = dict(store.blocks())
    numbers = [number for number in numbers if number in there]
    if len(numbers) > 1:
        store.replace(numbers, joined([store.block(number) for number in numbers]))


def _masks(
    store: BlockStore, touched: Rules | None, rows: Mapping[int, int]
) -> tuple[dict[int, Mask], dict[int, Mask]]:
    if touched is None:
        return {number: np.ones(count, dtype=np.bool_) for number, count in rows.items()}, {}
    wanted = Wanted.by(touched, store)
    return wanted.named(store, rows), wanted.worded(store, rows)


def _both(one: Mask | None, other: Mask | None) -> Mask | None:
    if one is None or other is None:
        return one if other is None else other
    return one | other
