"""What /status knows of services and jobs."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One service or server. `lag` in messages; None: it consumes nothing, or nobody knows.

    `codes` say what is wrong, as `bot.ui.causes` reads them; `fault` is what the server was heard to say of it.
    """

    name: str
    good: bool
    codes: tuple[str, ...] = ()
    fault: str = ""
    version: str = ""
    lag: int | None = None
    committed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class JobHealth:
    """A job of the schedule, the end of its last good run, and why the last one failed."""

    name: str
    failed: bool
    success_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StatusReport:
    """Everything, as of `at`."""

    at: datetime
    services: tuple[ServiceStatus, ...]
    jobs: tuple[JobHealth, ...] = ()
