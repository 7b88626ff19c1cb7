"""The only writer for the keys of one partition: new products in order, and old ones again when rules change."""

import asyncio
import contextlib
import sqlite3
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ops import logs, metrics
from pipeline.bans import decide
from pipeline.contracts.decisions import NOT_SENT, decision_header
from pipeline.contracts.messages import HEADERS
from pipeline.contracts.topics import PRODUCTS
from pipeline.filter.batch_counters import BatchCounters
from pipeline.filter.checkpoint import Checkpoint, Commit, Mark
from pipeline.filter.offer_index.finding import Candidate
from pipeline.filter.offer_index.partition_index import PartitionIndex, ProductsReader
from pipeline.filter.output import Entry, PartitionOutput
from pipeline.filter.reading import MalformedError, read_product
from pipeline.filter.record import ProductRecord
from pipeline.filter.rule_change import SMALL, Pace, RuleChange, RuleChanges, decided_again, needed
from pipeline.filter.rules_subscription import RulesSnapshot, RulesSource
from pipeline.kafka.dead_letters import DeadLetters

log = logs.get_logger(__name__)
SENT_AT_ONCE = 500
LONGEST_OPEN_S = 1.0
# A piece of a change of rules: new records and other changes wait for no more.
DECIDED_AGAIN_AT_ONCE = 1_000
INDEX_AGAIN_S = 5.0


class LostBatchError(Exception):
    """Records were fetched and never given to the writer: the session must start again from the committed offset."""


class BatchToDecide(Protocol):
    """Records of one partition in order, from one fetch."""

    @property
    def records(self) -> list[ProductRecord]: ...
    @property
    def start(self) -> int: ...
    def finish(self) -> None: ...


@dataclass(slots=True)
class _Flight:
    """What is on its way to Kafka: when `landed`, everything below `end` is durably decided."""

    end: int
    landed: "asyncio.Future[list[object]]"
    work: BatchToDecide
    since: float


