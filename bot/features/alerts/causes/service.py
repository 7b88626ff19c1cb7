"""Looks for the cause of an alert: asks Prometheus, and what changed lately; whatever is away is left out."""

import asyncio
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.job_requests import JobQueue
from bot.core.recent_changes import Change, RecentChanges
from bot.features.alerts.causes.expression import watched
from bot.features.alerts.causes.history import History, NoHistoryError
from bot.features.alerts.causes.picture import Picture, picture_of
from bot.features.alerts.models import Alert, Card
from bot.ui.locale import Texts
from bot.ui.text import clean, cut
from ops.logs import get_logger

log = get_logger(__name__)
# What changed so long before an alert may be its cause.
BEFORE = timedelta(hours=2)
MOST_CHANGES = 8


class Histories(Protocol):
    """What is asked of Prometheus; every method raises NoHistoryError."""

    async def last_hour(self, query: str, labels: dict[str, str], end: datetime) -> History: ...

    async def started(self, since: datetime) -> dict[str, datetime]: ...


class Drawn(Protocol):
    """Who draws; raises TimeoutError and BrokenProcessPool."""

    async def drawn(self, picture: Picture) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Cause:
    """What was found. Without a picture, `missing` says why: query, prometheus, nothing or drawing."""

    picture: bytes | None
    missing: str
    left_out: int
    changes: tuple[Change, ...]


class CauseFinder:
    """Never raises; bounded by what it asks."""

    def __init__(self, histories: Histories, drawing: Drawn, changes: RecentChanges, jobs: JobQueue) -> None:
        self._histories = histories
        self._drawing = drawing
        self._changes = changes
        self.jobs = jobs

    async def find(self, card: Card, alert: Alert, title: str, now: datetime, texts: Texts) -> Cause:
        """All that is known now."""
        began = alert.began_at or card.fired_at
        since = began - BEFORE
        (picture, missing, left_out), started = await asyncio.gather(
            self._picture(alert, title, began, now, texts), self._started(since, texts)
        )
        told = self._changes.since(since, texts, MOST_CHANGES)
        changes = sorted((*told, *started), key=lambda change: change.at, reverse=True)[:MOST_CHANGES]
        return Cause(picture, missing, left_out, tuple(changes))

    async def _picture(
        self, alert: Alert, title: str, began: datetime, now: datetime, texts: Texts
    ) -> tuple[bytes | None, str, int]:
        what = watched(alert.generator_url)
        if what is None:
            return None, "query", 0
        try:
            history = await self._histories.last_hour(what.query, alert.labels, now)
            picture = picture_of(title, history, what.threshold, began, texts)
            if picture is None:
                return None, "nothing", 0
            return await self._drawing.drawn(picture), "", history.left_out
        except NoHistoryError as error:
            log.warning("no_history_of_alert", setting="YARMARKA_BOT__PROMETHEUS_URL", error=str(error))
            return None, "prometheus", 0
        except (TimeoutError, BrokenProcessPool) as error:
            log.warning("history_not_drawn", error=f"{type(error).__name__}: {error}")
            return None, "drawing", 0

    async def _started(self, since: datetime, texts: Texts) -> list[Change]:
        try:
            found = await self._histories.started(since)
        except NoHistoryError:
            return []
        return [
            Change(at, texts.plain("{service} was started", service=cut(clean(name), 60))) for name, at in found.items()
        ]
