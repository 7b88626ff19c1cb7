"""Telegram's limits on what a bot sends: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this."""

import math
import time
from collections import deque
from collections.abc import Callable

from ops.sandbox.errors import too_many_requests

OVERALL_PER_SECOND = 30
GROUP_PER_MINUTE = 20
CHAT_BURST = 3
CHAT_PER_SECOND = 1.0
_MAX_CHATS = 10_000


class RateLimits:
    """30 a second overall, 20 a minute in a group, one a second in a chat with bursts of three."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all: deque[float] = deque()
        self._groups: dict[int, deque[float]] = {}
        self._chats: dict[int, float] = {}

    def take(self, chat_id: int) -> None:
        """Counts a message to a chat; raises BotApiError 429 with the seconds to wait when it is one too many."""
        now = self._clock()
        waits = [_wait(self._all, OVERALL_PER_SECOND, 1.0, now)]
        group = self._groups.setdefault(chat_id, deque()) if chat_id < 0 else None
        if group is not None:
            waits.append(_wait(group, GROUP_PER_MINUTE, 60.0, now))
        free_at = max(self._chats.get(chat_id, 0.0), now)
        waits.append(free_at - now - (CHAT_BURST - 1) / CHAT_PER_SECOND)
        worst = max(waits)
        if worst > 0:
            raise too_many_requests(max(1, math.ceil(worst)))
        self._all.append(now)
        if group is not None:
            group.append(now)
        self._chats[chat_id] = free_at + 1 / CHAT_PER_SECOND
        if len(self._chats) > _MAX_CHATS:
            self._chats = {chat: free for chat, free in self._chats.items() if free > now}


def _wait(moments: deque[float], most: int, seconds: float, now: float) -> float:
    """Seconds until one more fits into the sliding window."""
    while moments and moments[0] <= now - seconds:
        moments.popleft()
    return moments[0] + seconds - now if len(moments) >= most else 0.0
