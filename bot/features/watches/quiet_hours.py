"""Quiet hours by the person's own clock."""

from datetime import datetime, timedelta

from pipeline.contracts.chat_state import QuietHours


def is_quiet(quiet: QuietHours, at: datetime) -> bool:
    """Whether it is a quiet hour for the person at this moment."""
    hour = local(quiet, at).hour
    if quiet.start <= quiet.end:
        return quiet.start <= hour < quiet.end
    return hour >= quiet.start or hour < quiet.end


def local(quiet: QuietHours, at: datetime) -> datetime:
    """The moment on the person's clock."""
    return at + timedelta(hours=quiet.utc_offset)
