"""What the handlers of alerts stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.audit_log import AuditLog
from bot.features.alerts.components import AlertComponents
from bot.features.alerts.drill import Drill
from bot.features.alerts.service import AlertActions


@dataclass(frozen=True, slots=True)
class AlertServices:
    """What operators do with cards, its audit, and rehearsals where they are allowed; `components` run beside it."""

    actions: AlertActions
    audit_log: AuditLog
    clock: Callable[[], datetime]
    components: AlertComponents
    drill: Drill | None = None
