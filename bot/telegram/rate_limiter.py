"""Who may call Telegram now: the framework asks here before every call. What Telegram refuses (429) is obeyed."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.telegram.outbox_item import TURN, Turn, Urgency
from bot.telegram.pace import Pace

Answer = bool | dict[str, object] | list[dict[str, object]]
# What counts against the limits: everything that puts a message into a chat, or changes one.
COUNTED = ("send", "edit", "copy", "forward")
UNCOUNTED = frozenset({"sendChatAction"})


class TooSoonError(RetryAfter):
    """Telegram was not called: by our count it would refuse. `seconds` says when it would not."""

    def __init__(self, seconds: float) -> None:
        # The framework's own constructor looks at a property that warns.
        TelegramError.__init__(self, f"not before {seconds:.1f} s from now")
        self._retry_after = timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Call:
    """What the caller of one Bot API method may say about it (`rate_limit_args`).

    `patience_s`: longer than this the call may not be held back, neither by our count nor by a 429; then RetryAfter is
    raised. `unread`: nobody looks at the Message that comes back. The framework takes longer to build that object, with
    its hundred fields, than all else that it does for the call; it then returns True, as it does for inline messages.
    `told`: called with the number of the message, for who needs that alone.
    """

    patience_s: float | None = None
    unread: bool = False
    told: Callable[[int], None] | None = None


UNREAD = Call(unread=True)
# A call inside an update: it waits for nothing.
AT_ONCE = Call(patience_s=0)
ANSWER = Call(patience_s=0, unread=True)


class RateLimiter(BaseRateLimiter[Call]):
    """Counts calls in the `pace`; holds them back, and makes them again after a 429, for `patience_s` altogether."""

    def __init__(self, pace: Pace, patience_s: float = 60.0) -> None:
        self._pace = pace
        self._patience_s = patience_s

    async def initialize(self) -> None:
        """Do nothing: there is nothing to open."""

    async def shutdown(self) -> None:
        """Do nothing: there is nothing to close."""

    async def process_request(  # noqa: PLR0917 - the framework's signature
        self,
        callback: Callable[..., Coroutine[object, object, Answer]],
        args: tuple[object, ...],
        kwargs: dict[str, object],
        endpoint: str,
        data: Mapping[str, object],
        rate_limit_args: Call | None,
    ) -> Answer:
        """Make the call when it may be made. Raises RetryAfter when that would take too much patience."""
        asked = rate_limit_args or Call()
        left_s = self._patience_s if asked.patience_s is None else asked.patience_s
        counted, chat, turn = is_counted(endpoint), data.get("chat_id"), TURN.get()
        while True:
            if counted:
                left_s -= await self._wait(chat, turn, left_s)
            try:
                answer = await callback(*args, **kwargs)
            except RetryAfter as error:
                delay_s = seconds_of(error)
                if counted:
                    self._pace.block(chat, delay_s)
                # What has its turn in the outbox goes back there, and another one's turn it is.
                if delay_s > left_s or turn is not None:
                    raise
                left_s -= delay_s
                await asyncio.sleep(delay_s)
            else:
                if asked.told is not None and isinstance(answer, dict) and isinstance(answer.get("message_id"), int):
                    asked.told(cast(int, answer["message_id"]))
                return True if asked.unread else answer

    async def _wait(self, chat: object, turn: Turn | None, left_s: float) -> float:
        """Count the call as soon as it may be made; the seconds that took. Raises TooSoonError."""
        if turn is not None and turn.use(chat):
            return 0.0
        if left_s <= 0 and self._pace.in_line:
            raise TooSoonError(1.0)
        urgency, waited_s = turn.urgency if turn is not None else Urgency.URGENT, 0.0
        while (delay_s := self._pace.delay_s(chat, urgency)) > 0:
            waited_s += delay_s
            if waited_s > left_s:
                raise TooSoonError(delay_s)
            await asyncio.sleep(delay_s)
        self._pace.take(chat)
        return waited_s


def is_counted(endpoint: str) -> bool:
    """Whether Telegram counts this method against the limits on messages."""
    return endpoint.startswith(COUNTED) and endpoint not in UNCOUNTED


def seconds_of(error: RetryAfter) -> float:
    """How long to wait after this error."""
    # The public property warns on every access until the framework's next major version.
    return error._retry_after.total_seconds()
