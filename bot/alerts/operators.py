"""What the operators' commands stand on, beside what all handlers have."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.alerts.desk import Desk
from bot.alerts.drill import Drill
from bot.status.report import StatusReport


@dataclass(frozen=True, slots=True)
class Operators:
    """Cards and silences; a look at all services (raises PrometheusDownError); rehearsals where they are allowed."""

    desk: Desk
    look: Callable[[], Awaitable[StatusReport]]
    drill: Drill | None = None
