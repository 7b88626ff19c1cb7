"""/alerts: the open cards, the newest first, and one of them in place of the list."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.features.alerts.buttons import AcknowledgeCard, AlertsPage, CardDetails
from bot.features.alerts.cards.buttons import alert_row, cause_row, owner_rows, silence_row
from bot.features.alerts.cards.card_links import card_links
from bot.features.alerts.cards.headline import headline, icon_of, marked, name_of
from bot.features.alerts.cards.replies import alert_card
from bot.features.alerts.models import Card
from bot.features.alerts.oncall.rota import OnCall
from bot.ui.locale import Html, Texts
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply
from bot.ui.text import clean, cut, fit
from bot.ui.time import lasting

PER_PAGE = 6


def alert_list(cards: Sequence[tuple[str, Card]], page: int, now: datetime, texts: Texts) -> Reply:
    """A page of open cards, each with its age and its owner; what nobody has is taken by one press."""
    shown = page_of(cards, page, PER_PAGE)
    refresh = Button(texts.plain("🔄 Refresh"), AlertsPage(shown.number))
    if not cards:
        return Reply(texts.html("✅ No open alerts. Services: /status"), ((refresh,),))
    blocks = [texts.html_n("🔔 <b>{n} open alert</b>", "🔔 <b>{n} open alerts</b>", len(cards))]
    numbered = list(enumerate(shown.items, shown.first + 1))
    blocks += [_line(number, card, now, texts) for number, (_, card) in numbered]
    take = tuple(
        Button(f"✋ {number}", AcknowledgeCard(token, "l", shown.number))
        for number, (token, card) in numbered
        if not card.owner
    )
    details = tuple(Button(f"🔎 {number}", CardDetails(token, 0, "v")) for number, (token, _) in numbered)
    rows = (*((take,) if take else ()), details, *pager(shown.number, shown.pages, AlertsPage), (refresh,))
    return Reply(fit(blocks), rows)


def alert_view(
    token: str, card: Card, number: int, texts: Texts, now: datetime, *, on_call: Sequence[OnCall] = ()
) -> Reply:
    """The card with the details of one alert, where the list was; the card in its chat stays as it is."""
    number %= max(1, len(card.alerts))
    reply = alert_card(token, card.with_details(number), texts, now, on_call)
    back = (Button(texts.plain("‹ All alerts"), AlertsPage(0)),)
    links = tuple(card_links(card.firing or card.alerts, texts))
    if not card.open:
        return replace(reply, buttons=tuple(row for row in (links, back) if row))
    pages = pager(number, len(card.alerts), lambda other: CardDetails(token, other, "v"))
    one = alert_row(token, card, number, texts, place="v")
    rows = (
        *owner_rows(token, card, texts, place="v"),
        *pages,
        one,
        cause_row(token, number, texts),
        silence_row(token, card, texts),
        links,
        back,
    )
    return replace(reply, buttons=tuple(row for row in rows if row))


def _line(number: int, card: Card, now: datetime, texts: Texts) -> Html:
    owner = texts.html("✋ {name}", name=cut(clean(card.owner), 64) or "?") if card.owner else texts.html("unassigned")
    return texts.html(
        "{n}. {icon} <b>{what}</b>\n{age} · {owner} · <code>{name}</code>",
        n=number,
        icon=icon_of(card),
        what=marked(card, headline(card, texts), texts),
        age=lasting(now - card.fired_at, texts),
        owner=owner,
        name=cut(name_of(card), 160),
    )
