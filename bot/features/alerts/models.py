"""Alerts: what Alertmanager sends, the cards that show them, and what the bot still owes to a chat.

The webhook's format (version 4): https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from pipeline.contracts.messages import Message, Moment, now

CARD = "card:"
OUTBOX = "outbox:"
HEARTBEAT = "heartbeat:"

# Alertmanager writes the year 1 for an alert that has no end.
NO_END_BEFORE = 2


class _FromAlertmanager(Message):
    # Read under Alertmanager's names and under ours, written under ours.
    model_config = ConfigDict(
        frozen=True, extra="ignore", allow_inf_nan=False, alias_generator=to_camel, populate_by_name=True
    )


class Alert(_FromAlertmanager):
    """One alert of a group, as of the moment of the notification."""

    status: Literal["firing", "resolved"]
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)
    starts_at: Moment
    ends_at: Moment | None = None
    generator_url: str = Field("", alias="generatorURL")
    fingerprint: str = Field(min_length=1, max_length=200)

    @property
    def firing(self) -> bool:
        return self.status == "firing"

    @property
    def ended_at(self) -> datetime | None:
        """When it was resolved, as Alertmanager says."""
        return None if self.ends_at is None or self.ends_at.year < NO_END_BEFORE else self.ends_at

    @property
    def severity(self) -> str:
        return self.labels.get("severity", "")


class Notification(_FromAlertmanager):
    """A snapshot of one alert group. Key in `alerts`: the group key."""

    version: Literal["4"]
    group_key: str = Field(min_length=1, max_length=8_000)
    status: Literal["firing", "resolved"]
    receiver: str = ""
    truncated_alerts: int = Field(0, ge=0)
    group_labels: dict[str, str] = Field(default_factory=dict)
    external_url: str = Field("", alias="externalURL")
    alerts: tuple[Alert, ...] = Field(max_length=10_000)
    received_at: Moment = Field(default_factory=now)


class Silencing(Message):
    """A silence in Alertmanager that covers everything that a card shows."""

    silence_id: str
    by: str
    until: Moment


class Card(Message):
    """One message about one alert group in one chat; its key is `card:<token>`.

    What the chat shows is `shown`, a fingerprint of the text; when it is not that of the present state, an edit is
    owed.
    """

    group_key: str
    group_labels: dict[str, str] = Field(default_factory=dict)
    chat_id: int
    thread_id: int | None = None
    alerts: tuple[Alert, ...] = ()
    truncated: int = 0
    external_url: str = ""
    fired_at: Moment
    resolved_at: Moment | None = None
    changed_at: Moment = Field(description="when the alerts last changed")
    times: int = Field(1, description="how often it fired, on this card")
    owner: str = Field("", description="the name of the operator who acknowledged it")
    acknowledged_at: Moment | None = None
    silence: Silencing | None = None
    absent_since: Moment | None = Field(None, description="when Alertmanager was first seen not to know it any more")
    reminded_at: Moment | None = None
    reminders: int = 0
    escalated: bool = False
    message_id: int | None = None
    posted_at: Moment | None = None
    sending_after: int | None = Field(None, description="a post is under way; the chat's last known message before it")
    shown: str = ""

    @property
    def firing(self) -> tuple[Alert, ...]:
        return tuple(alert for alert in self.alerts if alert.firing)

    @property
    def open(self) -> bool:
        return self.resolved_at is None


class OutboxButton(Message):
    """A button of an owed message: what it says, and its callback data or its address."""

    label: str
    data: str = ""
    url: str = ""


class OutboxMessage(Message):
    """A message that the bot owes to a chat; its key is `outbox:<token>`, a tombstone means it was delivered."""

    chat_id: int
    thread_id: int | None = None
    key: str = Field(description="an equal key in the same chat replaces what still waits")
    text: str
    buttons: tuple[tuple[OutboxButton, ...], ...] = ()
    urgent: bool = False
    reply_to: int | None = None
    sending_after: int | None = None
    at: Moment = Field(default_factory=now)


class Heartbeat(Message):
    """The dead man's switch; its key is `heartbeat:watchdog`."""

    seen_at: Moment
    missing_since: Moment | None = Field(None, description="reported as missing; None: all is well")
