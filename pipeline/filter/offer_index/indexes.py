"""The indexes of the partitions that a worker has, each in a file; kept up when nothing else is to be done."""

import asyncio
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from ops import logs
from ops.errors import StartupError
from pipeline.filter.offer_index.block_store import BlockStore
from pipeline.filter.offer_index.partition_index import BLOCK, PartitionIndex, ProductsReader
from pipeline.kafka.log_position import LogNote

log = logs.get_logger(__name__)
LOOK_EVERY_S = 0.1
# So far an index may be behind while new offers come one after another: then it gets its turn between them.
LONGEST_BEHIND = 50_000
AGAIN_S = 10.0


class IndexedPartition(Protocol):
    """What an index is kept up with."""

    @property
    def index(self) -> PartitionIndex: ...
    @property
    def position(self) -> int: ...
    @property
    def busy(self) -> bool: ...


class IndexedLogs(Protocol):
    """What is asked about the log that was indexed. Raises KafkaError."""

    def note(self, partition: int) -> LogNote:
        """Which log the partition of `products` is."""
        ...

    async def doubted(self, positions: Mapping[int, tuple[int, LogNote | None]]) -> Collection[int]:
        """The partitions of which what was read below these positions may not be there."""
        ...


class OfferIndexes:
    """Opens and closes them, and keeps them up. Raises StartupError when files cannot be written."""

    def __init__(self, directory: Path, reader: ProductsReader, logs_read: IndexedLogs) -> None:
        self._directory = directory
        self._reader = reader
        self._logs = logs_read
        self._open: list[PartitionIndex] = []

    async def open(self, numbers: Sequence[int]) -> dict[int, PartitionIndex]:
        """The indexes of these partitions; one that speaks of another log begins anew."""
        try:
            stores = {number: BlockStore(self._directory / f"products-{number}.sqlite") for number in numbers}
            positions = {number: store.position() for number, store in stores.items()}
            for number in await self._logs.doubted(positions):
                log.info("the index of offers is of another log, and made again", partition=number)
                stores[number].empty()
        except (OSError, sqlite3.Error) as error:
            raise StartupError(
                f"{self._directory}: cannot be used ({error}); let this user write in YARMARKA_STACK_DIR, on a disk "
                "with room."
            ) from None
        opened = {
            number: PartitionIndex(number, store, self._logs.note(number), self._reader)
            for number, store in stores.items()
        }
        self._open += opened.values()
        return opened

    async def close(self) -> None:
        """Let go of all files."""
        indexes, self._open = self._open, []
        for index in indexes:
            await index.close()

    async def keep_up(self, partitions: Callable[[], Collection[IndexedPartition]], idle: Callable[[], bool]) -> None:
        """Take in what is new, a block at a time, while `idle` or when much is missing; cancel to stop.

        Raises KafkaError.
        """
        while True:
            behind = [one for one in partitions() if _behind(one) >= (BLOCK if idle() else LONGEST_BEHIND)]
            for one in behind:
                try:
                    await one.index.keep_up(one.position)
                except sqlite3.Error as error:
                    log.warning("the index of offers cannot be kept up", error=str(error), again_in_s=AGAIN_S)
                    await asyncio.sleep(AGAIN_S)
            await asyncio.sleep(0 if behind else LOOK_EVERY_S)


def _behind(partition: IndexedPartition) -> int:
    return partition.position - partition.index.position
