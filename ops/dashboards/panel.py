"""What a panel is: a title, a question to Prometheus, a unit."""

import re
from dataclasses import dataclass
from typing import Literal

METRIC = re.compile(r"\b(?:yarmarka|kafka|node|process|prometheus|alertmanager|jvm)_[A-Za-z0-9_]+|\bup\b")


@dataclass(frozen=True)
class PanelQuery:
    """A PromQL expression and how its lines are called."""

    expr: str
    legend: str = ""


@dataclass(frozen=True)
class Panel:
    """One panel. `bound` is the value from which it is red: the objective, or the alert's threshold."""

    title: str
    queries: tuple[PanelQuery, ...]
    unit: str = "short"
    kind: Literal["timeseries", "stat"] = "timeseries"
    bound: float | None = None
    deployed_only: bool = False
    """True for what only a deployment measures (the machine itself)."""

    def metrics(self) -> frozenset[str]:
        """Names of all metrics that are asked for."""
        return frozenset(name for query in self.queries for name in METRIC.findall(query.expr))


@dataclass(frozen=True)
class Mark:
    """A line down all panels at each moment in which something happened: the expression is above zero then."""

    name: str
    expr: str
    text: str
    colour: str

    def metrics(self) -> frozenset[str]:
        """Names of all metrics that are asked for."""
        return frozenset(METRIC.findall(self.expr))


@dataclass(frozen=True)
class Dashboard:
    """One dashboard; its panels are numbered from 1 in their order."""

    name: str
    title: str
    panels: tuple[Panel, ...]

    @property
    def uid(self) -> str:
        return f"yarmarka-{self.name}"

    def number(self, title: str) -> int:
        """The id of the panel with that title; ValueError when there is none."""
        return [panel.title for panel in self.panels].index(title) + 1


def line(title: str, *queries: tuple[str, str], unit: str = "short", bound: float | None = None) -> Panel:
    """A panel of lines over time."""
    return Panel(title, tuple(PanelQuery(*query) for query in queries), unit, bound=bound)


def figure(title: str, expr: str, unit: str = "short", bound: float | None = None) -> Panel:
    """A panel that shows one number."""
    return Panel(title, (PanelQuery(expr),), unit, "stat", bound)
