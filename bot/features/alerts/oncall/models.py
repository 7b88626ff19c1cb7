"""A shift of the rota: from when until when somebody is on call, once or every week."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.state.store import Personal, StoreSpec
from bot.ui.locale import Html, Texts
from pipeline.contracts.messages import Message, Moment

WEEK = timedelta(days=7)


class Shift(Message):
    """Somebody is on call; its key is `oncall:<pseudonym>:<mark of its time>`."""

    name: str = Field("", description="how the person is called on cards")
    starts_at: Moment
    ends_at: Moment
    weekly: bool = Field(False, description="again every week, at the same time by the clock of its zone")
    zone: str = Field("UTC", description="the clock by which it was written: Europe/Moscow, UTC+03:00")
    by: str = Field("", description="the name of who put it into the rota")

    def next(self, at: datetime) -> tuple[datetime, datetime] | None:
        """Its time that holds at that moment, else the next one; None when it is over for good."""
        if not self.weekly:
            return (self.starts_at, self.ends_at) if at < self.ends_at else None
        passed = max(0, (at - self.starts_at) // WEEK - 1)
        # Where clocks are changed a week may be an hour longer, so that one more has to be looked at.
        times = (self._time(week) for week in range(passed, passed + 4))
        return next((time for time in times if at < time[1]), None)

    def holds(self, at: datetime) -> bool:
        """Whether the person is on call at that moment."""
        time = self.next(at)
        return time is not None and time[0] <= at

    def _time(self, week: int) -> tuple[datetime, datetime]:
        zone = zone_of(self.zone) or UTC
        start, end = (one.astimezone(zone).replace(tzinfo=None) + week * WEEK for one in (self.starts_at, self.ends_at))
        return start.replace(tzinfo=zone).astimezone(UTC), end.replace(tzinfo=zone).astimezone(UTC)


def zone_of(name: str) -> tzinfo | None:
    """The clock with this name, UTC+3, UTC+05:30 or one of the tz database; None when there is none."""
    if name.upper() in {"UTC", "GMT"}:
        return UTC
    offset = name.upper().removeprefix("UTC")
    if offset != name.upper() and offset[:1] in {"+", "-"}:
        hours, _, minutes = offset[1:].partition(":")
        if not hours.isdecimal() or not (minutes or "0").isdecimal() or int(hours) > 14 or int(minutes or 0) > 59:
            return None
        offset_by = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-offset_by if offset[0] == "-" else offset_by)
    try:
        return ZoneInfo(name) if "/" in name else None
    except (KeyError, ValueError, OSError):
        return None


def _on_call(count: int, texts: Texts) -> Html:
    return texts.html_n("• {n} on-call shift of yours", "• {n} on-call shifts of yours", count)


SHIFTS = StoreSpec("oncall:", Shift, Personal(_on_call))
