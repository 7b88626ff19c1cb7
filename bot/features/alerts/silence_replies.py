"""Silences: what one would cover, that it was made, and the list of those that last."""

from collections.abc import Sequence
from datetime import datetime

from bot.features.alerts.alertmanager import KnownSilence
from bot.features.alerts.buttons import EndSilence, SilenceCard, SilencesPage
from bot.features.alerts.models import Card, Silencing
from bot.features.alerts.replies import name_of
from bot.features.alerts.service import Coverage
from bot.ui.locale import Html, Texts
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply
from bot.ui.text import clean, cut, fit
from bot.ui.time import lasting, moment

PER_PAGE = 5
# A longer id does not fit into a button.
LONGEST_ID = 40


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
    """The silence lasts, until when, and who made it."""
    return Reply(
        texts.html(
            "🔕 <b>{name}</b> is silenced until {until} by {by}. /silences lists all.",
            name=cut(clean(name_of(card)), 240),
            until=moment(silencing.until, texts),
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
    shown = page_of(silences, page, PER_PAGE)
    numbered = list(enumerate(shown.items, shown.first + 1))
    blocks = [texts.html_n("🔕 <b>{n} silence</b>", "🔕 <b>{n} silences</b>", len(silences))]
    blocks += [_line(number, silence, now, texts) for number, silence in numbered]
    ends = tuple(
        Button(texts.plain("🔔 End {n}", n=number), EndSilence(silence.id, shown.number))
        for number, silence in numbered
        if len(silence.id) <= LONGEST_ID
    )
    return Reply(fit(blocks), (*((ends,) if ends else ()), *pager(shown.number, shown.pages, SilencesPage)))


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
