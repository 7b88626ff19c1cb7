"""Silences: for how long, what one would cover, that it was made, and the list of those that last."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.features.alerts.alertmanager import KnownSilence
from bot.features.alerts.buttons import EndSilence, SilenceCard, SilenceSome, SilencesPage
from bot.features.alerts.cards.buttons import silence_time
from bot.features.alerts.cards.headline import headline
from bot.features.alerts.models import Card, Silencing
from bot.features.alerts.service import FROM_THE_CHAT, Coverage
from bot.features.alerts.silences.scope import GROUP, alert_name, alert_scope, name_scopes, spoken_scope
from bot.ui.locale import Html, Texts
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.text import clean, cut, fit
from bot.ui.time import lasting, moment

PER_PAGE = 5
# Of more kinds of alerts in one group, only each alert and all of them can be silenced.
NAMES = 2
# A longer id does not fit into a button.
LONGEST_ID = 40
# Minutes that a press offers; what else is wanted is written.
CHOICES = (15, 30, 120, 480, 720, 2_880, 10_080)
LONGEST_MINUTES = 90 * 1_440


def silence_choice(token: str, card: Card, texts: Texts) -> Reply:
    """For how long? The usual times are on the card itself."""
    buttons = [Button(silence_time(minutes, texts), SilenceCard(token, minutes)) for minutes in CHOICES]
    own = Button(texts.plain("✏️ Another time"), SilenceCard(token, 0, "own"))
    return Reply(
        texts.html("🔕 Silence “{what}” for how long?", what=headline(card, texts)),
        (*in_rows(buttons, 4), (own, _cancel(token, texts))),
    )


def silence_own_time(token: str, card: Card, texts: Texts) -> Reply:
    """The time is going to be written."""
    return Reply(
        texts.html(
            "✏️ Silence “{what}” until when? Write, for example, <code>45 min</code> or <code>till 18:00</code>; "
            "in a group, <code>/silence till 18:00</code>.",
            what=headline(card, texts),
        ),
        ((_cancel(token, texts),),),
    )


def silence_not_understood(written: str, texts: Texts) -> Reply:
    """What was written is no time that lies ahead."""
    return Reply(
        texts.html(
            "🤔 “{written}” is not a time ahead. Write for example <code>45 min</code> or <code>till 18:00</code>.",
            written=cut(clean(written), 60),
        )
    )


def silence_which(texts: Texts) -> Reply:
    """A time was written, and no card was chosen before."""
    return Reply(texts.html("🔕 First choose the alert: open it from /alerts and press 🔕 … there."))


def silence_scopes(token: str, card: Card, minutes: int, page: int, texts: Texts) -> Reply:
    """Of a group with several alerts: all of it, one kind wherever it fires, or one alert."""
    shown = page_of(card.firing, page, PER_PAGE)
    every = texts.plain_n("🔕 All {n} alert of the group", "🔕 All {n} alerts of the group", len(card.firing))
    rows: list[tuple[Button, ...]] = [(Button(every, SilenceSome(token, minutes, GROUP)),)]
    rows += [
        (Button(f"🔕 {cut(alert_name(card, alert, texts), 50)}", SilenceSome(token, minutes, alert_scope(alert))),)
        for alert in shown.items
    ]
    rows += pager(shown.number, shown.pages, lambda other: SilenceSome(token, minutes, str(other), "page"))
    names = name_scopes(card)
    for scope, _ in names if len(names) <= NAMES else ():
        what = cut(spoken_scope(card, scope, texts), 60)
        rows.append((Button(f"🔕 {what}", SilenceSome(token, minutes, scope)),))
    return Reply(
        texts.html(
            "🔕 What shall be silent for {time}? “{what}” has several alerts.",
            time=silence_time(minutes, texts),
            what=headline(card, texts),
        ),
        (*rows, (_cancel(token, texts),)),
    )


def silence_preview(press: SilenceSome, card: Card, covered: Coverage, texts: Texts, *, now: datetime) -> Reply:
    """What a silence would cover and until when, and the question."""
    minutes = press.minutes
    conditions = ", ".join(cut(clean(str(matcher)), 120) for matcher in covered.matchers)
    blocks = [
        texts.html(
            "🔕 Silence <b>{what}</b> for {time}, until {until}?",
            what=spoken_scope(card, press.scope, texts),
            time=silence_time(minutes, texts),
            until=moment(now + timedelta(minutes=minutes), texts, now),
        ),
        texts.html_n("Affects {n} alert now", "Affects {n} alerts now", len(covered.alerts))
        + Html(", ")
        + texts.html_n("{n} of them on this card.", "{n} of them on this card.", covered.on_card),
        texts.html("Covers everything with <code>{conditions}</code>.", conditions=cut(conditions, 1_000)),
    ]
    yes = Button(texts.plain("🔕 Silence it"), SilenceSome(press.card, minutes, press.scope, "yes"))
    return Reply(fit([Html(block) for block in blocks]), ((yes, _cancel(press.card, texts)),))


def silence_done(what: str, silencing: Silencing, texts: Texts) -> Reply:
    """The silence lasts, until when, and who made it."""
    return Reply(
        texts.html(
            "🔕 <b>{what}</b>: silenced by {by} until {until}. All silences: /silences",
            what=what,
            until=moment(silencing.until, texts),
            by=cut(clean(silencing.by), 64) or "?",
        )
    )


def silence_list(silences: Sequence[KnownSilence], page: int, now: datetime, texts: Texts) -> Reply:
    """A page of what is silenced, each with a button that ends it."""
    if not silences:
        return Reply(texts.html("🔔 Nothing is silenced. The 🔕 buttons of a card do it; open alerts: /alerts"))
    shown = page_of(silences, page, PER_PAGE)
    numbered = list(enumerate(shown.items, shown.first + 1))
    blocks = [texts.html_n("🔕 <b>{n} silence</b>", "🔕 <b>{n} silences</b>", len(silences))]
    blocks += [_line(number, silence, now, texts) for number, silence in numbered]
    ends = tuple(
        Button(texts.plain("🔔 Unsilence {n}", n=number), EndSilence(silence.id, shown.number))
        for number, silence in numbered
        if len(silence.id) <= LONGEST_ID
    )
    return Reply(fit(blocks), (*((ends,) if ends else ()), *pager(shown.number, shown.pages, SilencesPage)))


def _cancel(token: str, texts: Texts) -> Button:
    return Button(texts.plain("✕ Cancel"), SilenceCard(token, 0, "no"))


def _line(number: int, silence: KnownSilence, now: datetime, texts: Texts) -> Html:
    conditions = ", ".join(cut(clean(str(matcher)), 120) for matcher in silence.matchers)
    head = texts.html(
        "{n}. <code>{conditions}</code>\n{by}, {left} left",
        n=number,
        conditions=cut(conditions, 400),
        by=cut(clean(silence.created_by), 64) or "?",
        left=lasting(silence.ends_at - now, texts),
    )
    # Of our own silences there is no more to say than who made them.
    comment = "" if silence.comment.startswith(FROM_THE_CHAT) else cut(clean(silence.comment), 120)
    return Html(f"{head}\n{texts.html('<i>{comment}</i>', comment=comment)}") if comment else head
