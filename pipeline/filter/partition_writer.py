"""The only writer for the keys of one partition: new products in order, and old ones again when rules change."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Protocol

from ops import logs, metrics
from pipeline.bans import Rules, decide
from pipeline.contracts.decisions import NOT_SENT, decision_header, without_note
from pipeline.contracts.messages import HEADERS
from pipeline.contracts.topics import PRODUCTS
from pipeline.filter.batch_counters import BatchCounters
from pipeline.filter.checkpoint import Checkpoint, Commit, Mark
from pipeline.filter.output import Entry, PartitionOutput
from pipeline.filter.reading import MalformedError, read_product
from pipeline.filter.record import ProductRecord
from pipeline.filter.rules_subscription import RulesSnapshot, RulesSource
from pipeline.kafka.dead_letters import DeadLetters

log = logs.get_logger(__name__)
SENT_AT_ONCE = 500
LONGEST_OPEN_S = 1.0


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
    """Decides the records of one partition.

    What holds at every await: everything below `durable` was decided by the rules of `applied`, and the
    decisions are on all in-sync copies; nothing else writes the keys of this partition. When the rules have
    changed, what the changed rules touch is decided again, from the beginning of the partition to the place
    reached, before anything new is. A mark is the durable offset with the rules' state, so whoever goes on from
    a mark knows which changes are still to be applied.

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
        scan: Callable[[int, int], AsyncGenerator[list[ProductRecord], None]],
        scan_output: Callable[[int], AsyncGenerator[list[ProductRecord], None]],
    ) -> None:
        self.partition = partition
        self._next = position
        self._durable = position
        self._applied = commit.checkpoint
        self._written = commit.written
        self._orphans = commit.orphans
        self._snapshot: RulesSnapshot | None = None
        self._rules_source = rules_source
        self._output = output
        self._dead_letters = dead_letters
        self._scan = scan
        self._scan_output = scan_output
        self._pending: deque[BatchToDecide] = deque()
        self._flights: deque[_Flight] = deque()
        self._mark: Mark | None = None
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()
        self._rescanning = False
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
        """Whether everything below the position was decided by the newest rules."""
        return self._snapshot is self._rules_source.current

    def submit(self, work: BatchToDecide) -> None:
        """Take records to decide; `work.finish()` is called when their decisions are durable."""
        if not self._closed:
            self._pending.append(work)
            self._wake.set()

    async def run(self) -> None:
        """Decide until cancelled. Raises `KafkaError` or `LostBatchError` when the session must start again."""
        self._rules_source.subscribe(self._wake.set)
        try:
            while not self._closed:
                await self._wake.wait()
                self._wake.clear()
                while not self._closed and (self._pending or not self.up_to_date):
                    async with self._turn:
                        if not self.up_to_date:
                            await self._take_over(self._rules_source.current)
                        elif self._pending:
                            await self._decide(self._pending.popleft(), self._rules_source.current)
        finally:
            self._rules_source.unsubscribe(self._wake.set)

    async def settle(self, end: int | None) -> Mark | None:
        """The mark that may be committed now. Raises `KafkaError`.

        Makes durable what was sent so far when there is nothing left to decide below `end` (the partition's end, None:
        not known), so that readers see it soon. With a backlog it does so once in `LONGEST_OPEN_S`: closing a
        transaction costs the broker's answer and a pause before the next one may begin.
        """
        caught_up = end is None or self._next >= end
        if not self._closed and not self._rescanning and (caught_up or self._output.open_for() >= LONGEST_OPEN_S):
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

    async def _take_over(self, snapshot: RulesSnapshot) -> None:
        await self._flush()
        touched = self._rules_source.changed(self._applied, snapshot)
        if (self._next > 0 or self._orphans) and (touched is None or len(touched)):
            self._rescanning = True
            try:
                with metrics.FILTER_RESCAN.time():
                    await self._rescan(touched, snapshot)
                await self._output.commit()
            finally:
                self._rescanning = False
        self._applied = snapshot.checkpoint
        self._snapshot = snapshot
        self._mark = self._marked(self._applied)

    async def _rescan(self, touched: Rules | None, snapshot: RulesSnapshot) -> None:
        since = time.monotonic()
        latest: dict[bytes, ProductRecord] = {}
        if self._orphans:
            # Of what was let through and is in `products` no more, what today's rules refuse; the rest stays as it is.
            async with contextlib.aclosing(self._scan_output(self.partition)) as lists:
                async for records in lists:
                    _keep_touched(records, snapshot.rules, snapshot, latest)
        async with contextlib.aclosing(self._scan(self.partition, self._next)) as lists:
            async for records in lists:
                _keep_touched(records, touched, snapshot, latest)
        found = list(latest.values())
        withdrawn = 0
        for first in range(0, len(found), SENT_AT_ONCE):
            entries, _, counters = _decided(found[first : first + SENT_AT_ONCE], snapshot, _now_ms(), again=True)
            withdrawn += counters.refused
            await asyncio.gather(*await self._output.send(entries))
            await self._output.commit()  # a long rescan must not outlive the time a transaction may take
        metrics.FILTER_RETRACTED.labels("withdrawn").inc(withdrawn)
        metrics.FILTER_RETRACTED.labels("restored").inc(len(found) - withdrawn)
        log.info("rescanned", partition=self.partition, below=self._next, touched=len(found), withdrawn=withdrawn,
                 rules="all" if touched is None else len(touched), seconds=time.monotonic() - since)  # fmt: skip


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _decided(
    records: list[ProductRecord], snapshot: RulesSnapshot, at_ms: int, *, again: bool = False
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
            headers = without_note(record.headers) if again else list(record.headers)
            headers.append(decision_header(offset, at_ms))
            write((offer_key, value, None if again else record.timestamp, headers))
        else:
            counters.refuse(rule, offer.offer_id)
            write((offer_key, None, None, [*HEADERS, decision_header(offset, at_ms, rule.id)]))
    counters.malformed = len(faults)
    return entries, faults, counters


def _keep_touched(
    records: list[ProductRecord], touched: Rules | None, snapshot: RulesSnapshot, latest: dict[bytes, ProductRecord]
) -> None:
    """Keep in `latest` the newest version of each product, if a changed rule may touch that version."""
    by_key = touched is not None and touched.only_products()
    for record in records:
        key, value = record.key, record.value
        if key is None:
            continue
        if value is None:
            latest.pop(key, None)
            continue
        if by_key and touched is not None and not touched.names_offer(key.decode("utf-8", "replace")):
            continue
        try:
            offer = read_product(key, value)
        except MalformedError:
            continue  # it never counted: the version before it still stands
        if touched is None or not decide(offer, touched, snapshot.as_of).allowed:
            latest[key] = record
        else:
            latest.pop(key, None)
