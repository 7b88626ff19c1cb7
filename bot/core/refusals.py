"""Refusals: all are counted, and of what somebody presses again and again one entry an hour is in the audit."""

from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b

from bot.core.actor import audit_entry
from bot.core.request_log import RequestLog
from bot.core.update_context import UpdateContext
from ops import metrics
from ops.logs import get_logger

log = get_logger(__name__)
# Entries an hour, of all people together; a crowd that presses what it may not fills no topic.
MOST_AN_HOUR = 2_000


class Refusals:
    """Notes that somebody was refused something. `known` says whether an entry with this id was written before."""

    def __init__(
        self,
        request_log: RequestLog,
        known: Callable[[str], bool],
        clock: Callable[[], datetime],
        most_an_hour: int = MOST_AN_HOUR,
    ) -> None:
        self._request_log = request_log
        self._known = known
        self._clock = clock
        self._most = most_an_hour
        self._hour = ""
        self._noted: set[str] = set()

    def note(self, context: UpdateContext, action: str) -> None:
        """Count the refusal; the person's first of this kind in the hour is on record too. Never waits or raises."""
        metrics.REFUSALS.labels(action).inc()
        now = self._clock()
        if (hour := f"{now:%Y-%m-%dT%H}") != self._hour:
            self._hour, self._noted = hour, set()
        entry_id = blake2b(f"refused:{context.pseudonym}:{action}:{hour}".encode(), digest_size=16).hexdigest()
        if entry_id in self._noted or len(self._noted) >= self._most:
            return
        self._noted.add(entry_id)
        if len(self._noted) == self._most:
            log.warning("refusals_only_counted", entries=self._most, until="the next hour")
        if not self._known(entry_id):
            entry = audit_entry(context, action, now, result="refused")
            self._request_log.refused(entry.model_copy(update={"entry_id": entry_id}))
