"""The life of a card as a pure function: what it was, what happened, what it is now."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.features.alerts.cards.calls import USUAL, Calls
from bot.features.alerts.cards.events import (
    Acknowledged,
    AlertTaken,
    Called,
    Commented,
    Compared,
    Event,
    HandedOver,
    Lost,
    Notified,
    Posted,
    Posting,
    Reminded,
    Resigned,
    Shown,
    Silenced,
    SilenceEnded,
    SomeSilenced,
    Struck,
    Unfolded,
)
from bot.features.alerts.models import Alert, Card, Notification, Silencing
from bot.features.alerts.severities import CRITICAL, INFO, LEVELS, WARNING

# A group that fires again within this time goes on with its card; later it gets a new message.
SAME_CARD_WITHIN = timedelta(minutes=10)
# Alertmanager must have forgotten an alert for so long before its card is closed without a notification.
ABSENT_FOR = timedelta(seconds=20)
OfOperators: TypeAlias = (
    AlertTaken | Acknowledged | Resigned | HandedOver | Unfolded | Silenced | SomeSilenced | SilenceEnded
)

OfMessages: TypeAlias = Posting | Posted | Shown | Lost | Struck | Commented


def apply(card: Card | None, event: Event, now: datetime, calls: Calls = USUAL) -> Card | None:
    """The card after the event; the same object when nothing changed. None stays None, but for a new firing group."""
    if isinstance(event, Notified):
        return _notified(card, event, now, calls)
    if card is None:
        return None
    match event:
        case (
            AlertTaken()
            | Acknowledged()
            | Resigned()
            | HandedOver()
            | Unfolded()
            | Silenced()
            | SomeSilenced()
            | SilenceEnded()
        ):
            return _operated(card, event, now) if card.open else card
        case Compared():
            return _compared(card, event, now)
        case Reminded() | Called():
            return _told(card, event, now, calls)
        case _:
            return _displayed(card, event, now)


def _silenced(card: Card, event: Silenced | SomeSilenced | SilenceEnded) -> Card:
    """Silences of all that fires, or of some of it."""
    match event:
        case Silenced(silence):
            return card.with_silence(silence)
        case SomeSilenced(silence, fingerprints):
            if card.silence is not None:
                return card
            quiet = {**card.quiet, **dict.fromkeys(fingerprints, silence)}
            return with_silences(
                card, {one.fingerprint: quiet[one.fingerprint] for one in card.firing if one.fingerprint in quiet}
            )
        case SilenceEnded(silence_id):
            if card.silence is not None:
                return card.with_silence(None) if card.silence.silence_id == silence_id else card
            return card.with_quiet({name: one for name, one in card.quiet.items() if one.silence_id != silence_id})


def with_silences(card: Card, quiet: Mapping[str, Silencing]) -> Card:
    """These alerts of the card are silenced: all of it, until the first silence ends, when nothing else fires."""
    if quiet and all(alert.fingerprint in quiet for alert in card.firing):
        return card.with_silence(min(quiet.values(), key=lambda silence: silence.until))
    return card.with_quiet(dict(quiet))


def _operated(card: Card, event: OfOperators, now: datetime) -> Card:
    """What an operator did to an open card."""
    match event:
        case Acknowledged(by, who):
            return card if card.owner else card.acknowledged(by, who, now)
        case Resigned(by, who):
            return card.resigned(now) if card.owner and card.owned_by(who, by) else card
        case HandedOver(to, to_who, by):
            return card if card.owner_id == to_who else card.acknowledged(to, to_who, now, by if by != to else "")
        case AlertTaken(fingerprint, by):
            firing = any(alert.fingerprint == fingerprint for alert in card.firing)
            return card.with_taken(fingerprint, by) if firing else card
        case Unfolded(number):
            return card.with_details(number)
        case _:
            return _silenced(card, event)


def _displayed(card: Card, event: OfMessages, now: datetime) -> Card:
    """What became of the card's messages, and what was answered to them."""
    match event:
        case Commented(comment):
            return card.commented(comment)
        case Posting():
            return card.posting(now)
        case Posted(chat_id, message_id, shown):
            return card.posted(chat_id, message_id, now, shown)
        case Shown(shown):
            return card.edited(shown)
        case Lost(message_id):
            return card.without_message() if card.message_id == message_id else card
        case Struck(message_id):
            return card.struck(message_id)


