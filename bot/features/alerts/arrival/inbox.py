"""Notifications on their way to Kafka and out of it, for those who cannot wait for it."""

from collections.abc import Callable
from enum import StrEnum

from bot.features.alerts.models import Notification


class Fate(StrEnum):
    """What became of a notification."""

    ARRIVED = "arrived"
    """The webhook has read it; whether Kafka takes it is not known yet."""
    NOT_STORED = "not_stored"
    """Kafka did not take it. Alertmanager was told 503 and sends it again."""
    NO_CARD = "no_card"
    """A fault of ours: no card could be made of it."""


Listener = Callable[[Notification, Fate], None]


class AlertInbox:
    """Tells those who subscribed; they must not wait and not raise."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` with every notification and what became of it."""
        self._listeners.append(listener)

    def tell(self, notification: Notification, fate: Fate) -> None:
        """This became of the notification."""
        for listener in self._listeners:
            listener(notification, fate)
