"""What a job is: a function over the lake with a name, a clock and a result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.lake.lock import Lane, Part

if TYPE_CHECKING:
    from analytics.lake.tables import Lake
    from ops.settings import AnalyticsSettings, Settings

Report = Callable[[str, int], None]
"""Called with what the job does now, and how much of it is done, in percent."""


@dataclass(frozen=True)
class JobContext:
    """What a run may use: the lake, the settings, and where to report its progress."""

    lake: Lake
    settings: Settings
    run_id: str
    report: Report


@dataclass(frozen=True)
class JobResult:
    """What a run did: rows taken in and rows written; `note` is for people.

    `differences`: topics that were not as they had been read, each with the finding by which the metric calls it.
    """

    taken: int
    written: int
    note: str = ""
    differences: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Job:
    """A job. It may be run again at any time, also after it was killed half-way: a repeat changes nothing.

    `run` raises LakeFault with one sentence, or anything else, which `faults.reason` puts into words.
    """

    name: str
    about: str
    cron: Callable[[AnalyticsSettings], str]
    run: Callable[[JobContext], JobResult]
    at_start: bool = False
    """Run it once soon after the schedule has started."""
    lane: Lane = Lane.LONG
    holds: tuple[Part, ...] = ()
    """What nobody else may write while it runs; what it writes besides, it holds by itself."""
