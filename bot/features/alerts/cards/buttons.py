"""The buttons of an alert card, and of its view in /alerts: what can be done next, as of the card's present state."""

from datetime import timedelta

from bot.features.alerts.buttons import (
    AcknowledgeCard,
    CardDetails,
    ChooseOperator,
    ResignCard,
    ShowCause,
    SilenceCard,
    TakeAlert,
    UnsilenceCard,
)
from bot.features.alerts.cards.card_links import card_links
from bot.features.alerts.models import Card
from bot.ui.callback_ids import mark
from bot.ui.locale import Texts
from bot.ui.pager import pager
from bot.ui.reply import Button, Rows
from bot.ui.time import lasting

# Minutes. Beside them there is "other", with more of them.
SILENCES = (60, 240, 1_440)


def card_buttons(token: str, card: Card, texts: Texts) -> Rows:
    """Below the card in its chat."""
    links = tuple(card_links(card.firing or card.alerts, texts))
    if not card.open:
        return (links,) if links else ()
    fold: tuple[Button, ...] = (
        (Button(texts.plain("🔎 Details"), CardDetails(token)),)
        if card.unfolded is None
        else (Button(texts.plain("▴ Fold"), CardDetails(token, 0, "f")),)
    )
    pages = pager(card.unfolded, len(card.alerts), lambda n: CardDetails(token, n)) if card.unfolded is not None else ()
    one = alert_row(token, card, card.unfolded, texts)
    cause = cause_row(token, card.unfolded, texts)
    rows = (*owner_rows(token, card, texts, beside=fold), *pages, one, cause, silence_row(token, card, texts), links)
    return tuple(row for row in rows if row)


def owner_rows(token: str, card: Card, texts: Texts, *, place: str = "c", beside: tuple[Button, ...] = ()) -> Rows:
    """Take it, or, when somebody has it, give it back or on."""
    if not card.owner:
        return ((Button(texts.plain("✋ Acknowledge"), AcknowledgeCard(token, place)), *beside),)
    resign = Button(texts.plain("↩️ Resign"), ResignCard(token, place))
    hand_over = Button(texts.plain("👉 Hand over"), ChooseOperator(token))
    return (beside, (resign, hand_over)) if beside else ((resign, hand_over),)


def alert_row(token: str, card: Card, number: int | None, texts: Texts, *, place: str = "c") -> tuple[Button, ...]:
    """Of several alerts, take the one whose details are shown, or give it back; reminders are for the others."""
    if number is None or len(card.alerts) < 2 or card.owner:
        return ()
    alert = card.alerts[number % len(card.alerts)]
    if not alert.firing:
        return ()
    taken = alert.fingerprint in card.taken
    label = texts.plain("↩️ Not this alert") if taken else texts.plain("✋ Only this alert")
    return (Button(label, TakeAlert(token, mark(alert.fingerprint), place)),)


def cause_row(token: str, number: int | None, texts: Texts) -> tuple[Button, ...]:
    """Beside details: the last hour, and what changed."""
    return (Button(texts.plain("📉 Last hour"), ShowCause(token, number)),) if number is not None else ()


def silence_row(token: str, card: Card, texts: Texts) -> tuple[Button, ...]:
    """Silence it for a usual time, or end the silence."""
    if card.silence is not None:
        return (Button(texts.plain("🔔 Unsilence"), UnsilenceCard(token)),)
    usual = (
        Button(f"🔕 {silence_time(minutes, texts)}", SilenceCard(token, minutes))
        for minutes in SILENCES[: 1 if card.quiet else None]
    )
    end = (Button(texts.plain("🔔 Unsilence"), UnsilenceCard(token)),) if card.quiet else ()
    return (*usual, Button("🔕 …", SilenceCard(token, 0)), *end)


def silence_time(minutes: int, texts: Texts) -> str:
    """15 min, 4 h, 24 h, 2 d."""
    if minutes == 1_440:
        return texts.plain("24 h")
    return lasting(timedelta(minutes=minutes), texts)
