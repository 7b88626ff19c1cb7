"""Ends in words, found in a text: «на 3 дня», "for two weeks", «до пятницы», "till tomorrow 9am", «навсегда». Pure.

A day alone means its end. What can mean two moments gives both, and whoever asks chooses.
"""

import calendar
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from pipeline.bans.end_patterns import HALVES, MONTHS, NUMBERS, ONE_SPAN, PHRASE, SECONDS, SHORT, UNITS, WEEKDAYS, ZONES

Moment = datetime | None
"""None: a ban without an end."""

MOST_FOUND = 8
_NOON, _MIDNIGHT = time(12), time(0)
_A_DAY, _NO_TIME = timedelta(days=1), timedelta()
_NEAR = {"сегодня": 0, "today": 0, "завтра": 1, "завтрашнего дня": 1, "tomorrow": 1, "послезавтра": 2,
         "day after tomorrow": 2}  # fmt: skip
_PERIODS = {"day": "day", "дня": "day", "week": "week", "недели": "week", "month": "month", "месяца": "month",
            "year": "year", "года": "year"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class End:
    """The moments that a phrase can mean, the likeliest first; none when there is no such day or time."""

    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class FoundEnd:
    """An end, and where it stands in the text."""

    start: int
    stop: int
    end: End


def ends_of(text: str, now: datetime, zone: tzinfo) -> Iterator[FoundEnd]:
    """The ends that stand in the text, in their order, at most eight."""
    for match in itertools.islice(PHRASE.finditer(_plain(text)), MOST_FOUND):
        yield FoundEnd(match.start(), match.end(), _end(match, now, zone))


def whole(text: str, now: datetime, zone: tzinfo) -> End | None:
    """The end that the text is, and nothing besides; None when it is none."""
    match = PHRASE.fullmatch(_plain(text.strip()))
    return None if match is None else _end(match, now, zone)


def _plain(text: str) -> str:
    # Of the same length, for the places must hold.
    return text.replace("ё", "е").replace("Ё", "Е")


def _end(match: re.Match[str], now: datetime, zone: tzinfo) -> End:
    found = match.groupdict()
    try:
        if found["forever"]:
            return End((None,))
        local = now.astimezone(ZONES.get((found["zone"] or "").lower(), zone))
        if found["over_weekend"]:
            moments = [_day_end(_week_day(local.date(), 6), local)]
        else:
            moments = _span(found["span"].lower(), local) if found["span"] else _until(found, local)
    except (ValueError, OverflowError):  # there is no 31st of February, and no year 20,000
        return End(())
    return End(tuple(dict.fromkeys(moment.astimezone(UTC) for moment in moments)))


def _span(text: str, now: datetime) -> list[datetime]:
    reached = [now]
    for part in ONE_SPAN.finditer(text):
        unit = SHORT.get(part["short"] or "") or next(
            name for name, pattern in UNITS.items() if re.fullmatch(pattern, part["unit"])
        )
        reached = [_later(moment, count, unit) for moment in reached for count in _counts(part)]
    return reached[:MOST_FOUND]


def _counts(part: re.Match[str]) -> list[float]:
    if part["low"]:
        return [float(part[name]) for name in ("low", "high") if part[name]]
    words = " ".join((part["words"] or "one").split())
    return [HALVES.get(words) or NUMBERS[words]]


def _later(moment: datetime, count: float, unit: str) -> datetime:
    if unit in SECONDS:
        return moment + timedelta(seconds=count * SECONDS[unit])
    months = count * (12 if unit == "year" else 1)
    if months != int(months):
        raise ValueError("no half of a month")
    return _months_later(moment, int(months))


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


def _until(found: Mapping[str, str | None], now: datetime) -> list[datetime]:
    times = _times(found, "only_")
    if times:
        day = now.date() + (_A_DAY if _is_midnight(found, "only_") else _NO_TIME)
        return [datetime.combine(day, each, now.tzinfo) for each in times]
    if bare := found["bare"]:
        # «до 5» is the fifth, or five o'clock.
        hours = [datetime.combine(now.date(), each, now.tzinfo) for each in _hours(int(bare))]
        ahead = [moment if moment > now else moment + timedelta(days=1) for moment in hours]
        return [*sorted(ahead), *([_day_end(_day_of_month(int(bare), now), now)] if int(bare) else [])]
    days = _days(found, now)
    times = _times(found, "")
    if found["bare_hour"]:
        times = _hours(int(found["bare_hour"]))
    if not times:
        return [_day_end(day, now) for day in days]
    after = _A_DAY if _is_midnight(found, "") else _NO_TIME
    return [datetime.combine(day + after, each, now.tzinfo) for day in days for each in times]


def _is_midnight(found: Mapping[str, str | None], prefix: str) -> bool:
    named, clock = found[f"{prefix}named"] or "", found[f"{prefix}clock"]
    return named.lower() in {"midnight", "полуночи"} or clock in {"24:00", "24.00"}


def _times(found: Mapping[str, str | None], prefix: str) -> list[time]:
    if clock := found[f"{prefix}clock"]:
        hour, minute = map(int, re.split("[:.]", clock))
        if (hour, minute) == (24, 0):
            return [_MIDNIGHT]
        return [time(_half(hour, found[f"{prefix}clock_half"]), minute)]
    if hour_text := found[f"{prefix}hour"]:
        return [time(_half(int(hour_text), found[f"{prefix}half"]))]
    if oclock := found[f"{prefix}oclock"]:
        return _hours(int(oclock))
    named = found[f"{prefix}named"]
    return [] if named is None else [_NOON if named.lower() in {"noon", "midday", "полудня"} else _MIDNIGHT]


def _hours(hour: int) -> list[time]:
    # Nine o'clock is in the morning or in the evening.
    return [time(hour % 24), time((hour + 12) % 24)] if 1 <= hour <= 12 else [time(hour)]


def _half(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("no such hour of a half day")
    later = half.lower() in {"pm", "вечера", "дня"}
    return hour % 12 + (12 if later else 0)


def _day_end(day: date, now: datetime) -> datetime:
    return datetime.combine(day + _A_DAY, _MIDNIGHT, now.tzinfo)


def _days(found: Mapping[str, str | None], now: datetime) -> list[date]:
    today = now.date()
    if weekday := found["weekday"]:
        return _weekdays(_place(weekday, WEEKDAYS), today, far=found["next"] is not None)
    if slashed := found["slashed"]:
        return _slashed([int(part) for part in slashed.split("/")], today)
    return [_written_day(found, today) or _day_of_calendar(found, now)]


def _written_day(found: Mapping[str, str | None], today: date) -> date | None:
    if iso := found["iso"]:
        return date.fromisoformat(iso)
    if dotted := found["dotted"]:
        day, month, *year = (int(part) for part in re.findall(r"\d+", dotted))
        return _dated(day, month, year, today)
    for day_name, month_name, year_name in (("day", "month", "year"), ("day_second", "month_first", "year_second")):
        if name := found[month_name]:
            given = [int(found[year_name] or 0)] if found[year_name] else []
            return _dated(int(found[day_name] or 0), _place(name, MONTHS) + 1, given, today)
    return None


def _day_of_calendar(found: Mapping[str, str | None], now: datetime) -> date:
    if near := found["near"]:
        return now.date() + timedelta(days=_NEAR[" ".join(near.lower().removeprefix("the ").split())])
    if found["weekend"]:
        return _week_day(now.date(), 4)
    if number := found["day_of_month"] or found["the_day"]:
        return _day_of_month(int(number), now)
    return _period_end(found, now.date())


def _dated(day: int, month: int, year: list[int], today: date) -> date:
    if not year:
        # In winter "5 January" is in the year to come; half a year back it was this year's.
        this = date(today.year, month, day)
        return this if (today - this).days < 183 else date(today.year + 1, month, day)
    return date(year[0] if year[0] > 99 else 2000 + year[0], month, day)


def _slashed(parts: list[int], today: date) -> list[date]:
    first, second, *year = parts
    found = []
    for day, month in ((first, second), (second, first)):
        try:
            found.append(_dated(day, month, year, today))
        except ValueError:
            continue
    if not found:
        raise ValueError("no such day")
    return found


def _weekdays(weekday: int, today: date, *, far: bool) -> list[date]:
    ahead = (weekday - today.weekday()) % 7
    nearest = today + timedelta(days=ahead)
    # On a Friday "until Friday" is today or in a week; "next Friday" may be this one or the one after.
    return [nearest, nearest + timedelta(days=7)] if far or not ahead else [nearest]


def _week_day(today: date, weekday: int) -> date:
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _day_of_month(number: int, now: datetime) -> date:
    for months in range(3):
        year, month = divmod(now.year * 12 + now.month - 1 + months, 12)
        if number <= calendar.monthrange(year, month + 1)[1] and (months or number >= now.day):
            return date(year, month + 1, number)
    raise ValueError("no such day of a month")


def _period_end(found: Mapping[str, str | None], today: date) -> date:
    before = found["before"]
    period = _PERIODS[(before or found["en_period"] or found["ru_period"] or "").lower()]
    # "Until next week" is over when that week begins.
    steps = 1 if not before and (found["en_next"] or found["ru_next"]) else 0
    if period == "day":
        return today + timedelta(days=steps)
    if period == "week":
        return today + timedelta(days=6 - today.weekday() + 7 * steps)
    if period == "year":
        return date(today.year + steps, 12, 31)
    year, month = divmod(today.year * 12 + today.month - 1 + steps, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def _place(name: str, patterns: tuple[str, ...]) -> int:
    return next(place for place, pattern in enumerate(patterns) if re.fullmatch(pattern, name.lower()))
