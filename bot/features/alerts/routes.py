"""Which alerts of a group go where: the routing table of the settings, and for all others the alert chats."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from bot.features.alerts.destination import Destination, destination
from bot.features.alerts.models import Alert, Card, Notification
from bot.features.alerts.severities import LABELS, word_of
from ops.alert_routes import AlertRoute, SilentHours, read_routes
from ops.settings import BotSettings


@dataclass(frozen=True, slots=True)
class Routed:
    """What of a notification goes to one place, who is mentioned there, and when it makes no sound."""

    place: Destination
    notification: Notification
    mentions: tuple[str, ...] = ()
    quiet: str = ""


class AlertRouting:
    """The first route that holds for an alert counts. `origin` gives the first id by which a chat is known."""

    def __init__(
        self,
        table: Sequence[AlertRoute],
        otherwise: Sequence[Destination],
        origin: Callable[[int], int] = lambda chat_id: chat_id,
    ) -> None:
        self._otherwise = tuple(otherwise)
        self._table = tuple((route, _place(route, origin)) for route in table)

    @classmethod
    def of(
        cls, settings: BotSettings, otherwise: Sequence[Destination], origin: Callable[[int], int] = lambda chat: chat
    ) -> "AlertRouting":
        """The table of the settings."""
        return cls(read_routes(settings.alert_routes), otherwise, origin)

    def split(self, notification: Notification) -> list[Routed]:
        """The notification by places, each with the alerts that go there and nothing else."""
        found: dict[Destination, list[tuple[Alert, AlertRoute | None]]] = {}
        for alert in notification.alerts:
            route, places = self._of(alert)
            for place in places:
                found.setdefault(place, []).append((alert, route))
        return [_routed(place, notification, routed) for place, routed in found.items()]

    def _of(self, alert: Alert) -> tuple[AlertRoute | None, tuple[Destination, ...]]:
        for route, place in self._table:
            if holds(route, alert):
                return route, (place,)
        return None, self._otherwise


def holds(route: AlertRoute, alert: Alert) -> bool:
    """Whether the alert has what the route asks for; its severity in the rule's word or in ours."""
    return all(
        alert.labels.get(name, "") in values
        or (name in LABELS and not values.isdisjoint((alert.severity, word_of(alert.labels))))
        for name, values in route.conditions
    )


def _routed(
    place: Destination, notification: Notification, routed: Sequence[tuple[Alert, AlertRoute | None]]
) -> Routed:
    routes = [route for _, route in routed]
    mentions = dict.fromkeys(name for route in routes if route is not None for name in route.mentions)
    hours = {route.quiet if route is not None else None for route in routes}
    # An alert that may make a sound at any time makes one for the card.
    quiet = next(iter(hours)) if len(hours) == 1 else None
    alerts = tuple(alert for alert, _ in routed)
    return Routed(place, notification.only(alerts), tuple(mentions), str(quiet) if quiet is not None else "")


def _place(route: AlertRoute, origin: Callable[[int], int]) -> Destination:
    named = destination(route.chat)
    return replace(named, chat_id=origin(named.chat_id))


def is_quiet(card: Card, at: datetime, zone: tzinfo) -> bool:
    """Whether the card makes no sound now, by the clock of the marketplace."""
    hours = SilentHours.read(card.quiet_hours)
    return hours is not None and hours.hold(at.astimezone(zone).time())