class PartitionWriter:
    """Decides the records of one partition: what comes new, in order, and beside it what changes of rules touch.

    What holds at every await: everything below `durable` was decided by the rules of `applied` or by newer ones, and
    the decisions are on all in-sync copies; nothing else writes the keys of this partition. New records are decided by
    the newest rules. What a change of rules touches of those before is decided again by the newest rules too, a piece
    at a time and each piece in one go with the look whether something newer of the offer was decided meanwhile; when
    all is done, `applied` moves on. A mark is the durable offset with that state, so whoever goes on from a mark knows
    which changes are still to be applied.

    `products` may have lost the last record of a product that was let through (an orphan). If the commit says so, the
    rules are applied to what was let through as well.
    """

    def __init__(
        self,
        partition: int,
        position: int,
        commit: Commit,
        *,
        rules_source: RulesSource,
        output: PartitionOutput,
        dead_letters: DeadLetters,
        index: PartitionIndex,
        products: ProductsReader,
        pace: Pace,
        scan_output: Callable[[int], AsyncGenerator[list[ProductRecord], None]],
    ) -> None:
        self.partition = partition
        self.index = index
        self._next = position
        self._durable = position
        self._applied = commit.checkpoint
        self._seen = commit.checkpoint
        self._written = commit.written
        self._orphans = commit.orphans
        self._snapshot: RulesSnapshot | None = None
        self._rules_source = rules_source
        self._output = output
        self._dead_letters = dead_letters
        self._products = products
        self._pace = pace
        self._scan_output = scan_output
        self._pending: deque[BatchToDecide] = deque()
        self._flights: deque[_Flight] = deque()
        self._changes = RuleChanges()
        self._mark: Mark | None = None
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()
        self._closed = False
        self._wake.set()

    @property
    def position(self) -> int:
        """The next offset to be decided."""
        return self._next

    @property
    def durable(self) -> int:
        """Everything below this offset is decided, and the decisions are on all in-sync copies."""
        return self._durable

    @property
    def up_to_date(self) -> bool:
        """Whether new records are decided by the newest rules."""
        return self._snapshot is self._rules_source.current

    @property
    def busy(self) -> bool:
        """Whether records or changes of rules wait to be decided."""
        return bool(self._pending or self._changes)

    def submit(self, work: BatchToDecide) -> None:
        """Take records to decide; `work.finish()` is called when their decisions are durable."""
        if not self._closed:
            self._pending.append(work)
            self._wake.set()

    async def run(self) -> None:
        """Decide until cancelled. Raises `KafkaError` or `LostBatchError` when the session must start again."""
        self._rules_source.subscribe(self._wake.set)
        applying = asyncio.create_task(self._apply_changes(), name=f"changes of rules in products-{self.partition}")
        deciding = asyncio.create_task(self._decide_all(), name=f"records of products-{self.partition}")
        try:
            await asyncio.wait((applying, deciding), return_when=asyncio.FIRST_COMPLETED)
            for task in (applying, deciding):
                if task.done():
                    task.result()
        finally:
            self._rules_source.unsubscribe(self._wake.set)
            await _ended(applying, deciding)
            metrics.FILTER_CHANGES_LEFT.labels(str(self.partition)).set(0)

    async def _decide_all(self) -> None:
        while not self._closed:
            await self._wake.wait()
            self._wake.clear()
            while not self._closed and ((self._pending and self._changes.room) or not self.up_to_date):
                async with self._turn:
                    if not self.up_to_date:
                        self._take_over(self._rules_source.current)
                    elif self._pending and self._snapshot is not None:
                        await self._decide(self._pending.popleft(), self._snapshot)

    async def settle(self, end: int | None) -> Mark | None:
        """The mark that may be committed now. Raises `KafkaError`.

        Makes durable what was sent so far when there is nothing left to decide below `end` (the partition's end, None:
        not known), so that readers see it soon. With a backlog it does so once in `LONGEST_OPEN_S`: closing a
        transaction costs the broker's answer and a pause before the next one may begin.
        """
        caught_up = end is None or self._next >= end
        if not self._closed and (caught_up or self._output.open_for() >= LONGEST_OPEN_S):
            async with self._turn:
                await self._flush()
        return self._mark

    def refuse(self) -> None:
        """Take no more work, and let `run` end after what it is doing."""
        self._closed = True
        self._pending.clear()
        self._wake.set()

    async def close(self) -> Mark | None:
        """Make durable what was sent; the last mark. Call it after `run` has ended. Raises `KafkaError`."""
        async with self._turn:
            await self._flush()
        return self._mark

    async def _flush(self) -> None:
        while self._flights:
            await asyncio.shield(self._flights[0].landed)
            self._land()
        await self._output.commit()
        if self._applied is not None:
            self._mark = self._marked(self._applied)

    def _marked(self, applied: Checkpoint) -> Mark:
        return Mark(self._durable, applied, max(self._written, self._output.written), self._orphans)

    async def _decide(self, work: BatchToDecide, snapshot: RulesSnapshot) -> None:
        if work.start > self._next:
            raise LostBatchError(f"partition {self.partition}: at {self._next}, given {work.start}")
        since = time.monotonic()
        records = work.records
        if records and records[0].offset < self._next:
            records = [record for record in records if record.offset >= self._next]
        sent: list[asyncio.Future[object]] = []
        for first in range(0, len(records), SENT_AT_ONCE):
            part = records[first : first + SENT_AT_ONCE]
            entries, faults, counters = _decided(part, snapshot, _now_ms())
            if self._changes:
                faulty = {record.offset for record, _ in faults}
                self._changes.note(record for record in part if record.offset not in faulty)
            sent += [asyncio.ensure_future(self._put_aside(record, fault)) for record, fault in faults]
            sent += await self._output.send(entries)
            counters.publish(self.partition)
        end = records[-1].offset + 1 if records else self._next
        flight = _Flight(end, asyncio.gather(*sent), work, since)
        flight.landed.add_done_callback(lambda _: self._land())
        self._flights.append(flight)
        self._next = end

    async def _put_aside(self, record: ProductRecord, fault: MalformedError) -> None:
        await self._dead_letters.put_record(record, fault.reason, str(fault))

    def _land(self) -> None:
        while self._flights and self._flights[0].landed.done():
            flight = self._flights[0]
            if flight.landed.cancelled() or flight.landed.exception() is not None:
                return  # stays at the head: `_flush` raises it, and the durable offset never passes it
            self._flights.popleft()
            self._durable = flight.end
            metrics.FILTER_BATCH.observe(time.monotonic() - flight.since)
            flight.work.finish()

    def _take_over(self, snapshot: RulesSnapshot) -> None:
        """From now on new records are decided by these rules; what the change touches of those before, is to be."""
        touched = self._rules_source.changed(self._seen, snapshot)
        change = RuleChange(snapshot, touched, self._next)
        change.done = (self._next == 0 and not self._orphans) or (touched is not None and not len(touched))
        self._changes.add(change)
        self._seen = snapshot.checkpoint
        self._snapshot = snapshot
        if (reached := self._changes.reached()) is not None:
            self._applied = reached.checkpoint

    async def _apply_changes(self) -> None:
        while not self._closed:
            change = await self._changes.next()
            try:
                await self._apply(change)
                metrics.FILTER_CHANGES_LEFT.labels(str(self.partition)).set(self._changes.left)
            except sqlite3.Error as error:
                # Bans reach back no further while the disk fails; what comes new is decided as before.
                log.error("the index of offers cannot be used", partition=self.partition, error=str(error),
                          again_in_s=INDEX_AGAIN_S)  # fmt: skip
                change.begin_again()
                await asyncio.sleep(INDEX_AGAIN_S)

    async def _apply(self, change: RuleChange) -> None:
        """A piece of the change; with the last one it is durable, and the state of the rules moves on."""
        if change.found is None:
            found = await self.index.find(change.touched, change.horizon, change.snapshot.as_of)
            if change.done:
                found.release()  # another change that touches all there is has taken its place meanwhile
                return
            change.found = found
            if self._orphans:
                await self._withdraw_orphans(change)
        candidates = await self.index.take(change.found, DECIDED_AGAIN_AT_ONCE)
        if candidates:
            counters = await self._decide_again(change, candidates)
            change.taken += len(candidates)
            if change.found is not None and change.found.count > SMALL:
                change.not_before = self._pace.after(counters)
        elif not change.done:
            await self._finish(change, change.found.count)

    async def _finish(self, change: RuleChange, touched: int) -> None:
        async with self._turn:
            if (reached := self._changes.finish(change)) is not None:
                self._applied = reached.checkpoint
            await self._flush()
        self._wake.set()  # there may be room for new records again
        metrics.FILTER_CHANGE.observe(time.monotonic() - change.since)
        log.info("rules applied", partition=self.partition, below=change.horizon, touched=touched,
                 withdrawn=change.withdrawn, restored=change.restored, seconds=time.monotonic() - change.since,
                 rules="all" if change.touched is None else len(change.touched))  # fmt: skip

    async def _decide_again(self, change: RuleChange, candidates: Sequence[Candidate]) -> BatchCounters:
        snapshot = self._snapshot or change.snapshot
        offsets = sorted(needed(candidates, snapshot))
        records = {one.offset: one for one in await self._products.at(self.partition, offsets)} if offsets else {}
        async with self._turn:
            newest = [one for one in candidates if not self._changes.overtaken(one.key, one.offset)]
            # The rules may have changed meanwhile: what is let through must be so by today's.
            entries, counters = decided_again(newest, records, change, self._snapshot or snapshot, _now_ms())
            sent = await self._output.send(entries) if entries else []
        await asyncio.gather(*sent)
        self._count(change, counters)
        return counters

    async def _withdraw_orphans(self, change: RuleChange) -> None:
        """Of what was let through and is in `products` no more, what today's rules refuse; the rest stays as it is."""
        refused: dict[bytes, ProductRecord] = {}
        async with contextlib.aclosing(self._scan_output(self.partition)) as lists:
            async for records in lists:
                _keep_refused(records, self._snapshot or change.snapshot, refused)
        for key in await self.index.known(list(refused)):
            del refused[key]
        async with self._turn:
            lost = [record for key, record in refused.items() if key and not self._changes.overtaken(key, -1)]
            entries, _, counters = _decided(lost, self._snapshot or change.snapshot, _now_ms())
            # The rules may have changed meanwhile: nothing that they allow is written anew.
            sent = await self._output.send(entry for entry in entries if entry[1] is None)
        await asyncio.gather(*sent)
        counters.passed = 0
        self._count(change, counters)

    def _count(self, change: RuleChange, counters: BatchCounters) -> None:
        change.withdrawn += counters.refused
        change.restored += counters.passed
        metrics.FILTER_RETRACTED.labels("withdrawn").inc(counters.refused)
        metrics.FILTER_RETRACTED.labels("restored").inc(counters.passed)


