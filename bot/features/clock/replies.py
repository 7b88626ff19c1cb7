"""The clock in words. Pure."""

from datetime import datetime

from bot.features.clock.buttons import SetClock
from bot.ui.locale import Texts
from bot.ui.reply import Button, Reply
from bot.ui.time import clock

OFFSETS = range(-12, 15)
HOUR = 3_600


def clock_choice(now: datetime, texts: Texts) -> Reply:
    """What time the person has by what is known, and the hours beside it."""
    offset = offset_of(now, texts)
    return Reply(
        texts.html(
            "🕒 <b>Your clock</b>\nIs it {time} where you are? If not, adjust: times in my messages follow your clock.",
            time=clock(now, texts),
        ),
        (
            (
                Button(texts.plain("◀ An hour earlier"), _set(moved(offset, -1))),
                Button(texts.plain("An hour later ▶"), _set(moved(offset, 1))),
            ),
            (Button(texts.plain("✓ It is {time}", time=clock(now, texts)), _set(offset)),),
        ),
    )


def clock_set(now: datetime, texts: Texts) -> str:
    """The notice when the person agreed."""
    return texts.plain("👌 Your clock: {time}.", time=clock(now, texts))


def offset_of(now: datetime, texts: Texts) -> int:
    """The whole hours between the reader's clock and UTC."""
    offset = now.astimezone(texts.zone).utcoffset()
    return round(offset.total_seconds() / HOUR) if offset is not None else 0


def moved(offset: int, hours: int) -> int:
    """The offset so many hours on; beyond the latest clock comes the earliest."""
    return OFFSETS[(offset + hours - OFFSETS[0]) % len(OFFSETS)]


def _set(offset: int) -> SetClock:
    return SetClock(OFFSETS.index(offset))
