"""What is said straight to the alert chats while Kafka is away."""

from datetime import datetime

from bot.features.alerts.arrival.inbox import Fate
from bot.features.alerts.cards.events import Notified
from bot.features.alerts.cards.headline import headline
from bot.features.alerts.cards.reducer import apply
from bot.features.alerts.cards.replies import alert_card
from bot.features.alerts.destination import Destination
from bot.features.alerts.models import Card, Notification
from bot.ui.locale import Html, Texts
from bot.ui.reply import Reply
from bot.ui.text import escaped, fit
from bot.ui.time import moment


def kafka_away(since: datetime, texts: Texts) -> Reply:
    """Kafka is away: what goes on, what does not, and where to look."""
    return Reply(
        texts.html(
            "🆘 <b>Kafka has not answered since {at}.</b>\n"
            "Search, product cards and help go on. Nothing can be saved: bans, choices, watches, ✋ and 🔕 wait until "
            "it is back, and so do alert cards; critical alerts come as plain messages.\n"
            "Look at Kafka: whether it runs, the end of its log, its disk, the network to the bot.",
            at=moment(since, texts),
        )
    )


def kafka_back(away_for: str, texts: Texts) -> Reply:
    """Kafka is there again."""
    return Reply(
        texts.html(
            "💚 Kafka is back after {time}; everything can be saved again. Alerts that still fire come as cards, those "
            "told in plain messages too.",
            time=away_for,
        )
    )


def alert_without_card(
    notification: Notification, place: Destination, fate: Fate, texts: Texts, now: datetime
) -> Reply | None:
    """A firing group as its card would be, without buttons and marked as such; None when nothing of it fires."""
    card = apply(None, Notified(notification, place), now)
    if card is None:
        return None
    note = (
        texts.html("<i>⚡ Without buttons, for Kafka is away. When it is back, this alert comes again as a card.</i>")
        if fate is Fate.NOT_STORED
        else texts.html("<i>⚡ Without buttons: the bot could not make a card of it, which is in its log.</i>")
    )
    return Reply(fit([alert_card("", card, texts, now).text, note]))


def over_without_card(notification: Notification, place: Destination, texts: Texts, now: datetime) -> Reply:
    """The end of a group that was told without a card."""
    card = Card(
        group_key=notification.group_key,
        group_labels=notification.group_labels,
        chat_id=place.chat_id,
        alerts=notification.alerts,
        fired_at=min((alert.began_at for alert in notification.alerts if alert.began_at), default=now),
        changed_at=now,
    )
    return Reply(Html(f"✅ <b>{escaped(headline(card.resolved(now), texts))}</b>"))


def more_without_cards(texts: Texts) -> Reply:
    """More alerts fire than a chat can be told one by one."""
    return Reply(texts.html("⚡ Even more critical alerts fire; Alertmanager lists them all."))
