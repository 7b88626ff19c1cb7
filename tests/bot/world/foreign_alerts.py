"""Notifications as other people's senders make them: other words, odd fields, Grafana's own."""

import json

from bot.features.alerts.arrival.payloads import notification_of
from bot.features.alerts.models import Notification
from bot.features.alerts.severities import Severities
from tests.bot.world.alert_samples import NO_END, START, payload


def foreign(
    name: str, labels: dict[str, object], summary: str | None = "Disk fills up", **more: object
) -> dict[str, object]:
    """One alert with these labels; `more` replaces its fields, None leaves one out."""
    fields: dict[str, object] = {
        "status": "firing",
        "labels": {"alertname": name} | labels,
        "annotations": {} if summary is None else {"summary": summary},
        "startsAt": START.isoformat(),
        "endsAt": NO_END,
        "generatorURL": "http://prometheus.example.org/graph?g0.expr=up",
        "fingerprint": f"{name}-{sorted(labels.items())}",
    }
    return {key: value for key, value in (fields | more).items() if value is not None}


def foreign_group(*alerts: dict[str, object], **more: object) -> dict[str, object]:
    """A group without labels of its own."""
    return payload("Foreign", "x", *alerts) | {"groupKey": "{}:{}", "groupLabels": {}} | more


def grafana(state: str = "alerting", **more: object) -> dict[str, object]:
    """What Grafana's unified alerting sends."""
    alert = foreign(
        "Checkout latency",
        {"grafana_folder": "Shop", "__alert_rule_uid__": "u1", "instance": "web-3"},
        "Checkout takes 4 s",
        generatorURL="https://grafana.example.org/alerting/grafana/u1/view",
        values={"B": 4.02, "C": 1},
        valueString="[ var='B' value=4.02 ]",
        dashboardURL="https://grafana.example.org/d/shop",
        panelURL="https://grafana.example.org/d/shop?viewPanel=4",
        imageURL="https://grafana.example.org/img/1.png",
        silenceURL="https://grafana.example.org/alerting/silence/new",
    )
    return {
        "receiver": "chat",
        "status": "firing",
        "orgId": 1,
        "alerts": [alert | more],
        "groupLabels": {"alertname": "Checkout latency"},
        "commonLabels": {"grafana_folder": "Shop"},
        "commonAnnotations": {},
        "externalURL": "https://grafana.example.org/",
        "version": "1",
        "groupKey": '{}/{team="shop"}:{alertname="Checkout latency"}',
        "truncatedAlerts": 0,
        "title": "[FIRING:1] Checkout latency",
        "state": state,
        "message": "**Firing**",
    }


def posted(fields: dict[str, object]) -> Notification:
    """What the webhook makes of it."""
    return notification_of(json.dumps(fields).encode(), Severities(), START)
