"""A topic as it is now, on disk: followed from where it was, read key by key, made again from Kafka when it is lost."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from time import monotonic

from aiokafka.errors import KafkaError

from bot.state.disk.database import SETTING, BrokenFileError, Change, Database
from bot.state.disk.unwritten import Unwritten
from ops import logs, metrics
from ops.errors import StartupError
from ops.kafka import Kafka
from pipeline.contracts.topics import Topic
from pipeline.kafka.log_position import LogNote
from pipeline.kafka.position_check import Noted
from pipeline.kafka.read_to_end import Record
from pipeline.kafka.topic_follower import OnBatch, OnRecord, TopicFollower

log = logs.get_logger(__name__)
# So much is taken at most before it is written.
UNWRITTEN = 4_000
UNWRITTEN_BYTES = 8 << 20
# While the disk is full so much waits in memory; then the topic is not read on.
WAITING = 50_000
WAITING_BYTES = 32 << 20
RETRY_S = 1.0
PAGE = 500
READ_AT_ONCE = 100
# Kafka keeps tombstones for 30 days. Whoever was away for nearly as long may have missed one.
LONGEST_AWAY_S = 25 * 24 * 3600.0
# A topic in which nothing happens is noted as up to date so often, and what was deleted is gone from the journal.
SEEN_EVERY_S = 3600.0
TRUNCATE_EVERY_S = 10.0
COUNT_EVERY_S = 600.0
LAST = b"\xff" * 8

# Told of a key that the topic has no more, though no tombstone said so.
OnGone = Callable[[bytes], None]


class DiskView:
    """The newest value of each key of a compacted topic, in a file of this directory.

    `async with view.followed():` begins where the file is, and returns when everything that was in the topic is in the
    view. Each record is handed to `on_record`, which calls `put` with what is to be kept of it; it is readable at once,
    and written with the position within seconds. After a kill the records since are taken again.

    A file that is missing, damaged, of another version, or of a topic that was made anew or shortened, is made again
    from Kafka, and the operators are told. While the disk is full what is new waits in memory, up to a bound; then the
    topic is not read on. Reads raise BrokenFileError when the file is found to be damaged; `fault` has it too.
    """

    def __init__(
        self,
        kafka: Kafka,
        topic: Topic,
        directory: Path,
        on_record: OnRecord | None = None,
        *,
        on_batch: OnBatch | None = None,
        on_gone: OnGone | None = None,
    ) -> None:
        """Raises StartupError when the file cannot be made."""
        self._kafka = kafka
        self._topic = topic
        self._on_record = on_record or self._keep_record
        self._on_batch = on_batch
        self._on_gone = on_gone
        self._database = Database.open(directory / f"{topic.name}.sqlite", topic.name)
        self._fresh = Unwritten()
        self._writing = Unwritten()
        self._finishing = False
        self._follower = self._made_follower()
        self._written_at = self._truncated_at = self._counted_at = float("-inf")
        # A process that was killed may have left something in the journal.
        self._deleted = True
        self._failing = self._followed = False
        self._keeping: asyncio.Task[None] | None = None
        self.fault: BrokenFileError | None = None

    @contextlib.asynccontextmanager
    async def followed(self, patience_s: float | None = None) -> "AsyncIterator[DiskView]":
        """Follow the topic in the block. Raises StartupError.

        With `patience_s` the block is entered after so many seconds at the latest, and the view comes up to date
        while it runs.
        """
        loaded = asyncio.Event()
        task = asyncio.create_task(self._run(loaded, patience_s), name=f"keeps {self._topic.name}")
        entered = asyncio.create_task(loaded.wait())
        try:
            await asyncio.wait((task, entered), timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
            yield self
        finally:
            for one in (entered, task):
                one.cancel()
            await asyncio.gather(entered, task, return_exceptions=True)
            if self._keeping is not None:
                self._keeping.cancel()
                await asyncio.gather(self._keeping, return_exceptions=True)
            self._database.close()

    async def _run(self, loaded: asyncio.Event, patience_s: float | None) -> None:
        begun = monotonic()
        while True:
            try:
                async with self._follower:
                    metrics.STATE_START_SECONDS.labels(self._topic.name).set(monotonic() - begun)
                    self._followed = True
                    loaded.set()
                    await asyncio.Event().wait()
            except (KafkaError, StartupError) as error:
                if patience_s is None or monotonic() - begun < patience_s:
                    raise
                log.warning("state_waits_for_kafka", topic=self._topic.name, error=str(error), again_in_s=RETRY_S)
            await asyncio.sleep(RETRY_S)
            self._followed = False
            self._follower = self._made_follower()

    def _made_follower(self) -> TopicFollower:
        return TopicFollower(self._kafka, self._topic, self._on_record, self._on_batch, keeper=self)

    # --- reading and writing ---

    @property
    def topic(self) -> Topic:
        return self._topic

    @property
    def offset(self) -> int:
        """The next offset to be read, summed over the partitions."""
        return self._follower.offset

    async def reached(self, partition: int, offset: int) -> None:
        """See `TopicFollower.reached`."""
        await self._follower.reached(partition, offset)

    def get(self, key: bytes) -> bytes | None:
        """The newest value of the key."""
        for layer in (self._fresh, self._writing):
            if (change := layer.get(key)) is not None:
                return change.value
        with self._noting_damage():
            return self._database.get(key)

    def has(self, key: bytes) -> bool:
        """Whether there is such a key."""
        for layer in (self._fresh, self._writing):
            if (change := layer.get(key)) is not None:
                return change.value is not None
        with self._noting_damage():
            return self._database.has(key)

    def items(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        """All keys that begin so, with their values; do not keep the iterator over an await."""
        for page in self.pages(prefix):
            yield from page

    def pages(self, prefix: bytes) -> Iterator[list[tuple[bytes, bytes]]]:
        """The same in short lists, between which others may go on: what comes late may be missing."""
        waiting = {one.key: one.value for one in self._unwritten() if one.key.startswith(prefix)}
        start, end = prefix, prefix + LAST
        while True:
            with self._noting_damage():
                page = self._database.page(start, end, READ_AT_ONCE)
            if not page:
                break
            start = page[-1][0] + b"\0"
            yield [(key, value) for key, value in page if key not in waiting]
        yield [(key, value) for key, value in waiting.items() if value is not None]

    def count(self, prefix: bytes) -> int:
        """How many keys begin so; costs their number."""
        with self._noting_damage():
            found = self._database.count(prefix, prefix + LAST)
            for one in self._unwritten():
                if one.key.startswith(prefix):
                    found += (one.value is not None) - self._database.has(one.key)
        return found

    def marked(self, mark: bytes) -> list[bytes]:
        """The keys that have the mark; costs what there is of them."""
        with self._noting_damage():
            found = self._database.marked(mark)
        unwritten = (*self._writing.marked(mark), *self._fresh.marked(mark))
        return [key for key in dict.fromkeys((*found, *unwritten)) if self._has_mark(key, mark)]

    def _has_mark(self, key: bytes, mark: bytes) -> bool:
        for layer in (self._fresh, self._writing):
            change = layer.get(key)
            if change is not None and change.marks is not None:
                return mark in change.marks
        return True

    @property
    def unwritten(self) -> int:
        """How many changes are in memory alone."""
        return len(self._unwritten())

    def put(self, key: bytes, value: bytes | None, marks: tuple[bytes, ...] | None = None) -> None:
        """Keep the value of a record's key; None deletes it. `marks` are those by which it is found from now on."""
        self._fresh.put(Change(key, value, marks))

    def _keep_record(self, record: Record) -> None:
        self.put(record.key or b"", record.value)

    def _unwritten(self) -> tuple[Change, ...]:
        return (*(one for one in self._writing.changes() if one.key not in self._fresh), *self._fresh.changes())

    def _begin_writing(self) -> tuple[Change, ...]:
        for one in self._fresh.changes():
            self._writing.put(one)
        self._fresh = Unwritten()
        return self._writing.changes()

    @contextlib.contextmanager
    def _noting_damage(self) -> Iterator[None]:
        try:
            yield
        except BrokenFileError as error:
            self.fault = error
            raise

    # --- what the follower asks of its keeper ---

    def positions(self) -> Mapping[int, Noted]:
        """Where the file is. One that was away so long that tombstones may be gone from Kafka is read again."""
        with self._noting_damage():
            found = self._database.positions()
            if found and self._database.away_s() > LONGEST_AWAY_S:
                log.warning("state_file_too_old", topic=self._topic.name, mended="all is read from Kafka")
                self._database.begin_again()
                return {}
            return found

    @property
    def full(self) -> bool:
        """Whether much waits to be written."""
        return len(self._fresh) >= UNWRITTEN or self._fresh.size >= UNWRITTEN_BYTES

    async def keep(self, positions: Mapping[int, int], notes: Mapping[int, LogNote]) -> None:
        """Write what was taken. While the disk refuses it waits in memory; beyond the bound this does not return.

        Once the topic is followed nobody waits for the disk: what is written is read from memory meanwhile.
        """
        wait = self.full or not self._followed
        if self._keeping is not None and not self._keeping.done():
            if not wait:
                return
            await self._keeping
        self._keeping = asyncio.create_task(self._keep(positions, notes), name=f"writes {self._topic.name}")
        if wait:
            await self._keeping

    async def _keep(self, positions: Mapping[int, int], notes: Mapping[int, LogNote]) -> None:
        try:
            due = self.unwritten > 0 or monotonic() - self._written_at > SEEN_EVERY_S
            while due and not await self._write(positions, notes):
                if len(self._writing) < WAITING and self._writing.size < WAITING_BYTES:
                    break
                await asyncio.sleep(RETRY_S)
            if self._finishing and not self._writing:
                await self._finish()
            await self._truncate()
            await self._count()
        except BrokenFileError as error:
            log.error("state_file_damaged", topic=self._topic.name, error=str(error))
        except Exception:
            # Nobody awaits this: it is tried again with what comes next, and until then all of it is in memory.
            log.exception("state_file_not_kept", topic=self._topic.name)
        metrics.STATE_BYTES.labels(self._topic.name).set(self._database.size())
        metrics.STATE_BEHIND.labels(self._topic.name).set(self._follower.behind)

    async def begin_again(self) -> None:
        """Read everything once more; what is there stays readable meanwhile."""
        if self._keeping is not None:
            await self._keeping
        await self._tried(self._database.write, self._begin_writing(), {}, {})
        self._writing = Unwritten()
        # Without room for this nothing could be told apart from what was there before.
        while not await self._tried(self._database.begin_again):  # noqa: ASYNC110 - the disk tells nobody
            await asyncio.sleep(RETRY_S)

    async def whole(self) -> None:
        """Let go of what the topic has no more, as soon as all that it has is written."""
        self._finishing = not self._database.whole
        if self._finishing and not self.unwritten and (self._keeping is None or self._keeping.done()):
            await self._finish()

    async def _write(self, positions: Mapping[int, int], notes: Mapping[int, LogNote]) -> bool:
        changes = self._begin_writing()
        if not await self._tried(self._database.write, changes, positions, notes):
            return False
        self._writing = Unwritten()
        self._written_at = monotonic()
        self._deleted |= any(one.value is None for one in changes)
        return True

    async def _count(self) -> None:
        if self._followed and monotonic() - self._counted_at > COUNT_EVERY_S:
            self._counted_at = monotonic()
            with self._noting_damage():
                total = await asyncio.to_thread(self._database.total)
            metrics.STATE_ENTRIES.labels(self._topic.name).set(total)

    async def _finish(self) -> None:
        while left := await asyncio.to_thread(self._database.left_over, PAGE):
            # What has come just now is only not written yet.
            if not (gone := [key for key in left if key not in self._fresh]):
                return
            for key in gone:
                if self._on_gone is not None:
                    self._on_gone(key)
                self.put(key, None, ())
            if not await self._write({}, {}):
                return
        self._finishing = not await self._tried(self._database.note_whole)

    async def _truncate(self) -> None:
        if self._deleted and not self._failing and monotonic() - self._truncated_at > TRUNCATE_EVERY_S:
            self._truncated_at = monotonic()
            self._deleted = not await self._tried(self._database.truncate)

    async def _tried(self, write: Callable[..., None], *values: object) -> bool:
        """Whether the disk has taken it; what it refuses is told once, until it takes something again."""
        try:
            with self._noting_damage():
                await asyncio.to_thread(write, *values)
        except sqlite3.OperationalError as error:
            if not self._failing:
                log.error("state_not_written", setting=SETTING, file=str(self._database.path), error=str(error),
                          next_step="free some space; meanwhile it waits in memory")  # fmt: skip
            self._failing = True
        else:
            self._failing = False
        metrics.STATE_NOT_WRITTEN.labels(self._topic.name).set(len(self._writing) if self._failing else 0)
        return not self._failing
