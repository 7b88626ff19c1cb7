"""What is drawn of an alert's last hour: figures and words, ready for another process."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.features.alerts.causes.history import HOUR, History
from bot.ui.locale import Texts
from bot.ui.time import clock

TICKS = 5


@dataclass(frozen=True, slots=True)
class Picture:
    """Lines over the seconds before the end, where the threshold is, when the alert began, what stands below."""

    title: str
    history: History
    threshold: float | None
    began: float | None
    ticks: tuple[tuple[float, str], ...]


def picture_of(
    title: str, history: History, threshold: float | None, began: datetime | None, texts: Texts
) -> Picture | None:
    """The picture; None when there is no line to draw."""
    if not history.series:
        return None
    hour = HOUR.total_seconds()
    at = [-hour + hour / (TICKS - 1) * number for number in range(TICKS)]
    ticks = tuple((one, clock(history.end + timedelta(seconds=one), texts)) for one in at)
    since = (began - history.end).total_seconds() if began is not None else -hour
    return Picture(title, history, threshold, since if -hour < since <= 0 else None, ticks)
