"""The newest part of `audit` in memory, and the one way in which the bot writes to it."""

from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import get_args

from bot.core.actor import Result, audit_entry
from bot.core.update_context import UpdateContext
from ops import metrics
from pipeline.contracts.messages import AuditAction, AuditEntry

KEPT = 20_000
ACTIONS = frozenset(get_args(AuditAction))


class RecentAudit:
    """The last entries, each once."""

    def __init__(self, kept: int = KEPT) -> None:
        self._entries: deque[AuditEntry] = deque()
        self._ids: set[str] = set()
        self._kept = kept

    def add(self, entry: AuditEntry) -> None:
        """Take the next entry."""
        if entry.entry_id in self._ids:
            return
        self._ids.add(entry.entry_id)
        self._entries.append(entry)
        if len(self._entries) > self._kept:
            self._ids.discard(self._entries.popleft().entry_id)

    def newest(self) -> Iterator[AuditEntry]:
        """The entries that are kept, the newest first."""
        return iter(tuple(reversed(self._entries)))

    def has(self, entry_id: str) -> bool:
        """Whether it is among the kept."""
        return entry_id in self._ids


class AuditLog:
    """Who did what. `write` returns when an entry is on every in-sync copy, and raises KafkaError."""

    def __init__(self, write: Callable[[AuditEntry], Awaitable[object]], clock: Callable[[], datetime]) -> None:
        self._write = write
        self._clock = clock
        self.recent = RecentAudit()
        for action in ACTIONS:
            # From zero, or nobody would see the first one as a change.
            metrics.AUDIT_DEEDS.labels(action)

    def newest(self) -> Iterator[AuditEntry]:
        """What is known, the newest first; an entry that was sent twice comes once."""
        return self.recent.newest()

    def has(self, entry_id: str) -> bool:
        """Whether an entry with that id was written before, as far back as is known."""
        return self.recent.has(entry_id)

    async def append(self, entry: AuditEntry) -> None:
        """Write an entry that is not there yet; durable when this returns. Raises KafkaError."""
        if self.has(entry.entry_id):
            return
        await self._write(entry)
        self.recent.add(entry)
        if entry.result == "done" and entry.action in ACTIONS:
            metrics.AUDIT_DEEDS.labels(entry.action).inc()

    async def record(
        self,
        context: UpdateContext,
        action: AuditAction,
        target: str = "",
        detail: str = "",
        *,
        result: Result = "done",
    ) -> None:
        """Write what this update is about to do, before anybody is told; a repeat of the update is on record once.

        Durable when this returns. Raises KafkaError.
        """
        await self.append(audit_entry(context, action, self._clock(), target, detail, result=result))
