"""A partition in memory: its log, the rules, and a real writer over a real index, to be driven step by step."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import orjson

from pipeline.bans import Rules, decide, parse_rule
from pipeline.contracts.topics import PRODUCTS
from pipeline.filter.checkpoint import Checkpoint, Commit, Mark
from pipeline.filter.offer_index.block_store import BlockStore
from pipeline.filter.offer_index.partition_index import PartitionIndex
from pipeline.filter.output import Entry, PartitionOutput
from pipeline.filter.partition_writer import PartitionWriter
from pipeline.filter.reading import MalformedError, read_product
from pipeline.filter.record import ProductRecord
from pipeline.filter.rule_change import Pace
from pipeline.filter.rules_subscription import RulesSnapshot
from pipeline.kafka.dead_letters import DeadLetters
from pipeline.kafka.log_position import LogNote

NOTE = LogNote("the-topic", 0)
NOW = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(slots=True)
class Record:
    """A record as a client library hands it over."""

    offset: int
    key: bytes | None
    value: bytes | None
    topic: str = PRODUCTS.name
    partition: int = 0
    timestamp: int = 0
    timestamp_type: int = 0
    headers: list[tuple[str, bytes]] = field(default_factory=list)


def valid(record: Record) -> bool:
    """Whether it counts: garbage does not, the version before it still stands."""
    return record.value is None or b"store_id" in record.value


class Log:
    """A partition of `products`, and what its readers ask of it; counts what was read."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.end = 0
        self.read = 0

    def add(self, key: str, document: Mapping[str, object] | None) -> None:
        value = None if document is None else orjson.dumps(document)
        self.records.append(Record(self.end, key.encode(), value))
        self.end += 1

    def compact(self) -> None:
        """Take out what a version or a withdrawal of the same offer has overtaken."""
        last = {record.key: record.offset for record in self.records if valid(record)}
        self.records = [record for record in self.records if record.offset >= last.get(record.key, 0)]

    async def following(self, _: int, start: int, end: int, at_most: int) -> tuple[Sequence[ProductRecord], int]:
        await asyncio.sleep(0)
        found = [record for record in self.records if start <= record.offset < end][:at_most]
        self.read += len(found)
        return found, found[-1].offset + 1 if found else end

    async def at(self, _: int, offsets: Sequence[int]) -> list[ProductRecord]:
        await asyncio.sleep(0)
        found: list[ProductRecord] = [record for record in self.records if record.offset in set(offsets)]
        self.read += len(found)
        return found


class Written:
    """What was written to the partition of `filtered_products`; stands in for `PartitionOutput`."""

    def __init__(self) -> None:
        self.last: dict[str, bytes | None] = {}
        self.count = 0
        self.written = 0

    def open_for(self) -> float:
        return 0.0

    async def send(self, entries: Iterable[Entry]) -> list["asyncio.Future[object]"]:
        await asyncio.sleep(0)
        for key, value, _, _ in entries:
            self.last[key.decode()] = value
            self.count += 1
        done: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return [done]

    async def commit(self) -> None:
        await asyncio.sleep(0)


class ChangingRules:
    """Rules that a test changes; a `RulesSource`."""

    def __init__(self) -> None:
        self._inside: dict[str, None] = {}
        self._history: list[str] = []
        self._subscribers: set[Callable[[], None]] = set()
        self.current = self._compiled()

    def put(self, rule: str, *, inside: bool) -> None:
        if inside:
            self._inside[rule] = None
        else:
            self._inside.pop(rule, None)
        self._history.append(rule)
        self.current = self._compiled()
        for called in tuple(self._subscribers):
            called()

    def subscribe(self, called: Callable[[], None]) -> None:
        self._subscribers.add(called)

    def unsubscribe(self, called: Callable[[], None]) -> None:
        self._subscribers.discard(called)

    def changed(self, since: Checkpoint | None, to: RulesSnapshot) -> Rules | None:
        if since is None:
            return None
        return _rules(self._history[since.bans_offset : to.checkpoint.bans_offset])

    def _compiled(self) -> RulesSnapshot:
        return RulesSnapshot(_rules(self._inside), Checkpoint(len(self._history), NOW))


@dataclass(slots=True)
class Batch:
    """New records, as a fetch brings them."""

    records: list[ProductRecord]
    start: int

    def finish(self) -> None:
        """Nobody waits for it."""


class Trial:
    """One partition and its writer, which can be killed and started again."""

    def __init__(self, directory: Path, pace: Pace | None = None, orphans: Sequence[Record] = ()) -> None:
        self.directory = directory
        self.pace = pace or Pace(1e9)
        self.orphans = orphans
        self.log, self.rules, self.written = Log(), ChangingRules(), Written()
        self.committed: Mark | None = None
        self.given = 0
        self._lives = 0
        self._task: asyncio.Task[None] | None = None
        self.writer: PartitionWriter

    def start(self, *, lose_index: bool = False) -> None:
        """Begin where the last commit says, with the index of the life before or without."""
        if lose_index or not self._lives:
            self._lives += 1
        store = BlockStore(self.directory / f"index-{self._lives}.sqlite")
        mark = self.committed
        self.given = mark.offset if mark is not None else 0
        self.writer = PartitionWriter(
            0,
            self.given,
            Commit(mark.checkpoint if mark is not None else None, orphans=bool(self.orphans)),
            rules_source=self.rules,
            output=cast(PartitionOutput, self.written),
            dead_letters=cast(DeadLetters, _NoLetters()),
            index=PartitionIndex(0, store, NOTE, self.log),
            products=self.log,
            pace=self.pace,
            scan_output=self._let_through,
        )
        self._task = asyncio.create_task(self.writer.run())

    async def kill(self) -> None:
        """It is gone; what it had committed is what counts."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await self.writer.index.close()

    def give(self) -> None:
        """Give the writer what is new."""
        fresh: list[ProductRecord] = []
        fresh += [record for record in self.log.records if record.offset >= self.given]
        self.writer.submit(Batch(fresh, self.given))
        self.given = self.log.end

    async def commit(self) -> None:
        """As the consumer does now and then."""
        self.committed = await self.writer.settle(None) or self.committed

    async def turns(self, count: int) -> None:
        """Let everybody go on for a moment."""
        for _ in range(count):
            await asyncio.sleep(0)

    async def settled(self) -> None:
        """Wait until there is nothing to be done."""
        self.give()
        async with asyncio.timeout(20):
            while self.writer.busy or not self.writer.up_to_date:
                if self._task is not None and self._task.done():
                    self._task.result()
                await asyncio.sleep(0.0005)
        await self.commit()

    async def _let_through(self, _: int) -> AsyncGenerator[list[ProductRecord], None]:
        yield list(self.orphans)

    def wanted(self) -> dict[str, bytes | None]:
        """The full re-read: the newest valid version of each offer, as today's rules decide it."""
        rules = self.rules.current.rules
        found: dict[str, bytes | None] = {}
        for record in self.log.records:
            key = cast(bytes, record.key)
            if record.value is None:
                found[key.decode()] = None
                continue
            with contextlib.suppress(MalformedError):
                offer = read_product(key, record.value)
                found[key.decode()] = record.value if decide(offer, rules, NOW).allowed else None
        return found


class _NoLetters:
    async def put_record(self, *_: object) -> None:
        """Malformed records go nowhere here."""


def _rules(names: Iterable[str]) -> Rules:
    return Rules((parse_rule(name), None) for name in names)
