"""What /status knows of services and jobs."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One service or server. `lag` in messages; None: it consumes nothing, or nobody knows."""

    name: str
    good: bool
    note: str = ""
    version: str = ""
    lag: int | None = None
    committed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class JobHealth:
    """A job of the schedule and the end of its last good run."""

    name: str
    failed: bool
    success_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StatusReport:
    """Everything, as of `at`."""

    at: datetime
    services: tuple[ServiceStatus, ...]
    jobs: tuple[JobHealth, ...] = ()
