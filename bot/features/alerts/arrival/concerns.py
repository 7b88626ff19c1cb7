"""What of a notification is a sign of life, and what of it concerns people; a group may have both."""

from bot.features.alerts.models import Alert, Notification
from bot.features.alerts.severities import NONE

WATCHDOG = "Watchdog"


def is_heartbeat(notification: Notification) -> bool:
    """Whether the alert that always fires is among these."""
    return any(_is_watchdog(alert) and alert.firing for alert in notification.alerts)


def for_people(notification: Notification) -> Notification | None:
    """The group without signs of life and without alerts of no severity; None when nothing is left of it."""
    alerts = tuple(alert for alert in notification.alerts if not _is_watchdog(alert) and alert.severity != NONE)
    return notification.only(alerts) if alerts else None


def _is_watchdog(alert: Alert) -> bool:
    return alert.labels.get("alertname") == WATCHDOG
