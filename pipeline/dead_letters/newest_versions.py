"""Where the newest version of each product is in `products`: on disk, read once and then only what is new.

A replay writes an old version again, so a topic has two kinds of records: versions, and copies of versions, which name
in a header the offset that they are a copy of. A copy that lies behind a version which it is no copy of has overtaken
it: whoever sees that sends the version again.
"""

import asyncio
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition

from pipeline.contracts.topics import PRODUCTS
from pipeline.kafka.read_at import next_records
from pipeline.kafka.read_to_end import Record

COPY_OF = "copy_of"
AT_ONCE = 2_000
NONE = -1

SCHEMA = """
CREATE TABLE newest (
    partition INTEGER NOT NULL, name BLOB NOT NULL, version INTEGER NOT NULL, copy INTEGER NOT NULL,
    copied INTEGER NOT NULL, PRIMARY KEY (partition, name)) WITHOUT ROWID;
"""
TAKE = """
INSERT INTO newest VALUES (?, ?, ?, ?, ?) ON CONFLICT (partition, name) DO UPDATE SET
    version = max(version, excluded.version),
    copied = CASE WHEN excluded.copy > copy THEN excluded.copied ELSE copied END,
    copy = max(copy, excluded.copy)
"""


@dataclass(frozen=True, slots=True)
class Newest:
    """Of one product: the offsets of its newest version, of the newest copy, and what that is a copy of; -1: none."""

    version: int = NONE
    copy: int = NONE
    copied: int = NONE

    @property
    def offset(self) -> int:
        """Where the newest record is; -1 when there is none."""
        return max(self.version, self.copy)

    @property
    def original(self) -> int:
        """Which version the newest record holds."""
        return self.version if self.version > self.copy else self.copied

    @property
    def overtaken(self) -> bool:
        """Whether an old version lies over a newer one, which has to be sent again."""
        return self.copy > self.version > NONE and self.copied < self.version


class NewestVersions:
    """What is known of `products`, as far as it was covered."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._covered: dict[int, tuple[int, int]] = {}

    @classmethod
    @asynccontextmanager
    async def on_disk(cls) -> AsyncIterator["NewestVersions"]:
        """Nothing covered yet; in a file that is gone with the block."""
        with tempfile.TemporaryDirectory(prefix="yarmarka-newest-") as directory:
            connection = sqlite3.connect(
                Path(directory) / "newest.sqlite", isolation_level=None, check_same_thread=False
            )
            try:
                connection.execute("PRAGMA journal_mode = OFF")
                connection.execute("PRAGMA synchronous = OFF")
                connection.executescript(SCHEMA)
                yield cls(connection)
            finally:
                connection.close()

    def get(self, partition: int, key: bytes) -> Newest:
        found = self._connection.execute(
            "SELECT version, copy, copied FROM newest WHERE partition = ? AND name = ?", (partition, _name(key))
        ).fetchone()
        return Newest(*found) if found else Newest()

    async def cover(self, consumer: AIOKafkaConsumer, starts: Mapping[int, int]) -> None:
        """Know everything from these offsets, by partition, up to the end as it is now. Raises KafkaError.

        Beyond what was covered before, only what is missing is read.
        """
        places = [TopicPartition(PRODUCTS.name, number) for number in starts]
        if not places:
            return
        consumer.assign(places)
        begins, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        for place in places:
            start, end = max(starts[place.partition], begins[place]), ends[place]
            low, high = self._covered.get(place.partition, (end, end))
            await self._read(consumer, place, start, min(low, end))
            await self._read(consumer, place, high, end)
            self._covered[place.partition] = (min(low, start), max(high, end))

    def take(self, records: list[Record]) -> None:
        """Take in records, in any order."""
        self._connection.execute("BEGIN")
        self._connection.executemany(TAKE, [_row(record) for record in records])
        self._connection.execute("COMMIT")

    async def _read(self, consumer: AIOKafkaConsumer, place: TopicPartition, start: int, end: int) -> None:
        if start >= end:
            return
        consumer.assign([place])
        consumer.seek(place, start)
        while await consumer.position(place) < end:
            records = await next_records(consumer, place, AT_ONCE)
            if records is None:
                return
            # Beyond the end too: the position of the next reading begins there and takes it once more.
            await asyncio.to_thread(self.take, records)


def _row(record: Record) -> tuple[int, bytes, int, int, int]:
    name = _name(record.key or b"")
    copied = dict(record.headers).get(COPY_OF, b"")
    if copied.isdigit():
        return record.partition, name, NONE, record.offset, int(copied)
    return record.partition, name, record.offset, NONE, NONE


def _name(key: bytes) -> bytes:
    return blake2b(key, digest_size=12).digest()
