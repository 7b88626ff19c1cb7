"""Quiet hours in words."""

from datetime import datetime

from bot.core.people import QuietHours
from bot.features.watches.buttons import ChooseQuiet, ShowWatches
from bot.features.watches.quiet_hours import CHOICES, NONE
from bot.ui.buttons import ShowClock
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply
from bot.ui.time import clock


def quiet_choice(quiet: QuietHours, now: datetime, texts: Texts) -> Reply:
    """The hours in which nothing is told, and the clock by which they are meant."""
    time = clock(now, texts)
    hours = [Button(("✓ " if _hours(quiet) == value else "") + _range(value), ChooseQuiet(value)) for value in CHOICES]
    off = Button(("✓ " if quiet.start == quiet.end else "") + texts.plain("turn off"), ChooseQuiet(NONE))
    other_clock = Button(texts.plain("🕒 {time} – another clock", time=time), ShowClock())
    return Reply(
        texts.html(
            "🌙 <b>Quiet hours</b>\nI stay silent in these hours and write afterwards. Is it {time} where you are? "
            "If not, adjust.",
            time=time,
        ),
        (tuple(hours), (off,), (other_clock,), (Button(texts.plain("‹ My alerts"), ShowWatches()),)),
    )


def quiet_words(quiet: QuietHours, texts: Texts) -> str:
    """Quiet hours in a few characters."""
    return texts.plain("off") if quiet.start == quiet.end else _range(_hours(quiet))


def quiet_line(quiet: QuietHours, texts: Texts) -> list[Html]:
    """What is said of them when a watch was set; nothing when there are none."""
    if quiet.start == quiet.end:
        return []
    return [texts.html("🌙 Not in your quiet hours: {hours}.", hours=quiet_words(quiet, texts))]


def _hours(quiet: QuietHours) -> str:
    return f"{quiet.start}-{quiet.end}"


def _range(value: str) -> str:
    start, _, end = value.partition("-")
    return f"{start}:00–{end}:00"
