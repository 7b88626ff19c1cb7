"""Changes of rules that are still to be applied to what a partition holds, beside what comes new."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.bans import Rules, decide
from pipeline.contracts.decisions import decision_header, without_note
from pipeline.contracts.messages import HEADERS
from pipeline.filter.batch_counters import BatchCounters
from pipeline.filter.offer_index.finding import Candidate
from pipeline.filter.offer_index.partition_index import Found
from pipeline.filter.output import Entry
from pipeline.filter.reading import MalformedError, read_product
from pipeline.filter.record import ProductRecord
from pipeline.filter.rules_subscription import RulesSnapshot

# What the indexer takes back in a second, about: were a huge change written faster, an urgent one would have to wait in
# `filtered_products` behind all of it.
LARGE_PER_S = 6_000
# An offer that comes back is analysed by the indexer, which takes about as long as to take back so many.
RESTORED_COSTS = 3
# What touches no more in a partition is done at once.
SMALL = 2_000
# New offers wait when so many of a partition have come while changes were being applied.
FRESH_AT_MOST = 100_000


@dataclass(slots=True)
class RuleChange:
    """One change: what was decided below `horizon` is not decided by the rules of `snapshot` yet.

    `touched` are the rules that may decide differently; None: any may.
    """

    snapshot: RulesSnapshot
    touched: Rules | None
    horizon: int
    found: Found | None = None
    taken: int = 0
    withdrawn: int = 0
    restored: int = 0
    done: bool = False
    not_before: float = 0.0
    since: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> int:
        """How many products are still to be decided again, as far as it is known."""
        return self.found.count - self.taken if self.found is not None else 0

    def end(self) -> None:
        """There is nothing more to do about it."""
        self.done = True
        self.begin_again()

    def begin_again(self) -> None:
        """Let go of what was found; it can be found again."""
        if self.found is not None:
            self.found.release()
        self.found, self.taken = None, 0


class Pace:
    """What large changes keep to, together: so many decisions a second."""

    def __init__(self, per_second: float = LARGE_PER_S) -> None:
        self._per_second = per_second
        self._free_at = 0.0

    def after(self, counters: BatchCounters) -> float:
        """When to go on after these decisions, by `time.monotonic`."""
        cost = counters.refused + counters.passed * RESTORED_COSTS
        self._free_at = max(time.monotonic(), self._free_at) + cost / self._per_second
        return self._free_at


class RuleChanges:
    """The changes that a partition has not applied yet, in their order; and what came new since the first of them.

    They are worked at in turn, a piece each, so that a small one is soon done while a huge one goes on.
    """

    def __init__(self) -> None:
        self._waiting: deque[RuleChange] = deque()
        self._turns: deque[RuleChange] = deque()
        self._fresh: dict[bytes, int] = {}
        self._wake = asyncio.Event()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, change: RuleChange) -> None:
        """Take it up. One that touches all there is makes those before it needless."""
        if change.touched is None:
            for former in self._turns:
                former.end()
            self._turns.clear()
            self._waiting.clear()
        self._waiting.append(change)
        if change.done:
            return
        self._turns.appendleft(change)  # the newest is begun at once
        self._wake.set()

    async def next(self) -> RuleChange:
        """The one whose turn it is, as soon as there is one; afterwards all others have theirs."""
        while True:
            self._wake.clear()
            now = time.monotonic()
            for change in self._turns:
                if change.not_before <= now:
                    self._turns.remove(change)
                    self._turns.append(change)
                    return change
            earliest = min((change.not_before - now for change in self._turns), default=None)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(earliest):
                    await self._wake.wait()

    def finish(self, change: RuleChange) -> RulesSnapshot | None:
        """It is done. The newest state of the rules that all below is now decided by, if there is a newer one."""
        change.end()
        if change in self._turns:
            self._turns.remove(change)
        return self.reached()

    def reached(self) -> RulesSnapshot | None:
        """See `finish`."""
        snapshot = None
        while self._waiting and self._waiting[0].done:
            snapshot = self._waiting.popleft().snapshot
        if snapshot is not None:
            first = min((change.horizon for change in self._waiting), default=None)
            self._fresh = {} if first is None else {key: at for key, at in self._fresh.items() if at >= first}
        return snapshot

    def note(self, records: Iterable[ProductRecord]) -> None:
        """These are decided by today's rules: what a change still finds of them is an older version."""
        if self._waiting:
            self._fresh.update((record.key, record.offset) for record in records if record.key is not None)

    @property
    def left(self) -> int:
        """How many products are still to be decided again for the changes that were begun."""
        return sum(change.left for change in self._turns)

    def overtaken(self, key: bytes, offset: int) -> bool:
        """Whether a newer version than that at `offset` was decided meanwhile."""
        return self._fresh.get(key, -1) > offset

    @property
    def room(self) -> bool:
        """Whether new offers may come; if not, they may when a change is done."""
        return len(self._fresh) < FRESH_AT_MOST


def needed(candidates: Sequence[Candidate], snapshot: RulesSnapshot) -> list[int]:
    """The offsets of those that must be read to be decided."""
    rules, now = snapshot.rules, snapshot.as_of
    return [one.offset for one in candidates if one.by_words or rules.naming(one.offer, now) is None]


def decided_again(
    candidates: Sequence[Candidate],
    records: Mapping[int, ProductRecord],
    change: RuleChange,
    snapshot: RulesSnapshot,
    at_ms: int,
) -> tuple[list[Entry], BatchCounters]:
    """What to write of what the change touches, by the rules of `snapshot`, and the counts. Pure.

    A record that was needed and is not in `records` is gone: something newer of its offer will come, or nothing. What
    the names refused when it was asked, and refuse no more, is left to the change that made it so.
    """
    rules, now = snapshot.rules, snapshot.as_of
    entries: list[Entry] = []
    counters = BatchCounters()
    for key, offset, names, by_words in candidates:
        record = records.get(offset)
        rule = None if by_words else rules.naming(names, now)
        if rule is None:
            if record is None or record.key != key or record.value is None:
                continue
            try:
                offer = read_product(key, record.value)
            except MalformedError:
                continue
            if by_words and change.touched is not None and change.touched.stopping(offer, now) is None:
                continue
            rule = decide(offer, rules, now).rule
        if rule is None and record is not None:
            counters.passed += 1
            headers = [*without_note(record.headers), decision_header(offset, at_ms)]
            entries.append((key, record.value, None, headers))
        elif rule is not None:
            counters.refuse(rule, names.offer_id)
            entries.append((key, None, None, [*HEADERS, decision_header(offset, at_ms, rule.id)]))
    return entries, counters
