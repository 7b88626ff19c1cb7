"""Alerts: what Alertmanager sends, and the cards that show them, with the ways in which a card may change.

The webhook's format (version 4): https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

from datetime import UTC, datetime, timedelta
from typing import Literal, Self, TypedDict, Unpack

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from bot.features.alerts.severities import usual_level
from bot.state.store import StoreSpec
from pipeline.contracts.messages import Message, Moment, now

# Senders write the year 1, or the first second of 1970, for a moment that is none.
EARLIEST_YEAR = 1971
# Of one card; a discussion that is longer has a chat for it.
MOST_COMMENTS = 20
NO_START = datetime(1, 1, 1, tzinfo=UTC)


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
    level: str = Field("", description="critical, warning, info or none, as the settings read the rule's word")
    values: dict[str, str] = Field(default_factory=dict, description="what Grafana's queries gave")
    dashboard_url: str = Field("", alias="dashboardURL")
    panel_url: str = Field("", alias="panelURL")
    image_url: str = Field("", alias="imageURL")

    @property
    def firing(self) -> bool:
        return self.status == "firing"

    @property
    def began_at(self) -> datetime | None:
        """When it began; None when the sender does not say."""
        return None if self.starts_at.year < EARLIEST_YEAR else self.starts_at

    @property
    def ended_at(self) -> datetime | None:
        """When it was resolved, as the sender says."""
        return None if self.ends_at is None or self.ends_at.year < EARLIEST_YEAR else self.ends_at

    @property
    def severity(self) -> str:
        """How bad it is: critical, warning, info, or none for what concerns nobody."""
        return self.level or usual_level(self.labels)

    def resolved(self, at: datetime) -> Self:
        """The same alert, which ended at that moment."""
        return type(self)(**{**dict(self), "status": "resolved", "ends_at": at})


class Notification(_FromAlertmanager):
    """A snapshot of one alert group. Key in `alerts`: the group key."""

    version: Literal["4"]
    group_key: str = Field(min_length=1, max_length=8_000)
    status: Literal["firing", "resolved"]
    receiver: str = ""
    truncated_alerts: int = Field(0, ge=0, le=10**12)
    group_labels: dict[str, str] = Field(default_factory=dict)
    external_url: str = Field("", alias="externalURL")
    alerts: tuple[Alert, ...] = Field(max_length=10_000)
    received_at: Moment = Field(default_factory=now)

    def only(self, alerts: tuple[Alert, ...]) -> Self:
        """The same notification as if the group were these alerts of it."""
        return self if alerts == self.alerts else type(self)(**{**dict(self), "alerts": alerts})


class Silencing(Message):
    """A silence in Alertmanager that covers everything that a card shows."""

    silence_id: str
    by: str
    until: Moment


class Comment(Message):
    """What an operator has answered to the card."""

    by: str
    text: str
    at: Moment
    key: str = Field("", description="the same for a repeat of the same message")


class EarlierMessage(Message):
    """A message that showed an earlier time of the same group, and is to say that a newer one shows it now."""

    chat_id: int
    message_id: int
    lasted_s: float = Field(ge=0, description="how long the group fired then; 0: it went on")


class CardChanges(TypedDict, total=False):
    """What may change in the life of a card."""

    alerts: tuple[Alert, ...]
    truncated: int
    resolved_at: datetime | None
    changed_at: datetime
    times: int
    owner: str
    owner_id: str
    handed_by: str
    acknowledged_at: datetime | None
    unfolded: int | None
    called_at: datetime | None
    call_due: datetime | None
    earlier: tuple[EarlierMessage, ...]
    taken: dict[str, str]
    silence: Silencing | None
    quiet: dict[str, Silencing]
    comments: tuple[Comment, ...]
    absent_since: datetime | None
    reminded_at: datetime | None
    reminders: int
    escalated: bool
    message_id: int | None
    posted_at: datetime | None
    sending_since: datetime | None
    posted_in: int | None
    shown: str


class Card(Message):
    """One message about one alert group in one chat; its key is `card:<token>`.

    What the chat shows is `shown`, a fingerprint of the text; when it is not that of the present state, an edit is
    pending. Every change is a method; it gives the same object when nothing changes.
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
    owner_id: str = Field("", description="the owner's pseudonym; names are not unique")
    handed_by: str = Field("", description="the name of the operator who gave it to the owner")
    acknowledged_at: Moment | None = None
    taken: dict[str, str] = Field(default_factory=dict, description="who takes care of one alert, by its fingerprint")
    drill: str = Field("", description="the part whose drill caused this")
    mentions: tuple[str, ...] = Field((), description="@names whom the route of its alerts tells")
    quiet_hours: str = Field("", description="when it makes no sound, 22:00-07:00")
    unfolded: int | None = Field(None, description="the alert whose details the card shows")
    called_at: Moment | None = Field(None, description="when the chat was last called, by a new message or a reply")
    call_due: Moment | None = Field(None, description="it fired again, and when the chat may be called for that")
    earlier: tuple[EarlierMessage, ...] = Field((), description="messages that do not say yet that a newer one follows")
    silence: Silencing | None = Field(None, description="covers everything that fires")
    quiet: dict[str, Silencing] = Field(
        default_factory=dict, description="silences of some of the alerts, by their fingerprints"
    )
    comments: tuple[Comment, ...] = Field((), description="what operators answered to it, the newest last")
    absent_since: Moment | None = Field(None, description="when Alertmanager was first seen not to know it any more")
    reminded_at: Moment | None = None
    reminders: int = 0
    escalated: bool = False
    message_id: int | None = None
    posted_at: Moment | None = None
    posted_in: int | None = Field(None, description="the chat of the message: of a group that moved, another one")
    sending_since: Moment | None = Field(None, description="a post is under way; nobody knows what became of it")
    shown: str = ""

    @property
    def firing(self) -> tuple[Alert, ...]:
        return tuple(alert for alert in self.alerts if alert.firing)

    @property
    def open(self) -> bool:
        return self.resolved_at is None

    @property
    def start_known(self) -> bool:
        """Whether any alert says when it began; else `fired_at` is when the first notification came."""
        return not self.alerts or any(alert.began_at is not None for alert in self.alerts)

    def with_alerts(self, alerts: tuple[Alert, ...], truncated: int, at: datetime) -> Self:
        """The group is known to look like this since that moment."""
        firing = {alert.fingerprint for alert in alerts if alert.firing}
        taken = {name: by for name, by in self.taken.items() if name in firing}
        return self._with(alerts=alerts, truncated=truncated, changed_at=at, absent_since=None, taken=taken)

    def with_taken(self, fingerprint: str, by: str) -> Self:
        """The operator takes care of one alert; nobody does when it was they already."""
        taken = {name: who for name, who in self.taken.items() if name != fingerprint}
        return self._with(taken=taken if self.taken.get(fingerprint) == by else {**taken, fingerprint: by})

    def resolved(self, at: datetime) -> Self:
        """Nothing of the group fires since that moment."""
        return self._with(resolved_at=at, call_due=None, unfolded=None)

    def acknowledged(self, by: str, who: str, at: datetime, handed_by: str = "") -> Self:
        """An operator takes care of it, of their own or because another one gave it to them."""
        return self._with(owner=by, owner_id=who, handed_by=handed_by, acknowledged_at=at, call_due=None)

    def resigned(self, at: datetime) -> Self:
        """Nobody takes care of it any more; whoever might is reminded after the usual time."""
        return self._with(owner="", owner_id="", handed_by="", acknowledged_at=None, reminded_at=at)

    def owned_by(self, who: str, name: str) -> bool:
        """Whether this operator takes care of it; of a card of an older version only the name is known."""
        return self.owner_id == who if self.owner_id else self.owner == name

    def commented(self, comment: Comment) -> Self:
        """An operator has answered to it; the same message twice is one, and of many the newest are kept."""
        if any(comment.key == one.key for one in self.comments):
            return self
        return self._with(comments=(*self.comments, comment)[-MOST_COMMENTS:])

    def with_details(self, number: int | None) -> Self:
        """The card shows the details of this alert, or of none."""
        return self._with(unfolded=number)

    def calling(self, due: datetime) -> Self:
        """The chat is to be called at that moment, if nobody has the card by then."""
        return self._with(call_due=due)

    def called(self, at: datetime) -> Self:
        """The chat has been called."""
        return self._with(called_at=at, call_due=None)

    def superseded(self, lasted: timedelta) -> Self:
        """A new message is to show the card, and the present one to say so; that fired for so long."""
        if self.message_id is None:
            return self
        place = self.posted_in if self.posted_in is not None else self.chat_id
        old = EarlierMessage(chat_id=place, message_id=self.message_id, lasted_s=max(0.0, lasted.total_seconds()))
        return self._with(earlier=(*self.earlier, old)).without_message()

    def struck(self, message_id: int) -> Self:
        """That earlier message says that a newer one follows, or is gone."""
        return self._with(earlier=tuple(old for old in self.earlier if old.message_id != message_id))

    def with_silence(self, silence: Silencing | None) -> Self:
        """This silence covers all of it, or none does."""
        return self._with(silence=silence, quiet={})

    def with_quiet(self, quiet: dict[str, Silencing]) -> Self:
        """These silences cover some of its alerts."""
        return self._with(silence=None, quiet=quiet)

    @property
    def waiting(self) -> tuple[Alert, ...]:
        """What fires and is neither silenced nor taken."""
        if self.silence is not None or self.owner:
            return ()
        return tuple(one for one in self.firing if one.fingerprint not in {*self.quiet, *self.taken})

    def absent(self, since: datetime) -> Self:
        """Alertmanager did not know one of its alerts any more at that moment."""
        return self._with(absent_since=since)

    def present(self) -> Self:
        """Alertmanager knows all of its alerts."""
        return self._with(absent_since=None)

    def reminded(self, at: datetime, *, escalated: bool) -> Self:
        """The chat was told again, and perhaps another chat too."""
        return self._with(reminded_at=at, reminders=self.reminders + 1, escalated=self.escalated or escalated)

    def posting(self, at: datetime) -> Self:
        """A message is being sent since that moment."""
        return self._with(sending_since=self.sending_since or at)

    def posted(self, chat_id: int, message_id: int, at: datetime, shown: str) -> Self:
        """The message is in this chat and shows the state with this fingerprint."""
        return self._with(posted_in=chat_id, message_id=message_id, posted_at=at, sending_since=None, shown=shown)

    def edited(self, shown: str) -> Self:
        """The message shows the state with this fingerprint."""
        return self._with(shown=shown)

    def without_message(self) -> Self:
        """The message is gone, or cannot be edited any more."""
        return self._with(posted_in=None, message_id=None, posted_at=None, shown="")

    def continuing(self, before: "Card") -> Self:
        """A new episode on the message of the episode before it."""
        return self._with(
            times=before.times + 1,
            message_id=before.message_id,
            posted_at=before.posted_at,
            posted_in=before.posted_in,
            sending_since=before.sending_since,
            shown=before.shown,
            called_at=before.called_at or before.fired_at,
            earlier=before.earlier,
            comments=before.comments,
        )

    def after(self, before: "Card") -> Self:
        """A new episode on a message of its own."""
        ended = before.resolved_at or before.changed_at
        return self._with(earlier=before.superseded(ended - before.fired_at).earlier)

    def _with(self, **changes: Unpack[CardChanges]) -> Self:
        changed = type(self)(**{**dict(self), **changes})
        return self if changed == self else changed


class Heartbeat(Message):
    """The dead man's switch; its key is `heartbeat:watchdog`."""

    seen_at: Moment
    missing_since: Moment | None = Field(None, description="reported as missing; None: all is well")


CARDS = StoreSpec("card:", Card)
HEARTBEATS = StoreSpec("heartbeat:", Heartbeat)
