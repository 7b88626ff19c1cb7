"""From what a sender posts to a notification: Alertmanager's webhook, Grafana's, and what is near enough to them.

Alertmanager (version 4): https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
Grafana's unified alerting (version 1) adds values and links to each alert:
https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import orjson
from pydantic import TypeAdapter, ValidationError

from bot.features.alerts.models import EARLIEST_YEAR, NO_START, Notification
from bot.features.alerts.severities import Severities
from bot.ui.callback_ids import mark
from pipeline.contracts.messages import Moment

VERSIONS = frozenset({"4", "1"})
LATEST_YEAR = 9_000
LONGEST_KEY = 8_000
LONGEST_FINGERPRINT = 200
# The senders' words for the state of an alert; Grafana's older ones among them.
STATES = {
    **dict.fromkeys(("firing", "alerting", "active", "nodata", "no_data", "error", "pending"), "firing"),
    **dict.fromkeys(("resolved", "ok", "normal", "inactive", "paused"), "resolved"),
}
# A clock may be wrong by so much before what it says of an end is taken for none.
ASTRAY = timedelta(days=1)
MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


class PayloadError(Exception):
    """What came is no notification; the text says why, for the sender's log."""


def notification_of(body: bytes, severities: Severities, at: datetime) -> Notification:
    """The notification that arrived at that moment. Raises PayloadError."""
    try:
        fields = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise PayloadError(f"not JSON: {error}") from None
    if not isinstance(fields, dict):
        raise PayloadError("the body is no JSON object")
    version = _text(fields.get("version", "4"))
    if version not in VERSIONS:
        raise PayloadError(f"version: {version[:20]!r} is not known; Alertmanager sends 4, Grafana 1")
    alerts = fields.get("alerts")
    if not isinstance(alerts, list) or not alerts:
        raise PayloadError("alerts: there is no list of alerts; of Grafana, unified alerting is understood")
    read = [_alert(number, one, fields, severities, at) for number, one in enumerate(alerts)]
    try:
        return Notification.model_validate(
            {
                "version": "4",
                "group_key": _group_key(fields),
                "status": "firing" if any(one["status"] == "firing" for one in read) else "resolved",
                "receiver": _text(fields.get("receiver")),
                "truncated_alerts": fields.get("truncatedAlerts") or 0,
                "group_labels": _pairs(fields.get("groupLabels"), "groupLabels"),
                "external_url": _text(fields.get("externalURL")),
                "alerts": read,
                "received_at": at,
            }
        )
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        raise PayloadError(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}") from None


def _alert(
    number: int, fields: object, group: Mapping[str, object], severities: Severities, at: datetime
) -> dict[str, object]:
    place = f"alerts.{number}"
    if not isinstance(fields, dict):
        raise PayloadError(f"{place}: an alert is a JSON object")
    labels = {
        **_pairs(group.get("commonLabels"), "commonLabels"),
        **_pairs(fields.get("labels"), f"{place}.labels"),
    }
    annotations = {
        **_pairs(group.get("commonAnnotations"), "commonAnnotations"),
        **_pairs(fields.get("annotations"), f"{place}.annotations"),
    }
    if not labels and not annotations:
        raise PayloadError(f"{place}: it has neither labels nor annotations, so there is nothing to show")
    ends_at = _moment(fields.get("endsAt"))
    if ends_at is not None and ends_at > at + ASTRAY:
        ends_at = None
    return {
        "status": _state(fields.get("status") or group.get("status"), ends_at, at, place),
        "labels": labels,
        "annotations": annotations,
        "starts_at": _moment(fields.get("startsAt")) or NO_START,
        "ends_at": ends_at,
        "generator_url": _text(fields.get("generatorURL")),
        "fingerprint": _fingerprint(fields.get("fingerprint"), labels),
        "level": severities.level(labels),
        "values": _pairs(fields.get("values"), f"{place}.values"),
        "dashboard_url": _text(fields.get("dashboardURL")),
        "panel_url": _text(fields.get("panelURL")),
        "image_url": _text(fields.get("imageURL")),
    }


def _group_key(fields: Mapping[str, object]) -> str:
    """The group's name, as long as it is kept: a longer one by its beginning and a mark of all of it."""
    key = _text(fields.get("groupKey"))
    if not key:
        raise PayloadError("groupKey: it is missing or empty, and without it no card is the group's")
    return key if len(key) <= LONGEST_KEY else f"{key[:200]}…{mark(key, 16)}"


def _fingerprint(given: object, labels: Mapping[str, str]) -> str:
    """The alert's name; of a sender that gives none, a mark of the labels, which is the same every time."""
    name = _text(given)
    if name and len(name) <= LONGEST_FINGERPRINT:
        return name
    return mark(name or orjson.dumps(labels, option=orjson.OPT_SORT_KEYS).decode(), 12)


def _state(word: object, ends_at: datetime | None, at: datetime, place: str) -> str:
    if word is None or word == "":
        return "resolved" if ends_at is not None and ends_at <= at else "firing"
    state = STATES.get(_text(word).strip().casefold())
    if state is None:
        raise PayloadError(f"{place}.status: {_text(word)[:40]!r} is not known; firing and resolved are")
    return state


def _moment(value: object) -> datetime | None:
    """A moment that can have been; what is none, and the years that stand for none, is nothing."""
    try:
        at = MOMENT.validate_python(value)
    except ValidationError:
        return None
    return at if EARLIEST_YEAR <= at.year <= LATEST_YEAR else None


def _pairs(value: object, place: str) -> dict[str, str]:
    """Names and texts; what others write as numbers, too. What is null is not there."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise PayloadError(f"{place}: it is no JSON object")
    return {name: _text(one) for name, one in value.items() if one is not None}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        # Nested more deeply than anybody would read.
        return "…"
