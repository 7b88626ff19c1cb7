"""Reading updates so that none is lost, and none holds up the others.

getUpdates confirms everything below its `offset`, and gives the earliest hundred from there: whoever asks from the
oldest update in work reads nothing new once a hundred wait behind it. So what was read and is not handled goes into
the journal, and the offset goes on. What the journal cannot take (a full disk) is not confirmed, and comes again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from time import monotonic
from typing import Protocol

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot.telegram.rate_limiter import seconds_of
from bot.telegram.update_journal import RawUpdate
from bot.telegram.webhook import is_webhook_in_the_way
from ops import metrics
from ops.logs import get_logger

log = get_logger(__name__)

# So many updates come with one call while there is something to do, and none waits longer for it.
GATHER_S = 0.02
# How soon an update of one chat is seen while another chat's is in work and not in the journal.
BUSY_POLL_S = 0.05
BATCH = 100
# What is read and not handled is held in memory too; beyond this, Telegram keeps the rest for us.
MOST_IN_WORK = 10_000
LONGEST_PAUSE_S = 15.0


class UpdateSource(Protocol):
    """Asks Telegram's getUpdates; the updates are raw dictionaries."""

    async def __call__(self, offset: int, limit: int, timeout_s: int) -> Sequence[RawUpdate]: ...


class Journal(Protocol):
    """Keeps updates until they are done; see `bot.telegram.update_journal.UpdateJournal`."""

    def keep(self, updates: Mapping[int, RawUpdate]) -> bool: ...

    def done(self, update_id: int) -> None: ...

    def flush(self) -> None: ...


