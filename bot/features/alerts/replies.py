"""An alert card: pure, from the card's state to what the chat shows."""

import ipaddress
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from bot.features.alerts.buttons import AcknowledgeCard, CardDetails, SilenceCard, UnsilenceCard
from bot.features.alerts.models import Alert, Card
from bot.features.alerts.reducer import severity
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply, Rows
from bot.ui.text import clean, cut, escaped, fit, visible_units
from bot.ui.time import STEPS, lasting, moment

SILENCE_HOURS = (1, 4, 24)
BODY_LIMIT = 3_000
# Labels that every card says in another place.
SAID = frozenset({"alertname", "severity", "service", "instance", "job"})
ICONS = {"critical": "🔴", "warning": "🟠", "info": "🔵"}
LINKS = (("runbook_url", "📖"), ("dashboard_url", "📈"))
URL_LIMIT = 1_024


def alert_card(token: str, card: Card, texts: Texts, now: datetime) -> Reply:
    """The card's message. Texts of alerts are cut by whole alerts; the message always fits."""
    head = [_title(card), _since(card, texts, now), *_people(card, texts)]
    tail = [*_advice(card, texts)]
    used = sum(visible_units(block) + 2 for block in (*head, *tail) if block)
    body = _body(card, texts, max(200, min(BODY_LIMIT, 4_000 - used)))
    return Reply(fit([Html("\n".join(part for part in head if part)), *body, *tail]), _buttons(token, card, texts))


def name_of(card: Card) -> str:
    """How a card is called in lists: the alert's name and what it is about."""
    labels = card.group_labels or (card.alerts[0].labels if card.alerts else {})
    name = cut(clean(labels.get("alertname", "")), 80) or "?"
    about = " · ".join(cut(clean(value), 60) for key, value in sorted(labels.items()) if key != "alertname" and value)
    return f"{name} · {cut(about, 160)}" if about else name


def icon_of(card: Card) -> str:
    """The card's state in one sign."""
    if not card.open:
        return "✅"
    return "🔕" if card.silence is not None else ICONS[severity(card)]


def safe_url(url: str) -> str | None:
    """The address when Telegram takes it for a button and it leads to the web: http(s), and a host with a dot."""
    if len(url) > URL_LIMIT or any(character.isspace() or ord(character) < 33 for character in url):
        return None
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc or not url.isascii():
        return None
    return url if "." in host.strip(".") and not _is_loopback(host) else None


def annotation(alert: Alert, name: str, texts: Texts) -> str:
    """An annotation in the reader's language, `summary_ru`, else as it stands."""
    return alert.annotations.get(f"{name}_{texts.language}") or alert.annotations.get(name, "")


def _title(card: Card) -> Html:
    text = cut(clean(name_of(card)), 240)
    return Html(f"{icon_of(card)} <b>{escaped(text)}</b>")


def _since(card: Card, texts: Texts, now: datetime) -> Html:
    if card.resolved_at is not None:
        long = lasting(card.resolved_at - card.fired_at, texts)
        line = texts.html("Resolved after {time}, {at}", time=long, at=moment(card.resolved_at, texts))
    else:
        passed = max((step for step in STEPS if step <= now - card.fired_at), default=None)
        since = moment(card.fired_at, texts)
        line = (
            texts.html("Firing since {at}", at=since)
            if passed is None
            else texts.html("Firing since {at}, for more than {time}", at=since, time=lasting(passed, texts))
        )
    if card.times > 1:
        again = texts.html_n("fired {n} time", "fired {n} times", card.times)
        line = Html(f"{line} · {again}")
    return line


def _people(card: Card, texts: Texts) -> list[Html]:
    lines = []
    if card.owner:
        at = card.acknowledged_at
        lines.append(
            texts.html("✋ {name} takes care of it ({at})", name=_name(card.owner), at=moment(at, texts) if at else "?")
        )
    if card.silence is not None and card.open:
        lines.append(
            texts.html(
                "🔕 Silenced by {name} until {at}", name=_name(card.silence.by), at=moment(card.silence.until, texts)
            )
        )
    return lines


def _body(card: Card, texts: Texts, limit: int) -> list[Html]:
    blocks: list[Html] = []
    left = limit
    shown = 0
    for alert in card.alerts:
        block = _alert(alert, texts, alone=len(card.alerts) == 1, resolved=not alert.firing and card.open)
        need = visible_units(block) + 1
        if need > left:
            break
        blocks.append(block)
        left -= need
        shown += 1
    hidden = len(card.alerts) - shown + card.truncated
    body = [Html("\n".join(blocks))] if blocks else []
    if hidden:
        body.append(texts.html_n("<i>… and {n} more alert</i>", "<i>… and {n} more alerts</i>", hidden))
    return body


def _alert(alert: Alert, texts: Texts, *, alone: bool, resolved: bool) -> Html:
    summary = cut(clean(annotation(alert, "summary", texts) or alert.annotations.get("description", "")), 300)
    values = [
        f"{cut(clean(key), 40)}={cut(clean(value), 80)}"
        for key, value in sorted(alert.labels.items())
        if key not in SAID and value
    ]
    if "value" in alert.annotations:
        values.insert(0, texts.plain("value {value}", value=cut(clean(alert.annotations["value"]), 60)))
    text = summary or cut(clean(alert.labels.get("alertname", "?")), 80)
    sign = "" if alone else ("✅ " if resolved or not alert.firing else "• ")
    extra = cut(", ".join(values), 300)
    line = f"{sign}{escaped(text)}"
    return Html(f"{line}\n<code>{escaped(extra)}</code>" if extra else line)


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


def _buttons(token: str, card: Card, texts: Texts) -> Rows:
    links = tuple(_links(card.firing or card.alerts, texts))
    if not card.open:
        return (links,) if links else ()
    details = Button(texts.plain("🔎 Details"), CardDetails(token))
    first = (details,) if card.owner else (Button(texts.plain("✋ Acknowledge"), AcknowledgeCard(token)), details)
    if card.silence is not None:
        second: tuple[Button, ...] = (Button(texts.plain("🔔 Unsilence"), UnsilenceCard(token)),)
    else:
        second = tuple(
            Button(texts.plain("🔕 {hours} h", hours=hours), SilenceCard(token, hours)) for hours in SILENCE_HOURS
        )
    return (first, second, links) if links else (first, second)


def _links(alerts: Iterable[Alert], texts: Texts) -> Iterable[Button]:
    for name, sign in LINKS:
        found = next((url for alert in alerts if (url := safe_url(alert.annotations.get(name, "")))), None)
        if found is not None:
            label = texts.plain("Runbook") if name == "runbook_url" else texts.plain("Dashboard")
            yield Button(f"{sign} {label}", url=found)
    source = next((url for alert in alerts if (url := safe_url(alert.generator_url))), None)
    if source is not None:
        yield Button("📊 Prometheus", url=source)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _name(name: str) -> str:
    return cut(clean(name), 64) or "?"
