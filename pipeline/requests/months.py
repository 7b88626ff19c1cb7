"""Indices by month: their names, and which are past their time. Pure."""

import re
from collections.abc import Iterable
from datetime import datetime

NAME = re.compile(r"^(?P<prefix>[a-z]+)-(?P<year>\d{4})\.(?P<month>\d{2})$")


def index_of(prefix: str, moment: datetime) -> str:
    """The index of a moment: requests-2026.11."""
    return f"{prefix}-{moment:%Y.%m}"


def oldest_kept(now: datetime, months: int) -> int:
    """The first month, counted from year 0, that is still kept when this many are, today's included."""
    return _count(now.year, now.month) - months + 1


def is_kept(moment: datetime, now: datetime, months: int) -> bool:
    """Whether the month of a moment is still kept."""
    return _count(moment.year, moment.month) >= oldest_kept(now, months)


def past(names: Iterable[str], prefix: str, now: datetime, months: int) -> list[str]:
    """Those of the names that are indices of this prefix and past their time; no other name is ever touched."""
    first = oldest_kept(now, months)
    return sorted(
        name
        for name in names
        if (found := NAME.match(name))
        and found["prefix"] == prefix
        and _count(int(found["year"]), int(found["month"])) < first
    )


def _count(year: int, month: int) -> int:
    return year * 12 + month - 1
