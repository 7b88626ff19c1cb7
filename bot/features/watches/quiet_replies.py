"""Quiet hours in words."""

from datetime import datetime

from bot.core.people import QuietHours
from bot.features.watches.buttons import ChooseQuiet, ShowWatches
from bot.features.watches.quiet_hours import CHOICES, NONE
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply


def quiet_choice(quiet: QuietHours, now_there: datetime, texts: Texts) -> Reply:
    """The hours in which nothing is told, and the person's clock."""
    hours = [Button(("● " if _hours(quiet) == value else "") + _range(value), ChooseQuiet(value)) for value in CHOICES]
    off = Button(("● " if quiet.start == quiet.end else "") + texts.plain("no quiet hours"), ChooseQuiet(NONE))
    clock = (
        Button("−1", ChooseQuiet("earlier")),
        Button(f"🕒 {now_there:%H:%M}", ChooseQuiet("show")),
        Button("+1", ChooseQuiet("later")),
    )
    return Reply(
        texts.html(
            "🌙 <b>Quiet hours</b>\nWhat comes in these hours waits until they are over. It is {time} with you; "
            "if not, set the clock.",
            time=f"{now_there:%H:%M}",
        ),
        (tuple(hours), (off,), clock, (Button(texts.plain("‹ What I watch"), ShowWatches()),)),
    )


def quiet_words(quiet: QuietHours, texts: Texts) -> str:
    """Quiet hours in a few characters."""
    return texts.plain("none") if quiet.start == quiet.end else _range(_hours(quiet))


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
