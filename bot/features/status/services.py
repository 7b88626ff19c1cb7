"""What the handlers of /status stand on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from bot.core.alerting_state import AlertingState
from bot.features.status.report import StatusReport

# Looks at all services as of now. Raises PrometheusDownError.
Look: TypeAlias = Callable[[], Awaitable[StatusReport]]


@dataclass(frozen=True, slots=True)
class StatusServices:
    """A look at all services, and how alerting is."""

    look: Look
    alerting: AlertingState
