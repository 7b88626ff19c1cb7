"""The end of a ban as people write it."""

import re
from datetime import UTC, date, datetime, time, timedelta

_SPAN = re.compile(r"(?P<count>\d{1,5})\s*(?P<unit>[mhdwчднм])")
_UNITS = {
    "m": timedelta(minutes=1),
    "м": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "ч": timedelta(hours=1),
    "d": timedelta(days=1),
    "д": timedelta(days=1),
    "w": timedelta(weeks=1),
    "н": timedelta(weeks=1),
}
LONGEST = timedelta(days=3660)


class UntilError(ValueError):
    """The text is no end of a ban; `str(error)` says what to write instead."""


def parse_until(text: str, now: datetime) -> datetime:
    """The moment from which the ban is over: `30m`, `24h`, `7d`, `2w` from now, a date, or a date with a time.

    A date alone means the end of that day; a time without a zone is UTC. Raises `UntilError`.
    """
    written = text.strip()
    span = _SPAN.fullmatch(written.lower())
    moment = now + int(span["count"]) * _UNITS[span["unit"]] if span else _moment(written)
    if moment <= now:
        raise UntilError(f"“{written}” is not in the future: write for example 24h, 7d or 2030-12-31.")
    if moment - now > LONGEST:
        raise UntilError("That is more than ten years away: leave the end out for a ban without one.")
    return moment


def _moment(written: str) -> datetime:
    try:
        if len(written) == len("2030-12-31"):
            return datetime.combine(date.fromisoformat(written) + timedelta(days=1), time(), UTC)
        moment = datetime.fromisoformat(written)
    except (ValueError, OverflowError):
        raise UntilError(f"“{written[:40]}” is no end: write for example 24h, 7d or 2030-12-31.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
