"""Notifications as Alertmanager sends them."""

from datetime import UTC, datetime, timedelta

from bot.features.alerts.models import Alert, Notification

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NO_END = "0001-01-01T00:00:00Z"


def alert(name: str = "ServiceDown", service: str = "kafka", **more: object) -> dict[str, object]:
    """One alert of the webhook's JSON; `more` replaces its fields."""
    fields: dict[str, object] = {
        "status": "firing",
        "labels": {"alertname": name, "service": service, "severity": "critical", "topic": "products"},
        "annotations": {
            "summary": f"{service} does not answer",
            "summary_ru": f"Служба {service} не отвечает",
            "resolved": f"{service} answers again · was down for {{time}}",
            "resolved_ru": f"Служба {service} снова отвечает · лежала {{time}}",
            "meaning": "It is stopped, starting, or hangs.",
            "action": "Look at the log.",
        },
        "startsAt": START.isoformat(),
        "endsAt": NO_END,
        "generatorURL": "http://prometheus.example.org/graph?g0.expr=up",
        "fingerprint": f"{name}-{service}",
    }
    return fields | more


def payload(
    name: str = "ServiceDown", service: str = "kafka", *alerts: dict[str, object], **more: object
) -> dict[str, object]:
    """The webhook's JSON for one group."""
    shown = list(alerts) or [alert(name, service)]
    fields: dict[str, object] = {
        "version": "4",
        "groupKey": f'{{}}:{{alertname="{name}", service="{service}"}}',
        "truncatedAlerts": 0,
        "status": "firing" if any(one.get("status") == "firing" for one in shown) else "resolved",
        "receiver": "chat",
        "groupLabels": {"alertname": name, "service": service},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example.org",
        "alerts": shown,
    }
    return fields | more


def resolved(
    name: str = "ServiceDown", service: str = "kafka", after: timedelta = timedelta(minutes=3)
) -> dict[str, object]:
    """The notification of the group's end."""
    return payload(name, service, alert(name, service, status="resolved", endsAt=(START + after).isoformat()))


def notification(fields: dict[str, object]) -> Notification:
    return Notification.model_validate(fields)


def parsed(fields: dict[str, object]) -> Alert:
    return Alert.model_validate(fields)
