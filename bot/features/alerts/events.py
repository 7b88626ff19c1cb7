"""What can happen to a card."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.features.alerts.destination import Destination
from bot.features.alerts.models import Notification, Silencing


@dataclass(frozen=True, slots=True)
class Notified:
    """Alertmanager sent a snapshot of the group."""

    notification: Notification
    destination: Destination


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An operator took the card."""

    by: str


@dataclass(frozen=True, slots=True)
class Silenced:
    """A silence now covers the card, or none does any more."""

    silence: Silencing | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Alertmanager was asked at the moment `asked_at`: the alerts that it knows, and the silence that covers all."""

    asked_at: datetime
    known: frozenset[str]
    silence: Silencing | None


@dataclass(frozen=True, slots=True)
class Reminded:
    """The chat was told again that nobody has acknowledged the card; perhaps another chat was too."""

    escalated: bool = False


@dataclass(frozen=True, slots=True)
class Posting:
    """A new message is about to be sent."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The new message is in this chat and shows the state with this fingerprint."""

    chat_id: int
    message_id: int
    shown: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The message was edited to the state with this fingerprint."""

    shown: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The message is gone, or too old to be edited: the card needs a new one."""

    message_id: int


Event: TypeAlias = Notified | Acknowledged | Silenced | Compared | Reminded | Posting | Posted | Shown | Lost
