"""Giving a card to another operator: the question, what came of it, and what the other one is told."""

from collections.abc import Sequence

from bot.features.alerts.buttons import CardDetails, ChooseOperator, HandOverCard, ResignCard
from bot.features.alerts.cards.headline import headline, icon_of, marked
from bot.features.alerts.cards.operators import Operator
from bot.features.alerts.cards.replies import message_url
from bot.features.alerts.models import Card
from bot.ui.locale import Texts
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.text import clean, cut

SHOWN = 24


def choose_operator(token: str, card: Card, operators: Sequence[Operator], texts: Texts) -> Reply:
    """To whom? Whoever has it already is not among them."""
    cancel = (Button(texts.plain("✕ Cancel"), HandOverCard(token, "0")),)
    if not operators:
        return Reply(texts.html("There is no other operator yet. An admin can add one: /roles"), (cancel,))
    buttons = [Button(called(one), HandOverCard(token, str(one.user_id))) for one in operators[:SHOWN]]
    return Reply(texts.html("👉 Who takes over “{what}”?", what=headline(card, texts)), (*in_rows(buttons, 2), cancel))


def on_it(card: Card, texts: Texts) -> Reply:
    """What a reminder becomes when somebody has taken the card."""
    return Reply(texts.html("✋ {name} is on “{what}”.", name=_name(card.owner), what=headline(card, texts)))


def handed_over(token: str, card: Card, texts: Texts) -> Reply:
    """It is the other one's now; on the way to yet another one."""
    text = texts.html(
        "👉 {name} is on “{what}” now and has been told.", name=_name(card.owner), what=headline(card, texts)
    )
    return Reply(text, ((Button(texts.plain("👉 Hand over again"), ChooseOperator(token)),),))


def given_to_you(token: str, card: Card, texts: Texts) -> Reply:
    """What the operator is told who has got it."""
    text = texts.html(
        "👉 {name} hands over to you:\n{icon} <b>{what}</b>",
        name=_name(card.handed_by),
        icon=icon_of(card),
        what=marked(card, headline(card, texts), texts),
    )
    first: tuple[Button, ...] = (
        Button(texts.plain("🔎 Details"), CardDetails(token, 0, "v")),
        Button(texts.plain("↩️ Resign"), ResignCard(token, "v")),
    )
    url = message_url(card.posted_in, card.message_id)
    rows: Rows = (first, (Button(texts.plain("💬 The card"), url=url),)) if url else (first,)
    return Reply(text, rows)


def called(operator: Operator) -> str:
    """The operator on a button."""
    return cut(clean(operator.name), 30) or str(operator.user_id)


def _name(name: str) -> str:
    return cut(clean(name), 64) or "?"
