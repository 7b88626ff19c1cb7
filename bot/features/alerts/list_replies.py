"""/alerts: the open cards, the newest first."""

from collections.abc import Sequence
from datetime import datetime

from bot.features.alerts.buttons import AlertsPage, CardDetails
from bot.features.alerts.models import Card
from bot.features.alerts.replies import annotation, icon_of, name_of
from bot.ui.locale import Html, Texts
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply
from bot.ui.text import clean, cut, fit
from bot.ui.time import lasting

PER_PAGE = 6


def alert_list(cards: Sequence[tuple[str, Card]], page: int, now: datetime, texts: Texts) -> Reply:
    """A page of open cards, each with its age and its owner."""
    shown = page_of(cards, page, PER_PAGE)
    refresh = Button(texts.plain("🔄 Refresh"), AlertsPage(shown.number))
    if not cards:
        return Reply(texts.html("✅ No open alerts. /status tells how every service is."), ((refresh,),))
    blocks = [texts.html_n("🔔 <b>{n} open alert</b>", "🔔 <b>{n} open alerts</b>", len(cards))]
    numbered = list(enumerate(shown.items, shown.first + 1))
    blocks += [_line(number, card, now, texts) for number, (_, card) in numbered]
    details = tuple(Button(f"🔎 {number}", CardDetails(token)) for number, (token, _) in numbered)
    return Reply(fit(blocks), (details, *pager(shown.number, shown.pages, AlertsPage), (refresh,)))


def _line(number: int, card: Card, now: datetime, texts: Texts) -> Html:
    alert = next(iter(card.firing or card.alerts), None)
    summary = cut(clean(annotation(alert, "summary", texts)), 160) if alert is not None else ""
    owner = (
        texts.html("✋ {name}", name=cut(clean(card.owner), 64) or "?")
        if card.owner
        else texts.html("nobody has it yet")
    )
    head = texts.html(
        "{n}. {icon} <b>{name}</b>\n{age} · {owner}",
        n=number,
        icon=icon_of(card),
        name=cut(clean(name_of(card)), 160),
        age=lasting(now - card.fired_at, texts),
        owner=owner,
    )
    return Html(f"{head}\n{texts.html('<i>{summary}</i>', summary=summary)}") if summary else head
