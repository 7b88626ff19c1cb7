"""What a change of rules is looked for by, in the columns of blocks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from pipeline.bans import Kind, Rules
from pipeline.contracts.messages import OFFER_DIVIDER
from pipeline.filter.offer_index.block import Mask, Numbers, among, number_of, sorted_numbers
from pipeline.filter.offer_index.block_store import BlockStore, Coded, Column, group_of, unpacked
from pipeline.text.brand_names import brand_answers
from pipeline.text.rule_words import spellings

# Of more phrases only the first words are looked for: what they find is read and decided anyhow.
PHRASES_IN_FULL = 64
Rows: TypeAlias = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of which rows the names say that a rule touches them, and of which the words say that it may."""

    offers: Numbers
    products: Numbers
    stores: Coded
    categories: Coded
    brands: Coded
    phrases: Sequence[Sequence[frozenset[int]]]

    @classmethod
    def by(cls, rules: Rules, store: BlockStore) -> "Wanted":
        """What these rules name, as the store numbers it."""
        of: dict[Kind, list[str]] = {kind: [rule.value for rule in rules if rule.kind is kind] for kind in Kind}
        products = of[Kind.PRODUCT]
        return cls(
            offers=sorted_numbers(value.encode() for value in products if OFFER_DIVIDER in value),
            products=sorted_numbers(value.encode() for value in products if OFFER_DIVIDER not in value),
            stores=store.codes_of(Column.STORES, of[Kind.SELLER]),
            categories=store.codes_of(Column.CATEGORIES, of[Kind.CATEGORY]),
            brands=store.codes_of(Column.BRANDS, {name for value in of[Kind.BRAND] for name in brand_answers(value)}),
            phrases=_phrases(of[Kind.KEYWORD]),
        )

    def named(self, store: BlockStore, rows: Mapping[int, int]) -> dict[int, Mask]:
        """By block, the rows of which the names say that they are touched; `rows` has how many there are in each."""
        found: dict[int, Mask] = {}

        def add(number: int, mask: Mask) -> None:
            if mask.any():
                found[number] = found[number] | mask if number in found else mask

        for column, numbers in ((Column.HASHES, self.offers), (Column.PRODUCTS, self.products)):
            for number, data in store.column(column) if len(numbers) else ():
                add(number, among(np.frombuffer(data, np.uint64), numbers))
        for column, codes in (
            (Column.STORES, self.stores),
            (Column.CATEGORIES, self.categories),
            (Column.BRANDS, self.brands),
        ):
            for number, data in store.column(column) if len(codes) else ():
                add(number, np.isin(np.frombuffer(data, np.int32), codes))
        return {number: mask for number, mask in found.items() if number in rows}

    def worded(self, store: BlockStore, rows: Mapping[int, int]) -> dict[int, Mask]:
        """By block, the rows of which the words say that they may be touched."""
        found: dict[int, Mask] = {}
        for number, present in self._present(store).items():
            mask = np.zeros(rows.get(number, 0), dtype=np.bool_)
            for places in _holding(self.phrases, present):
                mask[places] = True
            if mask.any():
                found[number] = mask
        return found

    def _present(self, store: BlockStore) -> dict[int, dict[int, Rows]]:
        """By block and word of a rule, the rows that have it."""
        present: dict[int, dict[int, Rows]] = {}
        words = np.array(sorted({key for phrase in self.phrases for keys in phrase for key in keys}), dtype=np.uint64)
        groups = group_of(words)
        for group in np.unique(groups).tolist():
            of_group = words[groups == group]
            for number, data in store.column(Column.WORDS + group):
                uniques, counts = unpacked(data)
                hits = np.flatnonzero(among(uniques, of_group)).tolist()
                if hits:
                    ends = np.cumsum(counts, dtype=np.int64)
                    places = store.places(number, group)
                    of_block = present.setdefault(number, {})
                    for hit in hits:
                        of_block[int(uniques[hit])] = places[ends[hit] - counts[hit] : ends[hit]]
        return present


def _phrases(values: Sequence[str]) -> list[list[frozenset[int]]]:
    written = [spelling for value in values for spelling in spellings(value)]
    if len(written) > PHRASES_IN_FULL:
        return [[frozenset(number_of(key.encode()) for spelling in written for key in spelling[0])]]
    return [[frozenset(number_of(key.encode()) for key in keys) for keys in spelling] for spelling in written]


def _holding(phrases: Sequence[Sequence[frozenset[int]]], present: Mapping[int, Rows]) -> Iterator[Rows]:
    """The rows that have every word of some phrase."""
    for phrase in phrases:
        rows: Rows | None = None
        for keys in phrase:
            of_word = [present[key] for key in present.keys() & keys]
            if not of_word:
                break
            union = np.unique(np.concatenate(of_word))
            rows = union if rows is None else np.intersect1d(rows, union)
        else:
            if rows is not None:
                yield rows
