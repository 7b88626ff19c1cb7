"""The index of one partition: kept up with `products`, and asked what a change of rules touches."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import ParamSpec, Protocol, TypeVar

import numpy as np

from pipeline.bans import Rules
from pipeline.filter.offer_index.block import Entry, among, block_of, number_of
from pipeline.filter.offer_index.block_store import BlockStore
from pipeline.filter.offer_index.finding import Candidate, Hits, find, prune, taken
from pipeline.filter.reading import MalformedError, read_product
from pipeline.filter.record import ProductRecord
from pipeline.kafka.log_position import LogNote

P = ParamSpec("P")
T = TypeVar("T")
BLOCK = 1_024
# Between two of these the loop may do what is more urgent.
READ_AT_ONCE = 128
# Whether to prune is looked at after so many rows more: by then it costs little beside making them.
LOOKED_AFTER = 64 * BLOCK


class ProductsReader(Protocol):
    """What the index asks of `products`. Raises KafkaError."""

    async def following(
        self, partition: int, start: int, end: int, at_most: int
    ) -> tuple[Sequence[ProductRecord], int]:
        """At least one record and at most so many, from `start` on and below `end`; and what comes after them.

        No record when compaction has left none below `end`.
        """
        ...

    async def at(self, partition: int, offsets: Sequence[int]) -> list[ProductRecord]:
        """The records at these offsets, which rise, without those that are not there any more."""
        ...


class Found:
    """What a change touches, and was not taken yet. The index is not tidied up before it is released."""

    def __init__(self, hits: Hits, tail: Sequence[Candidate], release: Callable[[], None]) -> None:
        self.hits = hits
        self.tail = iter(tail)
        self.count = len(hits) + len(tail)
        self._release: Callable[[], None] | None = release

    def release(self) -> None:
        """Nothing more will be taken."""
        if self._release is not None:
            self._release()
            self.hits, self.tail, self._release = Hits(), iter(()), None


class PartitionIndex:
    """Everything in the partition below `position`; all but the last block of it is on disk.

    Made again when lost, and when it is of another log: whoever opens it says so by emptying the store. Raises
    KafkaError and sqlite3.Error; what was asked for can be asked again.
    """

    def __init__(self, partition: int, store: BlockStore, note: LogNote, reader: ProductsReader) -> None:
        self._partition = partition
        self._store = store
        self._note = note
        self._reader = reader
        self._stored, _ = store.position()
        self._position = self._stored
        self._tail: list[Entry] = []
        self._lock = asyncio.Lock()
        self._asked = 0
        self._pruning: Iterator[None] | None = None
        self._look_at = LOOKED_AFTER
        self._closed = False

    @property
    def position(self) -> int:
        """Everything below this offset is in the index."""
        return self._position

    async def keep_up(self, end: int) -> None:
        """One step: take in a part of what is below `end`, or go on with tidying up."""
        async with self._lock:
            if self._closed:
                return
            if self._pruning is not None and not self._asked:
                await _in_thread(self._prune)
            if self._position < end:
                await self._take_in(end)

    async def find(self, touched: Rules | None, end: int, moment: datetime) -> Found:
        """The newest versions below `end`, or a later offset, that these rules may touch; None: all.

        First takes in what is missing below `end`. What comes back is to be released.
        """
        while self._position < end:
            async with self._lock:
                await self._take_in(end)
        async with self._lock:
            newest = {entry.key: entry for entry in self._tail}
            tail = [
                Candidate(entry.key, entry.offset, entry.offer, False)
                for entry in newest.values()
                if entry.offer is not None and (touched is None or touched.stopping(entry.offer, moment) is not None)
            ]
            hits = await _in_thread(find, self._store, touched, list(newest))
            self._asked += 1
            return Found(hits, tail, self._release)

    async def take(self, found: Found, at_least: int) -> list[Candidate]:
        """The next candidates, in the order of their offsets; none when all are taken."""
        async with self._lock:
            taking = taken(self._store, found.hits, at_least)
            return await _in_thread(list, taking) or list(islice(found.tail, at_least))

    def _release(self) -> None:
        self._asked -= 1

    async def known(self, keys: Sequence[bytes]) -> set[bytes]:
        """Those of the keys of which `products` has or had a record."""
        in_tail = {entry.key for entry in self._tail}
        numbers = np.array(sorted(map(number_of, keys)), dtype=np.uint64)
        async with self._lock:
            stored = await _in_thread(self._stored_among, numbers)
        return {key for key in keys if key in in_tail or number_of(key) in stored}

    async def close(self) -> None:
        """Let go of the file."""
        async with self._lock:
            self._closed = True
            self._store.close()

    # --- with the lock held ---

    async def _take_in(self, end: int) -> None:
        if len(self._tail) >= BLOCK:
            await _in_thread(self._store_tail)  # what could not be written before
        records, after = await self._reader.following(self._partition, self._position, end, BLOCK - len(self._tail))
        for first in range(0, len(records), READ_AT_ONCE):
            part = [entry for one in records[first : first + READ_AT_ONCE] if (entry := _entry(one)) is not None]
            self._tail += part
            await asyncio.sleep(0)
        self._position = after
        if len(self._tail) >= BLOCK:
            await _in_thread(self._store_tail)

    def _store_tail(self) -> None:
        if self._store.append(block_of(self._tail), self._stored, self._position, self._note):
            self._stored = self._position
        else:
            # A worker that was given up, or has taken over, has the same file open: what it wrote is the same log.
            self._stored = self._position = self._store.position()[0]
        self._tail.clear()
        self._look()

    def _look(self) -> None:
        rows = sum(count for _, count in self._store.blocks())
        if self._pruning is None and rows >= self._look_at:
            keys = len(np.unique(np.concatenate([hashes for _, hashes in self._store.hashes()])))
            self._look_at = max(2 * keys, rows + LOOKED_AFTER)
            if rows > 2 * keys:
                self._pruning = prune(self._store, BLOCK)

    def _prune(self) -> None:
        pruning = self._pruning
        if pruning is not None and next(pruning, StopIteration) is StopIteration:
            self._pruning = None

    def _stored_among(self, numbers: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> set[int]:
        return {key for _, hashes in self._store.hashes() for key in hashes[among(hashes, numbers)].tolist()}


async def _in_thread(work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """Beside the loop. Also who is cancelled waits for the end of it, so that the store never has two users."""
    working = asyncio.ensure_future(asyncio.to_thread(work, *args, **options))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise


def _entry(record: ProductRecord) -> Entry | None:
    """What the record says; None for what never counted: the version before it still stands."""
    key = record.key
    if key is None:
        return None
    if record.value is None:
        return Entry(key, record.offset, None)
    try:
        return Entry(key, record.offset, read_product(key, record.value))
    except MalformedError:
        return None
