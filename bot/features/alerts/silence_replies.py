"""Silences: what one would cover, that it was made, and the list of those that last."""

from collections.abc import Sequence
from datetime import datetime

from bot.features.alerts.alertmanager import KnownSilence
from bot.features.alerts.models import Card, Silencing
from bot.features.alerts.replies import lasting, moment, name_of
from bot.features.alerts.service import Coverage
from bot.ui.callback_data import EndSilence, PageNumber, SilenceCard, SilencesPage
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply
from bot.ui.text import clean, cut, fit

PER_PAGE = 5


def silence_preview(token: str, card: Card, hours: int, covered: Coverage, texts: Texts) -> Reply:
    """What a silence would cover, and the question."""
    conditions = ", ".join(cut(clean(str(matcher)), 120) for matcher in covered.matchers)
    blocks = [
        texts.html("🔕 Silence <b>{name}</b> for {hours} h?", name=cut(clean(name_of(card)), 240), hours=hours),
        texts.html("Covers everything with <code>{conditions}</code>.", conditions=cut(conditions, 1_000)),
        texts.html_n("Now that is {n} alert,", "Now that is {n} alerts,", len(covered.alerts))
        + Html(" ")
        + texts.html_n("{n} of them on this card.", "{n} of them on this card.", covered.on_card),
    ]
    buttons = (
        Button(texts.plain("🔕 Silence it"), SilenceCard(token, hours, "yes")),
        Button(texts.plain("✖️ Cancel"), SilenceCard(token, hours, "no")),
    )
    return Reply(fit([Html(block) for block in blocks]), (buttons,))


def silence_done(card: Card, silencing: Silencing, texts: Texts) -> Reply:
    """The silence lasts."""
    return Reply(
        texts.html(
            "🔕 <b>{name}</b> is silenced until {until} by {by}. /silences lists all.",
            name=cut(clean(name_of(card)), 240),
            until=moment(silencing.until),
            by=cut(clean(silencing.by), 64) or "?",
        )
    )


def silence_list(silences: Sequence[KnownSilence], page: int, now: datetime, texts: Texts) -> Reply:
    """A page of what is silenced, each with a button that ends it."""
    if not silences:
        return Reply(
            texts.html(
                "🔔 Nothing is silenced. The 🔕 buttons of a card silence its alerts; /alerts lists the open ones."
            )
        )
    pages = -(-len(silences) // PER_PAGE)
    page = min(page, pages - 1)
    first = page * PER_PAGE
    shown = silences[first : first + PER_PAGE]
    blocks = [texts.html_n("🔕 <b>{n} silence</b>", "🔕 <b>{n} silences</b>", len(silences))]
    blocks += [_line(first + at + 1, silence, now, texts) for at, silence in enumerate(shown)]
    rows: list[tuple[Button, ...]] = [
        tuple(
            Button(texts.plain("🔔 End {n}", n=first + at + 1), EndSilence(silence.id, page))
            for at, silence in enumerate(shown)
            if len(silence.id) <= 40
        )
    ]
    if pages > 1:
        rows.append(
            (
                Button("‹", SilencesPage((page - 1) % pages)),
                Button(f"{page + 1}/{pages}", PageNumber(page + 1, pages)),
                Button("›", SilencesPage((page + 1) % pages)),
            )
        )
    return Reply(fit(blocks), tuple(row for row in rows if row))


def _line(number: int, silence: KnownSilence, now: datetime, texts: Texts) -> Html:
    conditions = ", ".join(cut(clean(str(matcher)), 120) for matcher in silence.matchers)
    head = texts.html(
        "{n}. <code>{conditions}</code>\n{by}, {left} left",
        n=number,
        conditions=cut(conditions, 400),
        by=cut(clean(silence.created_by), 64) or "?",
        left=lasting(silence.ends_at - now, texts),
    )
    comment = cut(clean(silence.comment), 120)
    return Html(f"{head}\n{texts.html('<i>{comment}</i>', comment=comment)}") if comment else head
