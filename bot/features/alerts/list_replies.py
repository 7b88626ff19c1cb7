"""/alerts: the open cards, the newest first."""

from collections.abc import Sequence
from datetime import datetime

from bot.features.alerts.models import Card
from bot.features.alerts.replies import annotation, icon_of, lasting, name_of
from bot.ui.callback_data import AlertsPage, CardDetails, PageNumber
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply
from bot.ui.text import clean, cut, fit

PER_PAGE = 6


def alert_list(cards: Sequence[tuple[str, Card]], page: int, now: datetime, texts: Texts) -> Reply:
    """A page of open cards, each with its age and its owner."""
    refresh = Button(texts.plain("🔄 Refresh"), AlertsPage(page))
    if not cards:
        return Reply(texts.html("✅ No open alerts. /status tells how every service is."), ((refresh,),))
    pages = -(-len(cards) // PER_PAGE)
    page = min(page, pages - 1)
    first = page * PER_PAGE
    shown = cards[first : first + PER_PAGE]
    blocks = [texts.html_n("🔔 <b>{n} open alert</b>", "🔔 <b>{n} open alerts</b>", len(cards))]
    blocks += [_line(first + at + 1, card, now, texts) for at, (_, card) in enumerate(shown)]
    rows: list[tuple[Button, ...]] = [
        tuple(Button(f"🔎 {first + at + 1}", CardDetails(token)) for at, (token, _) in enumerate(shown))
    ]
    if pages > 1:
        rows.append(
            (
                Button("‹", AlertsPage((page - 1) % pages)),
                Button(f"{page + 1}/{pages}", PageNumber(page + 1, pages)),
                Button("›", AlertsPage((page + 1) % pages)),
            )
        )
    return Reply(fit(blocks), (*rows, (refresh,)))


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
