"""Telegram's limits on sending, counted before Telegram has to remind us.

One message a second in a chat with short bursts, 20 a minute in a group, 30 a second overall:
https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from bot.telegram.outbox_item import Urgency
from ops.settings import TelegramSettings

FORGET_AFTER = 4096
# What nobody waits for leaves this share of every limit to what somebody does.
LEFT_FOR_URGENT = 0.2
# Telegram counts when a call arrives, we when it leaves; one that is refused costs a second at least.
EDGE_S = 0.1


@dataclass(frozen=True, slots=True)
class Limit:
    """`burst` calls at once, and `per_second` in the long run."""

    burst: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a bot."""

    overall: Limit = Limit(30, 30)
    private: Limit = Limit(6, 1)
    group: Limit = Limit(20, 20 / 60)


def limits_of(settings: TelegramSettings) -> Limits:
    """The limits of the settings; a group may get its whole minute at once."""
    return Limits(
        overall=Limit(settings.per_second, settings.per_second),
        private=Limit(max(6.0, settings.chat_per_second), settings.chat_per_second),
        group=Limit(settings.group_per_minute, settings.group_per_minute / 60),
    )


class Counted(Protocol):
    """A limit with what was used of it."""

    def delay_s(self, now: float, urgency: Urgency) -> float: ...

    def take(self, now: float) -> None: ...

    def give_back(self) -> None: ...

    def is_full(self, now: float) -> bool:
        """Whether forgetting what was used would change nothing."""
        ...


class Bucket:
    """A token bucket: `burst` at once, then one each 1 / `per_second` seconds."""

    __slots__ = ("_limit", "_seen", "_tokens")

    def __init__(self, limit: Limit, now: float) -> None:
        self._limit = limit
        self._tokens = limit.burst
        self._seen = now

    def delay_s(self, now: float, urgency: Urgency) -> float:
        self._refill(now)
        kept = self._limit.burst * LEFT_FOR_URGENT if urgency is Urgency.ROUTINE else 0.0
        return max(0.0, (min(self._limit.burst, 1 + kept) - self._tokens) / self._limit.per_second)

    def take(self, now: float) -> None:
        self._refill(now)
        self._tokens -= 1

    def give_back(self) -> None:
        self._tokens = min(self._limit.burst, self._tokens + 1)

    def is_full(self, now: float) -> bool:
        return self._tokens + (now - self._seen) * self._limit.per_second >= self._limit.burst

    def _refill(self, now: float) -> None:
        self._tokens = min(self._limit.burst, self._tokens + (now - self._seen) * self._limit.per_second)
        self._seen = now


class Window:
    """At most `burst` in any span of burst / per_second seconds, however they lie in it."""

    __slots__ = ("_moments", "_most", "_span_s")

    def __init__(self, limit: Limit) -> None:
        self._most = max(1, int(limit.burst))
        self._span_s = limit.burst / limit.per_second + EDGE_S
        self._moments: deque[float] = deque()

    def delay_s(self, now: float, urgency: Urgency) -> float:
        self._forget(now)
        most = self._most
        if urgency is Urgency.ROUTINE:
            most = max(1, int(most * (1 - LEFT_FOR_URGENT)))
        over = len(self._moments) - most
        return self._moments[over] + self._span_s - now if over >= 0 else 0.0

    def take(self, now: float) -> None:
        self._forget(now)
        self._moments.append(now)

    def give_back(self) -> None:
        if self._moments:
            self._moments.pop()

    def is_full(self, now: float) -> bool:
        self._forget(now)
        return not self._moments

    def _forget(self, now: float) -> None:
        moments, oldest = self._moments, now - self._span_s
        while moments and moments[0] <= oldest:
            moments.popleft()


class Pace:
    """What was sent of late, and how long the next message has to wait. Nothing here waits.

    `in_line` says that something urgent waits for the limit of all chats together: nobody else may go before it.
    """

    def __init__(self, limits: Limits | None = None, clock: Callable[[], float] = monotonic) -> None:
        self._limits = limits or Limits()
        self._clock = clock
        self._overall = Window(self._limits.overall)
        self._chats: dict[str, Counted] = {}
        self._blocked: dict[str, float] = {}
        self._forget_at = FORGET_AFTER
        self.in_line = False

    def overall_delay_s(self, urgency: Urgency) -> float:
        """Seconds until all chats together leave room for a message; 0: there is room."""
        return self._overall.delay_s(self._clock(), urgency)

    def chat_delay_s(self, chat: object, urgency: Urgency) -> float:
        """Seconds until the chat can take a message; 0: it can."""
        key, now = str(chat), self._clock()
        counted = self._chats.get(key)
        used = counted.delay_s(now, urgency) if counted is not None else 0.0
        return max(used, self._blocked[key] - now) if key in self._blocked else used

    def delay_s(self, chat: object, urgency: Urgency) -> float:
        """The longer of the two."""
        return max(self.overall_delay_s(urgency), self.chat_delay_s(chat, urgency))

    def take(self, chat: object) -> None:
        """Count a message to the chat."""
        now = self._clock()
        self._overall.take(now)
        self._counted(str(chat), now).take(now)

    def give_back(self, chat: object) -> None:
        """A message that was counted was not sent after all."""
        self._overall.give_back()
        counted = self._chats.get(str(chat))
        if counted is not None:
            counted.give_back()

    def block(self, chat: object, seconds: float) -> None:
        """Telegram takes nothing more for the chat for so long."""
        self._blocked[str(chat)] = self._clock() + seconds

    def _counted(self, key: str, now: float) -> Counted:
        counted = self._chats.get(key)
        if counted is None:
            if len(self._chats) >= self._forget_at:
                self._forget(now)
            group = key.startswith(("-", "@"))
            counted = Window(self._limits.group) if group else Bucket(self._limits.private, now)
            self._chats[key] = counted
        return counted

    def _forget(self, now: float) -> None:
        self._chats = {key: counted for key, counted in self._chats.items() if not counted.is_full(now)}
        self._blocked = {key: until for key, until in self._blocked.items() if until > now}
        # So that looking through them costs each message little, however many they are.
        self._forget_at = max(FORGET_AFTER, 2 * len(self._chats))
