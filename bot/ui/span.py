"""The days that figures are about, by their reader's clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from bot.ui.locale import MOSCOW, Texts

Period = Literal["day", "week"]
DAYS = 7


@dataclass(frozen=True, slots=True)
class Span:
    """What a report covers, and the clock by which its hours and days are told."""

    period: Period
    start: datetime
    end: datetime
    zone: tzinfo = MOSCOW

    @property
    def hours(self) -> int:
        """The whole hours covered, at least one."""
        return max(1, round((self.end - self.start).total_seconds() / 3600))

    @property
    def offset(self) -> str:
        """The clock at the end of the span, as +03:00."""
        written = f"{self.local(self.end):%z}"
        return f"{written[:3]}:{written[3:5]}"

    @property
    def before(self) -> "Span":
        """The time as long as this one that ended when it began."""
        return Span(self.period, self.start - (self.end - self.start), self.start, self.zone)

    def local(self, moment: datetime) -> datetime:
        """The moment by that clock."""
        return moment.astimezone(self.zone)


def span_of(period: Period, now: datetime, zone: tzinfo) -> Span:
    """A day is the last 24 hours by whole hours; a week the last seven days, today's beginning included."""
    if period == "day":
        hour = now.replace(minute=0, second=0, microsecond=0)
        return Span(period, hour - timedelta(hours=23), now, zone)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    return Span(period, midnight - timedelta(days=DAYS - 1), now, zone)


def span_words(span: Span, texts: Texts) -> str:
    """From when to when, by the reader's clock."""
    start, end = span.local(span.start), span.local(span.end)
    if span.period == "day":
        return texts.plain("{start} – {end}", start=f"{start:%d.%m %H:%M}", end=f"{end:%d.%m %H:%M}")
    return texts.plain("{start} – {end}", start=f"{start:%d.%m}", end=f"{end:%d.%m %H:%M}")
