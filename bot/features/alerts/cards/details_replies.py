"""What is known of one alert beyond its card, for those who look for the cause; and the card as /alerts shows it."""

from urllib.parse import parse_qs, urlsplit

from bot.features.alerts.cards.headline import SUMMARIES, annotation, summary_of
from bot.features.alerts.models import Alert, Card
from bot.ui.causes import trace
from bot.ui.locale import Html, Texts
from bot.ui.text import clean, cut, escaped
from bot.ui.time import moment

LINES = 30
# What the card says already, or shows as a button.
ON_CARD = frozenset(
    {
        *SUMMARIES,
        "meaning",
        "action",
        "resolved",
        "cause",
        "condition",
        "runbook_url",
        "dashboard_url",
        "grafana_state_reason",
    }
)
QUERY_LIMIT = 500
COMMENTS_SHOWN = 5


def details_of(card: Card, number: int, texts: Texts) -> list[Html]:
    """Labels, what else the rule notes, the fault in its own words and the rule's condition, of one alert of the card.

    The number is counted around the end. The card has at least one alert.
    """
    alert = card.alerts[number % len(card.alerts)]
    heading = texts.html("🔎 <b>Details</b>")
    if len(card.alerts) > 1:
        heading = Html("\n".join((heading, _which(alert, texts))))
    pairs = [_pair(key, value, texts) for key, value in sorted(alert.labels.items()) if value and not _is_internal(key)]
    return [
        block
        for block in (heading, Html("\n".join(pairs[:LINES])), *_notes(alert, texts), said_of(card, texts))
        if block
    ]


def said_of(card: Card, texts: Texts) -> Html:
    """What operators have answered to the card, the newest last."""
    lines = [
        texts.html("💬 {name}, {at}: {text}", name=_name(one.by), at=moment(one.at, texts), text=cut(one.text, 300))
        for one in card.comments[-COMMENTS_SHOWN:]
    ]
    return Html("\n".join(lines))


def _name(name: str) -> str:
    return cut(clean(name), 64) or "?"


def _which(alert: Alert, texts: Texts) -> Html:
    what = summary_of(alert, texts) or clean(alert.labels.get("alertname", "")) or "?"
    return texts.html(
        "{sign} {what}, since {at}",
        sign="🔥" if alert.firing else "✅",
        what=cut(what, 200),
        at=moment(alert.began_at, texts) if alert.began_at is not None else "?",
    )


def _notes(alert: Alert, texts: Texts) -> list[Html]:
    notes = []
    described = clean(annotation(alert, "description", texts))
    if described and described not in summary_of(alert, texts):
        notes.append(escaped(cut(described, 600)))
    others = [
        _pair(name, value, texts)
        for name, value in sorted(alert.annotations.items())
        if value and name.removesuffix("_ru").removesuffix("_en") not in ON_CARD and not _is_internal(name)
    ]
    others += [_pair(name, value, texts) for name, value in sorted(alert.values.items()) if value]
    notes.append(Html("\n".join(others[:LINES])))
    fault = alert.annotations.get("cause", "")
    if fault:
        notes.append(texts.html("The fault: <code>{text}</code>", text=trace(fault, 600)))
    query = _condition(alert.generator_url)
    if query:
        notes.append(texts.html("Fires when: <code>{query}</code>", query=query))
    return notes


def _condition(url: str) -> str:
    """The rule's query, which Prometheus puts into its own address; the address itself leads nowhere from a phone."""
    try:
        found = parse_qs(urlsplit(url).query).get("g0.expr", [""])
    except ValueError:
        return ""
    return cut(clean(found[0]), QUERY_LIMIT)


def _is_internal(name: str) -> bool:
    """Whether it is what Grafana tells itself."""
    return name.startswith("__") and name.endswith("__")


def _pair(name: str, value: str, texts: Texts) -> Html:
    # As code, or Telegram makes dead links of internal hosts.
    return texts.html("{name}: <code>{value}</code>", name=cut(clean(name), 60), value=cut(clean(value), 200) or "?")
