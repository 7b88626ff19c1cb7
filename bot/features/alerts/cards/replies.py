"""An alert card: pure, from the card's state to what the chat shows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.features.alerts.cards.buttons import card_buttons
from bot.features.alerts.cards.details_replies import details_of
from bot.features.alerts.cards.headline import (
    ICONS,
    annotation,
    headline,
    icon_of,
    marked,
    name_of,
    says_time,
    summary_of,
)
from bot.features.alerts.cards.which import common_labels, own_labels, place_of, spoken
from bot.features.alerts.models import Alert, Card, EarlierMessage
from bot.features.alerts.oncall.replies import on_call_line
from bot.features.alerts.oncall.rota import OnCall
from bot.ui.locale import Html, Texts
from bot.ui.reply import Reply
from bot.ui.text import clean, cut, escaped, fit, visible_units
from bot.ui.time import STEPS, lasting, moment

BODY_LIMIT = 3_000
# What does not stand on the card is a press away, in its details.
MOST_LINES = 40
# A supergroup's messages have addresses, https://t.me/c/<the id without -100>/<message>.
SUPERGROUPS = -1_000_000_000_000


def alert_card(token: str, card: Card, texts: Texts, now: datetime, on_call: Sequence[OnCall] = ()) -> Reply:
    """The card's message, which names who is on call until somebody has it; it always fits, cut by whole alerts."""
    head = [
        _title(card, texts),
        _again(card, texts),
        _about(card, texts),
        _since(card, texts, now),
        *_people(card, texts, on_call),
    ]
    tail = [*_advice(card, texts), *_details(card, texts)]
    used = sum(visible_units(block) + 2 for block in (*head, *tail) if block)
    body = _body(card, texts, max(200, min(BODY_LIMIT, 4_000 - used)))
    return Reply(fit([Html("\n".join(part for part in head if part)), *body, *tail]), card_buttons(token, card, texts))


def earlier_card(card: Card, earlier: EarlierMessage, texts: Texts) -> Reply:
    """What an earlier message of the group becomes: struck, without buttons, pointing to the card that follows."""
    what = Html(f"<s>{escaped(_what(card, texts))}</s>")
    lines = [what]
    if earlier.lasted_s:
        time = lasting(timedelta(seconds=earlier.lasted_s), texts)
        lines.append(texts.html("Was over after {time}, then began again.", time=time))
    url = message_url(card.posted_in, card.message_id)
    below = texts.html("the new card is below")
    lines.append(Html(f'⤵️ <a href="{url}">{below}</a>') if url else Html(f"⤵️ {below}"))
    return Reply(Html("\n".join(lines)))


def called_again(card: Card, texts: Texts) -> Html:
    """That the group fires again, and how often it has by now."""
    icon, what = icon_of(card), marked(card, headline(card, texts), texts)
    again = texts.html_n("Firing again: {n} time", "Firing again: {n} times", card.times)
    return Html(f"{icon} <b>{again}</b>\n{escaped(what)}")


def message_url(chat_id: int | None, message_id: int | None) -> str | None:
    """The address of a message, which only those of supergroups have."""
    if chat_id is None or message_id is None or chat_id >= SUPERGROUPS:
        return None
    return f"https://t.me/c/{SUPERGROUPS - chat_id}/{message_id}"


def mentioned(card: Card) -> Html:
    """Those whom the route of the card tells."""
    return Html(f"👥 {escaped(' '.join(card.mentions))}")


def _what(card: Card, texts: Texts) -> str:
    """What is wrong, whatever became of it."""
    first = next(iter(card.alerts), None)
    return (summary_of(first, texts) if first is not None else "") or name_of(card)


def _title(card: Card, texts: Texts) -> Html:
    return Html(f"{icon_of(card)} <b>{escaped(marked(card, headline(card, texts), texts))}</b>")


def _again(card: Card, texts: Texts) -> Html:
    if card.times < 2 or not card.open:
        return Html("")
    again = texts.html_n("Firing again: {n} time", "Firing again: {n} times", card.times)
    return Html(f"🔁 {again}")


def _since(card: Card, texts: Texts, now: datetime) -> Html:
    if card.resolved_at is not None:
        at = _moment(card.resolved_at, card, texts)
        long = lasting(card.resolved_at - card.fired_at, texts)
        line = (
            texts.html("Over since {at}", at=at)
            if says_time(card, texts) or not card.start_known
            else texts.html("Resolved after {time}, {at}", time=long, at=at)
        )
        if card.times > 1:
            line = Html(f"{line} · " + texts.html_n("fired {n} time", "fired {n} times", card.times))
    else:
        passed = max((step for step in STEPS if step <= now - card.fired_at), default=None)
        since = _moment(card.fired_at, card, texts)
        line = (
            texts.html("Firing since ?, first seen at {at}", at=since)
            if not card.start_known
            else texts.html("Firing since {at}", at=since)
            if passed is None
            else texts.html("Firing since {at}, for more than {time}", at=since, time=lasting(passed, texts))
        )
    code = texts.html("<code>{name}</code>", name=cut(name_of(card), 240))
    return Html(f"{line} · {code}") if headline(card, texts) != name_of(card) else line


