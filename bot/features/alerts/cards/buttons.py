"""The buttons of an alert card, and of its view in /alerts: what can be done next, as of the card's present state."""

import ipaddress
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from bot.features.alerts.buttons import (
    AcknowledgeCard,
    CardDetails,
    ChooseOperator,
    ResignCard,
    SilenceCard,
    TakeAlert,
    UnsilenceCard,
)
from bot.features.alerts.models import Alert, Card
from bot.ui.callback_ids import mark
from bot.ui.locale import Texts
from bot.ui.pager import pager
from bot.ui.reply import Button, Rows
from bot.ui.time import lasting

# Minutes. Beside them there is "other", with more of them.
SILENCES = (60, 240, 1_440)
GRAFANA_RULE = "/alerting/"
URL_LIMIT = 1_024


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
    rows = (*owner_rows(token, card, texts, beside=fold), *pages, one, silence_row(token, card, texts), links)
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


def card_links(alerts: Iterable[Alert], texts: Texts) -> Iterable[Button]:
    """Addresses of the web that the rule or Grafana names, and the query, or the rule, at its source."""
    alerts = tuple(alerts)
    links = (
        ("📖 " + texts.plain("Runbook"), (alert.annotations.get("runbook_url", "") for alert in alerts)),
        (
            "📈 " + texts.plain("Dashboard"),
            (
                url
                for alert in alerts
                for url in (alert.annotations.get("dashboard_url", ""), alert.panel_url, alert.dashboard_url)
            ),
        ),
        ("🖼 " + texts.plain("Picture"), (alert.image_url for alert in alerts)),
    )
    for label, urls in links:
        found = next((url for one in urls if (url := safe_url(one))), None)
        if found is not None:
            yield Button(label, url=found)
    source = next((url for alert in alerts if (url := safe_url(alert.generator_url))), None)
    if source is not None:
        yield Button("📊 Grafana" if GRAFANA_RULE in source else "📊 Prometheus", url=source)


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


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
