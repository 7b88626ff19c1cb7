"""Quiet hours by the person's own clock. Pure."""

from datetime import datetime

from bot.core.people import QuietHours

CHOICES = ("22-8", "23-9", "0-7")
NONE = "0-0"


def is_quiet(quiet: QuietHours, local: datetime) -> bool:
    """Whether it is a quiet hour at this moment of the person's clock."""
    if quiet.start <= quiet.end:
        return quiet.start <= local.hour < quiet.end
    return local.hour >= quiet.start or local.hour < quiet.end


def with_choice(quiet: QuietHours, value: str) -> QuietHours:
    """The quiet hours after a press of 22-8 and such; anything else changes nothing."""
    if value not in {*CHOICES, NONE}:
        return quiet
    start, _, end = value.partition("-")
    return QuietHours(start=int(start), end=int(end))
