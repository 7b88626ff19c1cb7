"""Where alerts lead in the web: runbook, dashboard, picture, and the rule at its source."""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from bot.features.alerts.models import Alert
from bot.ui.locale import Texts
from bot.ui.reply import Button

GRAFANA_RULE = "/alerting/"
URL_LIMIT = 1_024


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
