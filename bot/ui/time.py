"""Moments and spans of time in words."""

from datetime import datetime, timedelta, timezone

from bot.ui.locale import Texts

ZONE = timezone(timedelta(hours=3), "MSK")
"""The marketplace's clock, Moscow's: what people write without a zone is meant by it, and it is told by it."""

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


def moment(at: datetime) -> str:
    """The moment as 24.11 18:03 UTC."""
    return f"{at:%d.%m %H:%M} UTC"
