"""Telegram's limits on sending, kept before Telegram has to remind us; and its reminders (429), obeyed.

One message a second in a chat with short bursts, 20 a minute in a group, 30 a second overall:
https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from time import monotonic

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.telegram.sent import Sent
from ops.settings import TelegramSettings

Answer = bool | dict[str, object] | list[dict[str, object]]
# What counts against the limits: everything that puts a message into a chat, or changes one.
COUNTED = ("send", "edit", "copy", "forward")
UNCOUNTED = frozenset({"sendChatAction"})
FORGET_AFTER = 4096


@dataclass(frozen=True, slots=True)
class Limit:
    """`burst` calls at once, then `per_second`."""

    burst: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a bot. `NONE` is for measurements against a server that has none."""

    overall: Limit = Limit(30, 30)
    private: Limit = Limit(6, 1)
    group: Limit = Limit(20, 20 / 60)


@dataclass(frozen=True, slots=True)
class Call:
    """What the caller of one Bot API method may say about it (`rate_limit_args`).

    `unread`: nobody looks at the Message that comes back. The framework takes longer to build that object, with its
    hundred fields, than all else that it does for the call; it then returns True, as it does for inline messages.
    """

    patience_s: float | None = None
    unread: bool = False


UNREAD = Call(unread=True)


def limits_of(settings: TelegramSettings) -> Limits:
    """The limits of the settings; a group may get its whole minute at once."""
    return Limits(
        overall=Limit(settings.per_second, settings.per_second),
        private=Limit(max(6.0, settings.chat_per_second), settings.chat_per_second),
        group=Limit(settings.group_per_minute, settings.group_per_minute / 60),
    )


class Bucket:
    """A token bucket that may go into debt: each caller learns how long to wait and keeps its place in line."""

    __slots__ = ("_limit", "_seen", "_tokens", "blocked_until")

    def __init__(self, limit: Limit, now: float) -> None:
        self._limit = limit
        self._tokens = limit.burst
        self._seen = now
        self.blocked_until = 0.0

    def take(self, now: float) -> float:
        """Seconds to wait before the call that is being counted here."""
        self._tokens = min(self._limit.burst, self._tokens + (now - self._seen) * self._limit.per_second)
        self._seen = now
        self._tokens -= 1
        pending = 0.0 if self._tokens >= 0 else -self._tokens / self._limit.per_second
        return max(pending, self.blocked_until - now)

    def is_full(self, now: float) -> bool:
        """Whether forgetting this bucket would change nothing."""
        return self.blocked_until <= now and self._tokens + (now - self._seen) * self._limit.per_second >= (
            self._limit.burst
        )


class RateLimiter(BaseRateLimiter[Call]):
    """Holds calls back as the limits say; waits out a 429 and calls again, up to `patience_s` altogether."""

    def __init__(
        self,
        limits: Limits | None = None,
        patience_s: float = 60.0,
        clock: Callable[[], float] = monotonic,
        sent: Sent | None = None,
    ) -> None:
        self._sent = sent
        self._limits = limits or Limits()
        self._patience_s = patience_s
        self._clock = clock
        self._overall = Bucket(self._limits.overall, clock())
        self._chats: dict[str, Bucket] = {}

    async def initialize(self) -> None:
        """Do nothing: the buckets are ready."""

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
        """Make the call when its place in line comes. Raises RetryAfter when Telegram asks for too much patience."""
        asked = rate_limit_args or Call()
        patience_s = self._patience_s if asked.patience_s is None else asked.patience_s
        bucket = self._bucket(data.get("chat_id")) if is_counted(endpoint) else None
        waited_s = 0.0
        while True:
            if bucket is not None:
                now = self._clock()
                pause_s = max(bucket.take(now), self._overall.take(now))
                if pause_s > 0:
                    await asyncio.sleep(pause_s)
            try:
                answer = await callback(*args, **kwargs)
            except RetryAfter as error:
                delay_s = _seconds(error)
                waited_s += delay_s
                if waited_s > patience_s:
                    raise
                if bucket is None:
                    await asyncio.sleep(delay_s)
                else:
                    bucket.blocked_until = self._clock() + delay_s
            else:
                if self._sent is not None:
                    self._sent.note_answer(answer)
                return True if asked.unread else answer

    def _bucket(self, chat: object) -> Bucket:
        key = str(chat)
        bucket = self._chats.get(key)
        if bucket is None:
            now = self._clock()
            if len(self._chats) >= FORGET_AFTER:
                self._chats = {known: kept for known, kept in self._chats.items() if not kept.is_full(now)}
            limit = self._limits.group if key.startswith(("-", "@")) else self._limits.private
            bucket = self._chats[key] = Bucket(limit, now)
        return bucket


def is_counted(endpoint: str) -> bool:
    """Whether Telegram counts this method against the limits on messages."""
    return endpoint.startswith(COUNTED) and endpoint not in UNCOUNTED


def _seconds(error: RetryAfter) -> float:
    # The public property warns on every access until the framework's next major version.
    return error._retry_after.total_seconds()
