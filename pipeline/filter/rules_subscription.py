"""The rules in force, followed live: a new snapshot after each change of `bans` and each end of a ban."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, Self

from ops import logs
from pipeline.bans import Rule, RuleError, Rules, parse_rule
from pipeline.contracts.messages import Ban
from pipeline.filter.checkpoint import Checkpoint
from pipeline.kafka.live_view import LiveView

log = logs.get_logger(__name__)
# A snapshot is renewed at least so often, so that checkpoints stay young.
RENEWED_AFTER = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class RulesSnapshot:
    """Rules and the state of `bans` that they were compiled from; decisions under it use `as_of` as now."""

    rules: Rules
    checkpoint: Checkpoint

    @property
    def as_of(self) -> datetime:
        """The moment at which the rules are evaluated."""
        return self.checkpoint.as_of


class RulesSource(Protocol):
    """What a writer asks of the rules."""

    @property
    def current(self) -> RulesSnapshot:
        """The newest snapshot of the rules."""
        ...

    def subscribe(self, called: Callable[[], None]) -> None:
        """Have `called` called after each change."""
        ...

    def unsubscribe(self, called: Callable[[], None]) -> None:
        """Have it called no more."""
        ...

    def changed(self, since: Checkpoint | None, to: RulesSnapshot) -> Rules | None:
        """The rules that may decide differently in `to` than in the state `since`; None: any may."""
        ...


class RulesSubscription:
    """`current` is the newest snapshot; those who subscribed are called when there is a newer one."""

    def __init__(self, view: LiveView[Ban]) -> None:
        self._view = view
        self._subscribers: set[Callable[[], None]] = set()
        self.current: RulesSnapshot = self._compile()

    @contextlib.asynccontextmanager
    async def following(self, guard: Callable[["asyncio.Task[None]"], None] = lambda task: None) -> AsyncIterator[Self]:
        """Keep `current` new while the body runs; `guard` is given the task that does, which must not fail."""
        task = asyncio.create_task(self._follow(), name="follows the rules")
        guard(task)
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def subscribe(self, called: Callable[[], None]) -> None:
        """Have `called` called after each change."""
        self._subscribers.add(called)

    def unsubscribe(self, called: Callable[[], None]) -> None:
        """Have it called no more."""
        self._subscribers.discard(called)

    def changed(self, since: Checkpoint | None, to: RulesSnapshot) -> Rules | None:
        """Rules that may decide differently in `to` than in the state `since`; None: any may.

        They are compiled without an end, so that what they stop is all that a change may touch. A lifted rule
        is among them: its id still says what it matched.
        """
        if since is None or since.bans_offset > self._view.offset:
            return None
        if self._view.reloaded_at is not None and since.as_of <= self._view.reloaded_at:
            return None
        names = set(self._view.changed_since(since.bans_offset))
        early, late = sorted((since.as_of, to.as_of))
        names.update(key for key, ban in self._view.items() if ban.until is not None and early < ban.until <= late)
        return Rules((rule, None) for name in names if (rule := _parsed(name)) is not None)

    def _compile(self) -> RulesSnapshot:
        now = datetime.now(UTC)
        bans = [(rule, ban.until) for key, ban in self._view.items() if (rule := _parsed(key)) is not None]
        return RulesSnapshot(Rules(bans), Checkpoint(self._view.offset, now, self._view.note()))

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._until_next_end().total_seconds()):
                    await self._view.moved(self.current.checkpoint.bans_offset)
            self.current = self._compile()
            log.info("rules changed", rules=len(self.current.rules), bans_offset=self.current.checkpoint.bans_offset)
            for called in tuple(self._subscribers):
                called()

    def _until_next_end(self) -> timedelta:
        as_of = self.current.as_of
        ends = [ban.until for _, ban in self._view.items() if ban.until is not None and ban.until > as_of]
        next_end = min(ends, default=as_of + RENEWED_AFTER)
        return max(min(next_end - datetime.now(UTC), RENEWED_AFTER), timedelta(milliseconds=1))


def _parsed(name: str) -> Rule | None:
    try:
        return parse_rule(name)
    except RuleError as error:
        log.error("a rule is not understood and has no effect", rule=name, fault=str(error))
        return None