class Polling:
    """Fetches updates and hands each one, once, to `take`, which returns at once and later calls `done(id)`.

    `unhook` removes a webhook that keeps Telegram from being polled.
    """

    def __init__(
        self,
        source: UpdateSource,
        take: Callable[[int, RawUpdate], None],
        *,
        journal: Journal,
        healthy: Callable[[bool], None],
        unhook: Callable[[], Awaitable[None]],
        long_poll_s: int = 25,
        pauses: Callable[[float], float] = lambda pause_s: pause_s,
    ) -> None:
        self._source = source
        self._take = take
        self._journal = journal
        self._healthy = healthy
        self._unhook = unhook
        self._long_poll_s = long_poll_s
        self._pauses = pauses
        self._next = 0
        # In work; those in `_unkept` are not in the journal.
        self._in_work: set[int] = set()
        self._met: frozenset[int] = frozenset()
        self._unkept: dict[int, RawUpdate] = {}
        self._enough: asyncio.Future[None] | None = None
        self._few = 0
        self._handled = asyncio.Event()
        self._reached = False
        self._unhooked = False
        self._full = False

    @property
    def offset(self) -> int:
        """Everything before it is handled or in the journal, and may be confirmed."""
        return min(self._unkept, default=self._next)

    def resume(self, left: Iterable[int], met: Iterable[int]) -> None:
        """`left` is in work since an earlier life; of what that life has `met`, nothing is taken again.

        Numbers below those are not old because of that: after a quiet week Telegram begins anew at any number, and so
        does another server of the Bot API.
        """
        self._in_work.update(left)
        self._met = frozenset(met)

    def done(self, update_id: int) -> None:
        """The update was handled, or given up; it need not come again."""
        self._in_work.discard(update_id)
        if self._unkept.pop(update_id, None) is None:
            self._journal.done(update_id)
            self._handled.set()
        if self._enough is not None and len(self._in_work) <= self._few and not self._enough.done():
            self._enough.set_result(None)

    async def run(self, stopping: asyncio.Event) -> None:
        """Poll until `stopping`. Faults of the network are waited out; raises InvalidToken."""
        await until(stopping, self._poll_for_ever(), write_handled(self._handled, self._journal))

    async def confirm(self) -> None:
        """Tell Telegram what was handled, so that it does not come again after a stop. Raises TelegramError."""
        self._keep()
        self._journal.flush()
        if self._next:
            await self._source(self.offset, 1, 0)

    async def _poll_for_ever(self) -> None:
        pause_s = 0.0
        while True:
            while len(self._in_work) >= MOST_IN_WORK:
                await self._until_few(MOST_IN_WORK // 2, LONGEST_PAUSE_S)
            self._keep()
            begun, behind = monotonic(), bool(self._unkept)
            try:
                # Whether Telegram answers is to be known at once, not after a long poll.
                long_s = 0 if behind or not self._reached else self._long_poll_s
                batch = await self._source(self.offset, BATCH, long_s)
            except InvalidToken:
                raise
            except TimedOut:
                continue
            except TelegramError as error:
                pause_s = await self._trouble(error, pause_s)
                await asyncio.sleep(self._pauses(pause_s))
                continue
            pause_s, self._reached = 0.0, True
            self._healthy(True)
            taken = self._accept(batch)
            if behind:
                await self._until_few(len(self._in_work) // 2, BUSY_POLL_S - (monotonic() - begun))
            elif taken:
                await self._until_few(len(self._in_work) - (taken + 1) // 2, GATHER_S)

    def _accept(self, batch: Sequence[RawUpdate]) -> int:
        taken = 0
        for raw in batch:
            update_id = raw.get("update_id")
            if not isinstance(update_id, int) or update_id < self._next:
                continue
            self._next = update_id + 1
            if update_id in self._met:
                continue
            self._in_work.add(update_id)
            self._unkept[update_id] = raw
            taken += 1
            self._take(update_id, raw)
        metrics.UPDATES_IN_WORK.set(len(self._in_work))
        return taken

    def _keep(self) -> None:
        """Put what is in work into the journal; most of it was handled before it comes to that."""
        if not self._unkept:
            return
        full = not self._journal.keep(self._unkept)
        if not full:
            self._unkept.clear()
        elif not self._full:
            log.error(
                "updates_not_confirmed",
                setting="YARMARKA_STACK_DIR",
                meaning="until there is room, one slow chat may keep others waiting",
                next_step="make room on the disk",
            )
        self._full = full
        metrics.UPDATES_NOT_KEPT.set(len(self._unkept))

    async def _until_few(self, few: int, at_most_s: float) -> None:
        """Wait until no more than so many are in work, or the time is over."""
        if at_most_s <= 0 or len(self._in_work) <= few:
            return
        self._few = few
        self._enough = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait((self._enough,), timeout=at_most_s)
        finally:
            self._enough = None

    async def _trouble(self, error: TelegramError, pause_s: float) -> float:
        self._healthy(False)
        self._reached = False
        if isinstance(error, RetryAfter):
            return seconds_of(error)
        if isinstance(error, Conflict):
            return await self._conflict(error)
        log.warning("polling_failed", error=str(error), again_in_s=round(pause_s, 1))
        return min(LONGEST_PAUSE_S, max(0.5, pause_s * 2))

    async def _conflict(self, error: Conflict) -> float:
        if is_webhook_in_the_way(error) and not self._unhooked:
            try:
                await self._unhook()
            except TelegramError as failed:
                log.warning("webhook_not_removed", error=str(failed))
                return 5.0
            self._unhooked = True
            return 0.0
        # A webhook that comes back is another program's.
        log.warning("another_bot_polls", next_step="stop the other process that uses this token", error=str(error))
        return 5.0


async def write_handled(handled: asyncio.Event, journal: Journal) -> None:
    """Say in the journal what was handled: in a quiet minute nothing else would, and a kill would repeat it."""
    while True:
        await handled.wait()
        await asyncio.sleep(GATHER_S)
        handled.clear()
        journal.flush()


async def until(stopping: asyncio.Event, *works: Awaitable[object]) -> None:
    """Run the works until `stopping`, or until one of them ends or fails. Raises what it raised."""
    tasks = [asyncio.ensure_future(work) for work in (*works, stopping.wait())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
