"""What is said beside a card: reminders, escalation, the dead man's switch."""

from datetime import datetime

from bot.features.alerts.buttons import AcknowledgeCard, CardDetails
from bot.features.alerts.cards.headline import headline, icon_of, marked
from bot.features.alerts.cards.reducer import severity
from bot.features.alerts.cards.replies import called_again, mentioned, message_url
from bot.features.alerts.models import Card
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply, Rows
from bot.ui.time import lasting, moment


def reminder(token: str, card: Card, texts: Texts, now: datetime) -> Reply:
    """Nobody has acknowledged the card, and for how long."""
    text = texts.html(
        "⏰ <b>{what}</b>\nNobody has taken this for {time}.",
        what=marked(card, headline(card, texts), texts),
        time=lasting(now - card.fired_at, texts),
    )
    return Reply(_with_mentions(text, card), _buttons(token, texts))


def on_call_reminder(token: str, card: Card, texts: Texts, now: datetime) -> Reply:
    """The same for who is on call, in private; a way to the card stands below."""
    text = texts.html(
        "📟 {icon} <b>{what}</b>\nYou're on call, and nobody has taken this for {time}.",
        icon=icon_of(card),
        what=marked(card, headline(card, texts), texts),
        time=lasting(now - card.fired_at, texts),
    )
    url = message_url(card.posted_in, card.message_id)
    link = ((Button(texts.plain("💬 The card"), url=url),),) if url else ()
    return Reply(text, (*_buttons(token, texts), *link))


def escalation(token: str, card: Card, texts: Texts, now: datetime) -> Reply:
    """The same for people who do not see the card."""
    text = texts.html(
        "{icon} <b>{what}</b>\nThe operators have not taken this for {time}.",
        icon="🚨" if severity(card) == "critical" else icon_of(card),
        what=marked(card, headline(card, texts), texts),
        time=lasting(now - card.fired_at, texts),
    )
    return Reply(text, _buttons(token, texts))


def firing_again(token: str, card: Card, texts: Texts) -> Reply:
    """The answer to a card that fires again: an edit of it alone would make no sound."""
    return Reply(_with_mentions(called_again(card, texts), card), _buttons(token, texts))


def heartbeat_missing(seen_at: datetime, texts: Texts) -> Reply:
    """Alerting itself is broken, so that no alert can come."""
    return Reply(
        texts.html(
            "💔 <b>No sign of life from Prometheus and Alertmanager since {at}.</b>\n"
            "Until it is back, no alert can reach this chat. Look at both: /status, and the last lines of their logs.",
            at=moment(seen_at, texts),
        )
    )


def heartbeat_back(missing_for: str, texts: Texts) -> Reply:
    """Alerting works again, and how long it was away."""
    return Reply(
        texts.html("💚 Prometheus and Alertmanager are back after {time}; alerts arrive again.", time=missing_for)
    )


def _with_mentions(text: Html, card: Card) -> Html:
    return Html(f"{text}\n{mentioned(card)}") if card.mentions else text


def _buttons(token: str, texts: Texts) -> Rows:
    return (
        (
            Button(texts.plain("✋ Acknowledge"), AcknowledgeCard(token, "r")),
            Button(texts.plain("🔎 Details"), CardDetails(token, 0, "v")),
        ),
    )
