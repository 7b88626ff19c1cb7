"""What can happen to a card."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot.features.alerts.destination import Destination
from bot.features.alerts.models import Comment, Notification, Silencing


@dataclass(frozen=True, slots=True)
class Notified:
    """Alertmanager sent a snapshot of the group; `drill` is the part whose drill is known to cause such alerts now.

    Of the route: whom the card mentions, and the hours in which it makes no sound.
    """

    notification: Notification
    destination: Destination
    drill: str = ""
    mentions: tuple[str, ...] = ()
    quiet: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An operator took the card: the name, and the pseudonym."""

    by: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Resigned:
    """The operator who had the card does not take care of it any more."""

    by: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class AlertTaken:
    """An operator takes care of the alert with this fingerprint, or of it no more when they did already."""

    fingerprint: str
    by: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The operator `by` gave the card to another one."""

    to: str
    to_who: str
    by: str


@dataclass(frozen=True, slots=True)
class Commented:
    """An operator has answered to the card."""

    comment: Comment


@dataclass(frozen=True, slots=True)
class Called:
    """The chat is called anew for a group that fires again."""


@dataclass(frozen=True, slots=True)
class Struck:
    """An earlier message of the group says now that a newer one follows, or is gone."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Unfolded:
    """The card shows the details of the alert with this number, or of none."""

    number: int | None


@dataclass(frozen=True, slots=True)
class Silenced:
    """A silence now covers the card, or none does any more."""

    silence: Silencing | None


@dataclass(frozen=True, slots=True)
class SomeSilenced:
    """A silence now covers the alerts with these fingerprints, of perhaps more."""

    silence: Silencing
    fingerprints: frozenset[str]


@dataclass(frozen=True, slots=True)
class SilenceEnded:
    """The silence with this id covers nothing any more."""

    silence_id: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Alertmanager was asked at the moment `asked_at`: the alerts that it knows, the silence that covers all of the
    card, or else those that cover some of its alerts.
    """

    asked_at: datetime
    known: frozenset[str]
    silence: Silencing | None
    quiet: Mapping[str, Silencing] = field(default_factory=dict)


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


Event: TypeAlias = (
    Notified
    | Acknowledged
    | Resigned
    | HandedOver
    | AlertTaken
    | Commented
    | Called
    | Struck
    | Unfolded
    | Silenced
    | SomeSilenced
    | SilenceEnded
    | Compared
    | Reminded
    | Posting
    | Posted
    | Shown
    | Lost
)
