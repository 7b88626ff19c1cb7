"""Four weeks of alerts: how soon they were taken and over, which are noise, what was said about them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from statistics import median

from bot.features.reports.alert_history import Episode, taken_first
from pipeline.contracts.messages import AuditEntry

DAY, WEEK = timedelta(days=1), timedelta(days=7)
WEEKS = 4
NOISIEST = 5
# What fired so often and was never taken helps nobody.
IGNORED_FROM = 5
COMMENTS = 5


@dataclass(frozen=True, slots=True)
class WeekOfAlerts:
    """Seven days, by their first one. Seconds are medians, None when there is none."""

    start: datetime
    alerts: int
    acknowledged: int
    acknowledged_s: float | None
    resolved_s: float | None


@dataclass(frozen=True, slots=True)
class NoisyAlert:
    """How often an alert fired, and how often somebody took it."""

    name: str
    times: int
    acknowledged: int

    @property
    def ignored(self) -> bool:
        """Whether it had better be mended or dropped."""
        return self.times >= IGNORED_FROM and self.acknowledged == 0


@dataclass(frozen=True, slots=True)
class Remark:
    """What an operator answered to a card."""

    by: str
    alert: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AlertReview:
    """The weeks, the last one first; the alerts that fired most; the newest remarks."""

    weeks: tuple[WeekOfAlerts, ...]
    noisiest: tuple[NoisyAlert, ...]
    remarks: tuple[Remark, ...]


def review(found: Iterable[Episode], entries: Sequence[AuditEntry], now: datetime, zone: tzinfo) -> AlertReview:
    """Of the four weeks up to now; a week is seven days up to midnight by this clock, the last one up to now."""
    taken = [entry for entry in entries if entry.action == "acknowledge"]
    times = [_times(episode, taken) for episode in found if episode.began >= begin(now, zone)]
    weeks = tuple(_week(start, times) for start in _starts(now, zone))
    return AlertReview(weeks, _noisiest(times), _remarks(entries, begin(now, zone)))


def begin(now: datetime, zone: tzinfo) -> datetime:
    """The midnight with which the first of the weeks begins."""
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + DAY - WEEKS * WEEK


@dataclass(frozen=True, slots=True)
class _Times:
    episode: Episode
    acknowledged_s: float | None
    resolved_s: float | None


def _times(episode: Episode, taken: Sequence[AuditEntry]) -> _Times:
    first = taken_first(episode, taken)
    return _Times(
        episode,
        (first.at - episode.began).total_seconds() if first is not None else None,
        (episode.ended - episode.began).total_seconds() if episode.ended is not None else None,
    )


def _starts(now: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    first = begin(now, zone)
    return tuple(first + number * WEEK for number in reversed(range(WEEKS)))


def _week(start: datetime, times: Sequence[_Times]) -> WeekOfAlerts:
    within = [one for one in times if start <= one.episode.began < start + WEEK]
    acknowledged = [one.acknowledged_s for one in within if one.acknowledged_s is not None]
    resolved = [one.resolved_s for one in within if one.resolved_s is not None]
    return WeekOfAlerts(
        start,
        len(within),
        len(acknowledged),
        median(acknowledged) if acknowledged else None,
        median(resolved) if resolved else None,
    )


def _noisiest(times: Sequence[_Times]) -> tuple[NoisyAlert, ...]:
    by_name: dict[str, list[_Times]] = {}
    for one in times:
        by_name.setdefault(one.episode.name, []).append(one)
    noisy = [
        NoisyAlert(name, len(fired), sum(one.acknowledged_s is not None for one in fired))
        for name, fired in by_name.items()
        if len(fired) > 1
    ]
    return tuple(sorted(noisy, key=lambda one: (-one.times, one.name))[:NOISIEST])


def _remarks(entries: Sequence[AuditEntry], since: datetime) -> tuple[Remark, ...]:
    said = sorted((one for one in entries if one.action == "comment" and one.at >= since), key=lambda one: one.at)
    return tuple(Remark(one.actor_name, one.target, one.detail, one.at) for one in said[-COMMENTS:])
