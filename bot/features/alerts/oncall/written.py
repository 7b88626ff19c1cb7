"""A shift as people write it: 28.11 09:00 – 05.12 09:00, «09:00–18:00 каждую неделю», now - 24h UTC+5. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.features.alerts.oncall.models import WEEK, zone_of
from pipeline.bans import EndFault, UntilError, parse_until

LONGEST = timedelta(days=62)
# A shift that began before it was written down may have begun so long ago.
BEGAN_WITHIN = timedelta(days=7)
DAY = timedelta(days=1)
NOW = frozenset({"now", "сейчас"})
WEEKLY = re.compile(r"[\s,]*\b(every week|weekly|каждую неделю|еженедельно)\b", re.IGNORECASE)
ZONE = re.compile(r"[\s,]+(UTC(?:[+-]\d{1,2}(?::\d\d)?)?|[A-Za-z_]+/[A-Za-z_/+-]+)\s*$")
APART = re.compile(
    r"\s*[–—]\s*|\s+-\s+|(?<=:\d\d)-(?=\d)|\s+(?:to|till|until|до|по)\s+",
    re.IGNORECASE,
)
CLOCK = re.compile(r"\d{1,2}:\d\d")
PREPOSITION = re.compile(r"^(?:from|since|с|со)\s+", re.IGNORECASE)


class ShiftError(ValueError):
    """The text is no shift that can be in a rota."""


@dataclass(frozen=True, slots=True)
class WrittenShift:
    """From when until when, by which clock, and whether every week."""

    starts_at: datetime
    ends_at: datetime
    zone: tzinfo
    weekly: bool = False


def read_shift(text: str, now: datetime, zone: tzinfo) -> WrittenShift:
    """The shift; times without a zone of their own are by `zone`, and a clock without a day is the next one.

    Raises ShiftError for what is none, is over, or is longer than two months (every week: than one).
    """
    weekly = WEEKLY.search(text) is not None
    text = WEEKLY.sub("", text).strip()
    named = ZONE.search(text)
    if named is not None:
        found = zone_of(named[1])
        if found is None:
            raise ShiftError(text)
        zone, text = found, text[: named.start()]
    parts = APART.split(PREPOSITION.sub("", text.strip()), maxsplit=1)
    if len(parts) != 2 or not all(parts):
        raise ShiftError(text)
    start = _start(parts[0].strip(), now, zone)
    end = _end(parts[1].strip(), start, zone)
    if end <= now and CLOCK.fullmatch(parts[0].strip()):
        start, end = start + DAY, end + DAY
    if end <= max(now, start) or now - start > BEGAN_WITHIN or end - start > (WEEK if weekly else LONGEST):
        raise ShiftError(text)
    return WrittenShift(start, end, zone, weekly)


def _start(text: str, now: datetime, zone: tzinfo) -> datetime:
    if text.casefold() in NOW:
        return now
    moment = _moment(text, now, zone)
    # A day alone is read as its end.
    return moment if CLOCK.search(text) else moment - DAY


def _end(text: str, start: datetime, zone: tzinfo) -> datetime:
    moment = _moment(text, start, zone)
    return moment + DAY if moment <= start and CLOCK.fullmatch(text) else moment


def _moment(text: str, now: datetime, zone: tzinfo) -> datetime:
    try:
        moment = parse_until(text, now, zone)
    except UntilError as error:
        moment = next(iter(error.moments), None) if error.fault is EndFault.PAST else None
    if moment is None:
        raise ShiftError(text)
    return moment