def _people(card: Card, texts: Texts, on_call: Sequence[OnCall]) -> list[Html]:
    lines = []
    if card.owner:
        at = card.acknowledged_at
        lines.append(
            texts.html("✋ {name} is on it ({at})", name=_name(card.owner), at=_moment(at, card, texts) if at else "?")
        )
        if card.handed_by:
            lines.append(texts.html("👉 handed over by {name}", name=_name(card.handed_by)))
    elif card.open:
        lines += [on_call_line(on_call, texts)] if on_call else []
        lines += [mentioned(card)] if card.mentions else []
    if card.comments and (card.unfolded is None or not card.open):
        lines.append(_last_comment(card, texts))
    if card.silence is not None and card.open:
        lines.append(
            texts.html(
                "🔕 Silenced by {name} until {at}",
                name=_name(card.silence.by),
                at=_moment(card.silence.until, card, texts),
            )
        )
    return lines


def _last_comment(card: Card, texts: Texts) -> Html:
    last, more = card.comments[-1], len(card.comments) - 1
    said = texts.html("💬 {name}: {text}", name=_name(last.by), text=cut(last.text, 120))
    others = texts.html_n("{n} comment more", "{n} comments more", more)
    return Html(f"{said} · {others}") if more else said


def _about(card: Card, texts: Texts) -> Html:
    """What all alerts have in common, and of a single one where it is, as far as nothing else on the card says it."""
    said = headline(card, texts)
    if len(card.alerts) > 1:
        common = {name: value for name, value in common_labels(card.alerts).items() if name != "alertname"}
        told = spoken(common, f"{said} {name_of(card)}")
    else:
        told = [text for alert in card.alerts for text in place_of(alert, said, name_of(card))]
    place = escaped(cut(" · ".join(told), 240))
    return Html(f"📍 {place}") if told and card.open else Html("")


def _body(card: Card, texts: Texts, limit: int) -> list[Html]:
    """A line an alert where there are several; of a single one the heading says everything."""
    blocks: list[Html] = []
    left = limit
    several = card.alerts if len(card.alerts) > 1 else ()
    for block in _lines(card, several[:MOST_LINES], texts):
        need = visible_units(block) + 1
        if need > left:
            break
        blocks.append(block)
        left -= need
    hidden = len(several) - len(blocks) + card.truncated
    body = [Html("\n".join(blocks))] if blocks else []
    if hidden:
        body.append(texts.html_n("<i>… and {n} more alert</i>", "<i>… and {n} more alerts</i>", hidden))
    return body


def _lines(card: Card, shown: tuple[Alert, ...], texts: Texts) -> list[Html]:
    """What each has of its own; a sentence, a name or a severity that all share stands above, or nowhere."""
    common = common_labels(card.alerts)
    one_level = len({alert.severity for alert in card.firing}) < 2
    one_sentence = len({summary_of(alert, texts) for alert in card.alerts}) < 2
    lines = []
    for alert in shown:
        said = "" if one_sentence else summary_of(alert, texts)
        name = "" if said or "alertname" in common else clean(alert.labels.get("alertname", ""))
        parts = [part for part in (said, cut(name, 80), *own_labels(alert, common, said)) if part]
        text = (
            cut(" · ".join(parts), 400) or summary_of(alert, texts) or clean(alert.labels.get("alertname", "")) or "?"
        )
        silence = card.quiet.get(alert.fingerprint) if alert.firing else None
        sign = "✅" if not alert.firing else "🔕" if silence else "•" if one_level else ICONS.get(alert.severity, "•")
        line = Html(f"{sign} {escaped(text)}")
        if silence is not None:
            till = texts.html(
                "{name}, until {until}", name=_name(silence.by), until=_moment(silence.until, card, texts)
            )
            line = Html(f"{line} · <i>{till}</i>")
        elif alert.firing and alert.fingerprint in card.taken:
            line = Html(f"{line} · ✋ {escaped(_name(card.taken[alert.fingerprint]))}")
        lines.append(line)
    return lines


def _advice(card: Card, texts: Texts) -> list[Html]:
    first = next(iter(card.firing or card.alerts), None)
    if first is None or not card.open:
        return []
    meaning = cut(clean(annotation(first, "meaning", texts)), 400)
    action = cut(clean(annotation(first, "action", texts)), 400)
    lines = []
    if meaning:
        lines.append(texts.html("ℹ️ {meaning}", meaning=meaning))
    if action:
        lines.append(texts.html("🛠 {action}", action=action))
    return [Html("\n".join(lines))] if lines else []


def _details(card: Card, texts: Texts) -> list[Html]:
    if card.unfolded is None or not card.alerts or not card.open:
        return []
    return details_of(card, card.unfolded, texts)


def _moment(at: datetime, card: Card, texts: Texts) -> str:
    """Without the day when it is that of the card's message, which Telegram shows; so no card changes at midnight."""
    return moment(at, texts, card.called_at or card.fired_at)


def _name(name: str) -> str:
    return cut(clean(name), 64) or "?"
