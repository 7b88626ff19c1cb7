"""Moments and spans of time in words, on the reader's clock."""

from datetime import datetime, timedelta

from babel.dates import format_date

from bot.ui.locale import Texts

# How long something lasts is said in steps, or a card would be edited every minute.
STEPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 720, 1440, 2880, 4320, 10080))


def lasting(time: timedelta, texts: Texts) -> str:
    """12 s, 4 min, 3 h 5 min, 2 h, 2 d 4 h."""
    seconds = max(0, round(time.total_seconds()))
    if seconds < 60:
        second = texts.plain("s")
        return f"{seconds}\u00a0{second}"
    days, hours, minutes = seconds // 86_400, seconds % 86_400 // 3_600, seconds % 3_600 // 60
    parts = ((days, texts.plain("d")), (hours, texts.plain("h")), (minutes, texts.plain("min")))
    return (
        " ".join(f"{n}\u00a0{unit}" for n, unit in parts[:2] if n)
        if days
        else " ".join(f"{n}\u00a0{unit}" for n, unit in parts if n)
    )


def moment(at: datetime, texts: Texts, now: datetime | None = None) -> str:
    """The day and the clock: 27 November, 16:15; without the day when it is `now`'s, with the year when it is not."""
    if now is not None and _local(at, texts).date() == _local(now, texts).date():
        return clock(at, texts)
    return f"{day(at, texts, now)}, {clock(at, texts)}"


def day(at: datetime, texts: Texts, now: datetime | None = None) -> str:
    """The day: 27 November; with its year when that is not `now`'s."""
    local = _local(at, texts)
    named = now is not None and _local(now, texts).year != local.year
    return format_date(local, "d MMMM y" if named else "d MMMM", locale=texts.language)


def clock(at: datetime, texts: Texts, *, seconds: bool = False) -> str:
    """16:15; with `seconds` 16:15:42."""
    return f"{_local(at, texts):%H:%M:%S}" if seconds else f"{_local(at, texts):%H:%M}"


def decimal(value: float, digits: int, texts: Texts) -> str:
    """1,7 in Russian, 1.7 in English."""
    return f"{value:.{digits}f}".replace(".", "," if texts.language == "ru" else ".")


def _local(at: datetime, texts: Texts) -> datetime:
    return at.astimezone(texts.zone)
