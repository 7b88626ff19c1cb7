"""A thousand versions of offers as columns: what rules can name of them, and where they are. Pure.

Columns and not a row for each value: a rule is looked for in all of a column at once, which costs a few nanoseconds an
offer, and to write a block costs one insert a column, however many words its offers have.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from pipeline.bans import Decidable, searched_texts
from pipeline.text.rule_words import chunk_keys

Numbers: TypeAlias = npt.NDArray[np.uint64]
Places: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
_REMEMBERED = 1 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One version as it is in `products`; without an offer it is the withdrawal of one."""

    key: bytes
    offset: int
    offer: Decidable | None


@dataclass(frozen=True, slots=True)
class Block:
    """Versions in the order of their offsets, a row each.

    `hashes` and `products` stand for the offers' keys and for their ids within the shop; a withdrawal has only the
    former, and `withdrawn` is true of it. `words` are what keywords are looked up by, in rising order, each with the
    row in `places` that has it.
    """

    hashes: Numbers
    products: Numbers
    offsets: Places
    withdrawn: Mask
    keys: Sequence[bytes]
    stores: Sequence[str]
    categories: Sequence[str]
    brands: Sequence[str]
    words: Numbers
    places: npt.NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.offsets)

    def kept(self, rows: Mask) -> "Block":
        """These rows alone."""
        moved = np.cumsum(rows) - 1
        of_kept = rows[self.places]
        chosen = np.flatnonzero(rows).tolist()
        return Block(
            self.hashes[rows],
            self.products[rows],
            self.offsets[rows],
            self.withdrawn[rows],
            [self.keys[row] for row in chosen],
            [self.stores[row] for row in chosen],
            [self.categories[row] for row in chosen],
            [self.brands[row] for row in chosen],
            self.words[of_kept],
            moved[self.places[of_kept]].astype(np.uint16),
        )


def joined(blocks: Sequence[Block]) -> Block:
    """All rows of these blocks, which follow one another; at most 65,536."""
    starts = np.cumsum([0, *(len(block) for block in blocks)])
    words = np.concatenate([block.words for block in blocks])
    places = np.concatenate([block.places + start for block, start in zip(blocks, starts, strict=False)])
    order = np.argsort(words, kind="stable")
    return Block(
        np.concatenate([block.hashes for block in blocks]),
        np.concatenate([block.products for block in blocks]),
        np.concatenate([block.offsets for block in blocks]),
        np.concatenate([block.withdrawn for block in blocks]),
        [key for block in blocks for key in block.keys],
        [text for block in blocks for text in block.stores],
        [text for block in blocks for text in block.categories],
        [text for block in blocks for text in block.brands],
        words[order],
        places[order].astype(np.uint16),
    )


def block_of(entries: Sequence[Entry]) -> Block:
    """The columns of these entries."""
    offers = [entry.offer for entry in entries]
    words: list[int] = []
    counts: list[int] = []
    for offer in offers:
        found = () if offer is None else words_of(offer)
        words.extend(found)
        counts.append(len(found))
    numbers = np.array(words, dtype=np.uint64)
    order = np.argsort(numbers, kind="stable")
    places = np.repeat(np.arange(len(entries), dtype=np.uint16), counts)
    return Block(
        hashes=np.array([number_of(entry.key) for entry in entries], dtype=np.uint64),
        products=np.array([_product(offer) for offer in offers], dtype=np.uint64),
        offsets=np.array([entry.offset for entry in entries], dtype=np.int64),
        withdrawn=np.array([offer is None for offer in offers], dtype=np.bool_),
        # A withdrawal's key may hold any byte, and nobody will ask for it.
        keys=[b"" if entry.offer is None else entry.key for entry in entries],
        stores=["" if offer is None else offer.store_id for offer in offers],
        categories=["" if offer is None else offer.category for offer in offers],
        brands=["" if offer is None else offer.brand for offer in offers],
        words=numbers[order],
        places=places[order],
    )


def number_of(name: bytes) -> int:
    """64 bits that stand for a key or a word, the same in every process."""
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "little")


def words_of(offer: Decidable) -> set[int]:
    """The numbers of all words in which keywords are looked for."""
    found: set[int] = set()
    return found.union(*map(_OF_CHUNKS.__getitem__, set(" ".join(searched_texts(offer)).split())))


def sorted_numbers(names: Iterable[bytes]) -> Numbers:
    """The numbers of these names, in rising order."""
    return np.array(sorted(set(map(number_of, names))), dtype=np.uint64)


def among(numbers: Numbers, wanted: Numbers) -> Mask:
    """Which of the numbers are wanted; `wanted` rises."""
    if not len(wanted):
        return np.zeros(len(numbers), dtype=np.bool_)
    at = np.searchsorted(wanted, numbers)
    at[at == len(wanted)] = 0
    found: Mask = wanted[at] == numbers
    return found


def _product(offer: Decidable | None) -> int:
    return 0 if offer is None else number_of(offer.product_id.encode())


class _ChunkNumbers(dict[str, tuple[int, ...]]):
    """The numbers of the words in a piece of text without spaces: a catalogue repeats its pieces."""

    def __missing__(self, chunk: str) -> tuple[int, ...]:
        if len(self) > _REMEMBERED:
            self.clear()
        found = self[chunk] = tuple(number_of(key.encode()) for key in chunk_keys(chunk))
        return found


_OF_CHUNKS = _ChunkNumbers()
