"""Answers to inline queries, kept as long as the bot allows."""

import time
from dataclasses import dataclass

from ops.sandbox.objects import JsonObject

MAX_CACHED = 1_000
MAX_CHOOSABLE = 5_000


@dataclass(frozen=True, slots=True)
class _Cached:
    answer: JsonObject
    until: float


class InlineAnswerCache:
    """Telegram's own cache of answers: `cache_time` seconds, for everyone unless `is_personal`."""

    def __init__(self) -> None:
        self._cached: dict[tuple[int, str, str], _Cached] = {}
        self._choosable: dict[tuple[int, str], JsonObject] = {}

    def put(self, person: int, query: str, offset: str, answer: JsonObject, seconds: float) -> None:
        if seconds <= 0:
            return
        owner = person if answer.get("is_personal") else 0
        self._cached[owner, query, offset] = _Cached(answer, time.monotonic() + seconds)
        if len(self._cached) > MAX_CACHED:
            del self._cached[next(iter(self._cached))]

    def get(self, person: int, query: str, offset: str) -> JsonObject | None:
        for owner in (person, 0):
            found = self._cached.get((owner, query, offset))
            if found is not None and found.until > time.monotonic():
                return found.answer
        return None

    def offer(self, person: int, results: list[JsonObject]) -> None:
        """Remembers what a person was shown, so that it can be chosen."""
        for result in results:
            self._choosable[person, str(result.get("id"))] = result
        while len(self._choosable) > MAX_CHOOSABLE:
            del self._choosable[next(iter(self._choosable))]

    def chosen(self, person: int, result_id: str) -> JsonObject | None:
        return self._choosable.get((person, result_id))
