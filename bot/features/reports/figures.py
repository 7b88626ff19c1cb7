"""A report as figures. No person can be told from it: a query is in it only when several people made it."""

from dataclasses import dataclass
from datetime import datetime

from bot.ui.span import Period, Span

# As buttons name them, and as people write them.
PERIODS: dict[str, Period] = {"day": "day", "день": "day", "сутки": "day", "week": "week", "неделя": "week"}


def period_of(text: str) -> Period | None:
    """The period that a button or a person names, or None."""
    return PERIODS.get(text.strip().lower())


@dataclass(frozen=True, slots=True)
class Slot:
    """Searches of an hour or a day: those that found something, and the others."""

    start: datetime
    found: int
    missed: int


@dataclass(frozen=True, slots=True)
class Query:
    """A text that several people searched for."""

    text: str
    searches: int
    people: int


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """What people searched. `opened` counts cards opened from result lists, by their place in the list."""

    searches: int = 0
    missed: int = 0
    people: int = 0
    simulated: int = 0
    slots: tuple[Slot, ...] = ()
    top: tuple[Query, ...] = ()
    nothing: tuple[Query, ...] = ()
    opened: tuple[int, ...] = ()

    @property
    def opened_per_hundred(self) -> float:
        """Cards opened per hundred searches that found something."""
        found = self.searches - self.missed
        return 100 * sum(self.opened) / found if found else 0.0

    @property
    def missed_share(self) -> float:
        """The share of searches that found nothing, in percent."""
        return 100 * self.missed / self.searches if self.searches else 0.0


@dataclass(frozen=True, slots=True)
class DelayFigures:
    """Seconds from a product's message to its place in the index. `whole_life`: since the indexer's start."""

    median_s: float
    p95_s: float
    p99_s: float
    products: int
    whole_life: bool = False


@dataclass(frozen=True, slots=True)
class OwnerFigures:
    """The alerts that one operator took; an empty name: nobody did. Seconds are medians, None when there is none."""

    owner: str
    alerts: int
    acknowledged_s: float | None
    resolved_s: float | None


@dataclass(frozen=True, slots=True)
class AlertFigures:
    """Alerts that began in the time of the report."""

    alerts: int = 0
    still_open: int = 0
    owners: tuple[OwnerFigures, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything. None where nobody could tell: without Prometheus, or when counting would take too long.

    `refused` says how many products each rule keeps from being sold; `before` what people searched in the same time
    before this one.
    """

    span: Span
    searches: SearchFigures
    refused: tuple[tuple[str, int], ...] | None
    delay: DelayFigures | None
    alerts: AlertFigures
    before: SearchFigures | None = None
