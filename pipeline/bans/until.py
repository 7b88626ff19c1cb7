"""The end of a ban as people write it, alone: `7d`, «на 3 дня», "until Friday", a date. Pure."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from pipeline.bans.end_words import End, Moment, whole

LONGEST = timedelta(days=3660)
_WITH_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", re.DOTALL)


class EndFault(StrEnum):
    """Why a text is no end, for messages in other languages than English."""

    UNCLEAR = "unclear"
    PAST = "past"
    TOO_FAR = "too_far"
    AMBIGUOUS = "ambiguous"


class UntilError(ValueError):
    """The text is no end of a ban; `str(error)` says what to write instead.

    `fault` is its code, `moments` the readings that it has: the one that is over, or all of an ambiguous one.
    """

    def __init__(
        self, sentence: str, fault: EndFault = EndFault.UNCLEAR, written: str = "", moments: Sequence[Moment] = ()
    ) -> None:
        super().__init__(sentence)
        self.fault = fault
        self.written = written
        self.moments = tuple(moments)


def parse_until(text: str, now: datetime, zone: tzinfo = UTC) -> datetime | None:
    """The moment from which the ban is over, None for "forever".

    `30m`, `24h`, `7d`, `2w` from now, a date, a date with a time, or an end in words of either language, with or
    without its preposition. A date alone means the end of that day in `zone`, which also tells a time without a zone.
    Raises `UntilError`, also for what can mean two moments.
    """
    written = text.strip()
    moments = understood(_alone(written, now, zone), written, now)
    if len(moments) > 1:
        both = " or ".join(f"{moment:%Y-%m-%d %H:%M}" if moment else "never" for moment in moments)
        raise UntilError(
            f"“{written[:40]}” can mean {both}: write the date as 2030-12-31.", EndFault.AMBIGUOUS, written, moments
        )
    return moments[0]


def understood(end: End | None, written: str, now: datetime) -> tuple[Moment, ...]:
    """The readings of an end that lie ahead, the likeliest first. Raises `UntilError` when there is none."""
    shown = written.strip()[:40]
    if end is None or not end.moments:
        raise UntilError(f"“{shown}” is no end: write for example 24h, 7d or 2030-12-31.", EndFault.UNCLEAR, shown)
    ahead = tuple(moment for moment in end.moments if moment is None or moment > now)
    if not ahead:
        raise UntilError(
            f"“{shown}” is not in the future: write for example 24h, 7d or 2030-12-31.",
            EndFault.PAST, shown, end.moments,
        )  # fmt: skip
    near = tuple(moment for moment in ahead if moment is None or moment - now <= LONGEST)
    if not near:
        raise UntilError(
            "That is more than ten years away: leave the end out for a ban without one.", EndFault.TOO_FAR, shown, ahead
        )
    return near


def _alone(written: str, now: datetime, zone: tzinfo) -> End | None:
    if _WITH_TIME.fullmatch(written):
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            return None
        return End((moment if moment.tzinfo else moment.replace(tzinfo=zone),))
    phrases = (written, f"for {written}", f"until {written}")
    return next((end for phrase in phrases if (end := whole(phrase, now, zone)) is not None), None)
