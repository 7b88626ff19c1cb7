"""Reading updates so that none is lost: an update is confirmed to Telegram only after it was handled.

getUpdates confirms everything below its `offset`. The framework's own Updater confirms what it has merely put
into a queue; a kill -9 then loses the queue. Here the offset is the oldest update still in work, and what Telegram
therefore sends again is recognised by its number. After a kill, at most these are handled a second time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Protocol

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut

from ops.logs import get_logger

log = get_logger(__name__)

RawUpdate = dict[str, object]
# How soon an update of one chat is seen while another chat's is still in work.
BUSY_POLL_S = 0.05
BATCH = 100
LONGEST_PAUSE_S = 15.0


class UpdateSource(Protocol):
    """Asks Telegram's getUpdates; the updates are raw dictionaries."""

    async def __call__(self, offset: int, limit: int, timeout_s: int) -> Sequence[RawUpdate]: ...


class Polling:
    """Fetches updates and hands each one, once, to `take`, which returns at once and later calls `done(id)`."""

    def __init__(
        self,
        source: UpdateSource,
        take: Callable[[int, RawUpdate], None],
        *,
        healthy: Callable[[bool], None],
        long_poll_s: int = 25,
        pauses: Callable[[float], float] = lambda pause_s: pause_s,
    ) -> None:
        self._source = source
        self._take = take
        self._healthy = healthy
        self._long_poll_s = long_poll_s
        self._pauses = pauses
        self._next = 0
        self._in_work: set[int] = set()
        self._enough: asyncio.Future[None] | None = None
        self._few = 0
        self._reached = False

    @property
    def offset(self) -> int:
        """The oldest update that is not yet handled; everything before it may be confirmed."""
        return min(self._in_work, default=self._next)

    def done(self, update_id: int) -> None:
        """The update was handled, or given up; it need not come again."""
        self._in_work.discard(update_id)
        if self._enough is not None and len(self._in_work) <= self._few and not self._enough.done():
            self._enough.set_result(None)

    async def run(self, stopping: asyncio.Event) -> None:
        """Poll until `stopping`. Faults of the network are waited out; raises InvalidToken."""
        await _until(stopping, self._poll_for_ever())

    async def confirm(self) -> None:
        """Tell Telegram what was handled, so that it does not come again after a stop. Raises TelegramError."""
        if self._next:
            await self._source(self.offset, 1, 0)

    async def _poll_for_ever(self) -> None:
        pause_s = 0.0
        while True:
            begun = monotonic()
            busy = bool(self._in_work)
            try:
                # Whether Telegram answers is to be known at once, not after a long poll.
                batch = await self._source(self.offset, BATCH, 0 if busy or not self._reached else self._long_poll_s)
            except InvalidToken:
                raise
            except TimedOut:
                continue
            except TelegramError as error:
                pause_s = self._trouble(error, pause_s)
                await asyncio.sleep(self._pauses(pause_s))
                continue
            pause_s, self._reached = 0.0, True
            self._healthy(True)
            self._accept(batch)
            if self._in_work:
                await self._some_progress(BUSY_POLL_S - (monotonic() - begun) if busy else BUSY_POLL_S)

    def _accept(self, batch: Sequence[RawUpdate]) -> None:
        for raw in batch:
            update_id = raw.get("update_id")
            if not isinstance(update_id, int) or update_id < self._next:
                continue
            self._next = update_id + 1
            self._in_work.add(update_id)
            self._take(update_id, raw)

    async def _some_progress(self, at_most_s: float) -> None:
        """Wait until half of what is in work is done, or the time is over."""
        if at_most_s <= 0:
            return
        self._few = len(self._in_work) // 2
        self._enough = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait((self._enough,), timeout=at_most_s)
        finally:
            self._enough = None

    def _trouble(self, error: TelegramError, pause_s: float) -> float:
        self._healthy(False)
        self._reached = False
        if isinstance(error, RetryAfter):
            return error._retry_after.total_seconds()
        if isinstance(error, Conflict):
            log.warning("another_bot_polls", next_step="stop the other process that uses this token", error=str(error))
            return 5.0
        log.warning("polling_failed", error=str(error), again_in_s=round(pause_s, 1))
        return min(LONGEST_PAUSE_S, max(0.5, pause_s * 2))


async def _until(stopping: asyncio.Event, work: Awaitable[None]) -> None:
    working, stop = asyncio.ensure_future(work), asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait((working, stop), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        for task in (working, stop):
            task.cancel()
        await asyncio.gather(working, stop, return_exceptions=True)
