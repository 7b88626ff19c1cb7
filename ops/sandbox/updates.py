"""What waits for the bot: the queue behind getUpdates and the webhook."""

import asyncio
from collections import deque
from collections.abc import Iterable
from itertools import islice
from secrets import randbelow

from ops.sandbox.errors import OTHER_GET_UPDATES, BotApiError, refused
from ops.sandbox.objects import Update

MAX_PENDING = 200_000
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_MAX_LIMIT = 100


class Updates:
    """Updates keep their order and stay until the bot confirms them by asking for a later offset."""

    def __init__(self) -> None:
        self.pending: deque[Update] = deque()
        self.allowed: frozenset[str] | None = None
        # Another world's numbers must not look like this one's, as with Telegram after a quiet week.
        self.last_id = 100_000_000 + randbelow(800_000_000)
        self.dropped = 0
        self._waiter: asyncio.Future[None] | None = None

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Which kinds the bot wants from now on; None leaves it as it was, nothing means the usual ones."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def put(self, kind: str, update: Update) -> bool:
        """Queues an update, of which only the field `kind` is set; False if the bot does not want that kind."""
        wanted = kind in self.allowed if self.allowed is not None else kind not in NOT_BY_DEFAULT
        if not wanted:
            return False
        self.last_id += 1
        update["update_id"] = self.last_id
        self.pending.append(update)
        if len(self.pending) > MAX_PENDING:
            self.pending.popleft()
            self.dropped += 1
        self._wake()
        return True

    def confirm(self, offset: int) -> None:
        """Forgets what comes before `offset`; a negative one keeps that many of the last."""
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
            return
        while self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()

    async def get(self, offset: int, limit: int, seconds: float) -> list[Update]:
        """Long polling; waits up to `seconds`. A second caller ends the first one's wait with Telegram's 409."""
        self.interrupt(refused(409, OTHER_GET_UPDATES))
        self.confirm(offset)
        if not self.pending and seconds > 0:
            await self.arrival(seconds)
        limit = limit if 1 <= limit <= _MAX_LIMIT else _MAX_LIMIT
        return list(islice(self.pending, limit))

    async def arrival(self, seconds: float) -> None:
        """Returns when an update waits or after `seconds`; raises what interrupt() was given."""
        if self.pending:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiter = waiter
        try:
            await asyncio.wait_for(waiter, seconds)
        except TimeoutError:
            return
        finally:
            if self._waiter is waiter:
                self._waiter = None

    def interrupt(self, reason: BotApiError) -> None:
        """Ends the wait that is under way, if any."""
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(reason)

    def close(self) -> None:
        """Ends the wait that is under way as if its time were up."""
        self._wake()

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)
