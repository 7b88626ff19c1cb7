"""What the operators' commands stand on, beside what all handlers have."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.features.alerts.drill import Drill
from bot.features.alerts.service import AlertActions
from bot.features.status.report import StatusReport


@dataclass(frozen=True, slots=True)
class Operators:
    """Cards and silences; a look at all services (raises PrometheusDownError); rehearsals where they are allowed."""

    desk: AlertActions
    look: Callable[[], Awaitable[StatusReport]]
    drill: Drill | None = None
