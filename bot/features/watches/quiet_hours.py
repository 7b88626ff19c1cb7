"""Quiet hours by the person's own clock, and what a press changes of them. Pure."""

from datetime import datetime, timedelta

from bot.core.people import QuietHours

CHOICES = ("22-8", "23-9", "0-7")
NONE = "0-0"
CLOCKS = range(-12, 15)


def is_quiet(quiet: QuietHours, at: datetime) -> bool:
    """Whether it is a quiet hour for the person at this moment."""
    hour = local(quiet, at).hour
    if quiet.start <= quiet.end:
        return quiet.start <= hour < quiet.end
    return hour >= quiet.start or hour < quiet.end


def local(quiet: QuietHours, at: datetime) -> datetime:
    """The moment on the person's clock."""
    return at + timedelta(hours=quiet.utc_offset)


def with_choice(quiet: QuietHours, value: str) -> QuietHours:
    """The quiet hours after a press: 22-8 and such are hours, later and earlier set the clock; others change nothing.

    Beyond the latest clock comes the earliest.
    """
    if value in {*CHOICES, NONE}:
        start, _, end = value.partition("-")
        return QuietHours(start=int(start), end=int(end), utc_offset=quiet.utc_offset)
    if value in {"later", "earlier"}:
        moved = quiet.utc_offset + (1 if value == "later" else -1)
        offset = CLOCKS[(moved - CLOCKS[0]) % len(CLOCKS)]
        return QuietHours(start=quiet.start, end=quiet.end, utc_offset=offset)
    return quiet