def severity(card: Card) -> str:
    """The worst severity among what fires, or fired last."""
    found = {alert.severity for alert in card.firing or card.alerts}
    return next((name for name in (CRITICAL, WARNING) if name in found), INFO)


def _notified(card: Card | None, event: Notified, now: datetime, calls: Calls) -> Card | None:
    notification = event.notification
    alerts = _ordered(notification.alerts)
    firing = any(alert.firing for alert in alerts)
    if card is None:
        return _new(event, alerts, now) if firing else None
    if card.alerts == alerts and card.truncated == notification.truncated_alerts and card.open == firing:
        return card
    if card.resolved_at is not None and firing:
        return _again(card, event, alerts, now, calls)
    changed = card.with_alerts(alerts, notification.truncated_alerts, now)
    return changed if firing else changed.resolved(card.resolved_at or _ended(alerts, now))


def _new(event: Notified, alerts: tuple[Alert, ...], now: datetime) -> Card:
    notification = event.notification
    return Card(
        group_key=notification.group_key,
        group_labels=notification.group_labels,
        chat_id=event.destination.chat_id,
        thread_id=event.destination.thread_id,
        alerts=alerts,
        truncated=notification.truncated_alerts,
        external_url=notification.external_url,
        fired_at=_began(notification, now),
        changed_at=now,
        called_at=now,
        drill=event.drill,
        mentions=event.mentions,
        quiet_hours=event.quiet,
    )


def _again(card: Card, event: Notified, alerts: tuple[Alert, ...], now: datetime, calls: Calls) -> Card:
    """The next episode. Soon after the last one it counts with it, and calls the chat no oftener than allowed."""
    fresh = _new(event, alerts, now)
    if card.resolved_at is None or now - card.resolved_at > max(SAME_CARD_WITHIN, calls.at_most_every):
        return fresh.after(card)
    again = fresh.continuing(card)
    due = (again.called_at or now) + calls.at_most_every
    if due > now or not calls.anew:
        return again.calling(max(due, now))
    return again.superseded(card.resolved_at - card.fired_at).called(now)


def _told(card: Card, event: Reminded | Called, now: datetime, calls: Calls) -> Card:
    """The chat is told again of the card."""
    if isinstance(event, Reminded):
        return card.reminded(now, escalated=event.escalated)
    if card.call_due is None:
        return card
    # The present message was edited all the while, and what it shows has not ended.
    return (card.superseded(timedelta()) if calls.anew else card).called(now)


def _compared(card: Card, event: Compared, now: datetime) -> Card:
    # A card that changed after the question knows more than the answer.
    if not card.open or card.changed_at >= event.asked_at:
        return card
    gone = tuple(alert for alert in card.firing if alert.fingerprint not in event.known)
    if not gone:
        present = card.present()
        return (
            present.with_silence(event.silence) if event.silence is not None else present.with_quiet(dict(event.quiet))
        )
    if card.absent_since is None:
        return card.absent(event.asked_at)
    ended = card.absent_since
    if event.asked_at - ended < ABSENT_FOR:
        return card
    alerts = tuple(alert.resolved(ended) if alert in gone else alert for alert in card.alerts)
    changed = card.with_alerts(alerts, card.truncated, now)
    if any(alert.firing for alert in alerts):
        return (
            changed.with_silence(event.silence) if event.silence is not None else changed.with_quiet(dict(event.quiet))
        )
    return changed.resolved(ended).with_silence(None)


def _ordered(alerts: tuple[Alert, ...]) -> tuple[Alert, ...]:
    ranks = {level: rank for rank, level in enumerate(LEVELS)}
    unique = {alert.fingerprint: alert for alert in alerts}
    return tuple(
        sorted(
            unique.values(),
            key=lambda alert: (
                not alert.firing,
                ranks.get(alert.severity, len(ranks)),
                alert.starts_at,
                alert.fingerprint,
            ),
        )
    )


def _began(notification: Notification, now: datetime) -> datetime:
    begins = (alert.began_at for alert in notification.alerts if alert.firing)
    # A sender whose clock is ahead has not seen the future.
    return min((began for began in begins if began is not None and began <= now), default=now)


def _ended(alerts: tuple[Alert, ...], now: datetime) -> datetime:
    ends = [alert.ended_at for alert in alerts if alert.ended_at is not None]
    return max(ends, default=now)