async def _ended(*tasks: "asyncio.Task[None]") -> None:
    """Cancel tasks until they end: `asyncio.wait_for` of Python 3.11, deep in aiokafka, may swallow a cancellation."""
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=1.0)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _decided(
    records: list[ProductRecord], snapshot: RulesSnapshot, at_ms: int
) -> tuple[list[Entry], list[tuple[ProductRecord, MalformedError]], BatchCounters]:
    """What to write for these records, which of them are malformed, and the counts. Pure.

    Each decision says of which record it is, and that it was made at `at_ms`.
    """
    rules, now = snapshot.rules, snapshot.as_of
    entries: list[Entry] = []
    faults: list[tuple[ProductRecord, MalformedError]] = []
    counters = BatchCounters()
    write = entries.append
    for record in records:
        key, value = record.key, record.value
        if value is None:
            if key is None:
                faults.append((record, MalformedError("no_key", "neither key nor value")))
            else:
                counters.withdrawn += 1
                write((key, None, None, [*HEADERS, decision_header(record.offset, at_ms)]))
            continue
        try:
            offer = read_product(key, value)
        except MalformedError as fault:
            faults.append((record, fault))
            continue
        offer_key = key or b""
        # An orphan was read from our own output, whose offsets are others.
        offset = record.offset if record.topic == PRODUCTS.name else NOT_SENT
        rule = decide(offer, rules, now).rule
        if rule is None:
            counters.passed += 1
            headers = [*record.headers, decision_header(offset, at_ms)]
            write((offer_key, value, record.timestamp, headers))
        else:
            counters.refuse(rule, offer.offer_id)
            write((offer_key, None, None, [*HEADERS, decision_header(offset, at_ms, rule.id)]))
    counters.malformed = len(faults)
    return entries, faults, counters


def _keep_refused(records: list[ProductRecord], snapshot: RulesSnapshot, refused: dict[bytes, ProductRecord]) -> None:
    """Keep in `refused` the newest version of each product that was let through, if the rules refuse it now."""
    for record in records:
        key, value = record.key, record.value
        if key is None:
            continue
        refused.pop(key, None)
        if value is None:
            continue
        try:
            offer = read_product(key, value)
        except MalformedError:
            continue
        if not decide(offer, snapshot.rules, snapshot.as_of).allowed:
            refused[key] = record
