"""What an alert is called: the human sentence first, the code only beside it."""

from bot.features.alerts.cards.reducer import severity
from bot.features.alerts.cards.which import common_labels, short
from bot.features.alerts.models import Alert, Card
from bot.features.alerts.severities import LABELS as SEVERITY_LABELS
from bot.ui.causes import cause, is_known, state
from bot.ui.job_names import job_name
from bot.ui.locale import Texts
from bot.ui.text import clean, cut
from bot.ui.time import lasting

HEADLINE_LIMIT = 240
# What others' rules call the sentence that a person is to read, the best first.
SUMMARIES = ("summary", "title", "message", "description")
ICONS = {"critical": "🔴", "warning": "🟠", "info": "🔵"}
# What our rules leave to the bot's words: how long it lasted, «Поиск снова работает · лежал {time}», and a job's name.
# Grafana's alerts about a rule itself, which carry the rule's name as `rulename`.
GRAFANA_STATES = {"DatasourceNoData": "NoData", "DatasourceError": "Error"}
TIME, JOB = "{time}", "{job}"


def annotation(alert: Alert, name: str, texts: Texts) -> str:
    """An annotation in the reader's language, `summary_ru`, else as it stands."""
    return alert.annotations.get(f"{name}_{texts.language}") or alert.annotations.get(name, "")


def summary_of(alert: Alert, texts: Texts) -> str:
    """What is wrong, in a sentence; empty when the rule does not say.

    A fault in `cause`, and a code of readiness in `condition`, are put into words.
    """
    said = next((text for name in SUMMARIES if (text := _said(alert, name, texts))), "")
    fault, condition = clean(alert.annotations.get("cause", "")), clean(alert.annotations.get("condition", ""))
    why = cause(fault, texts) if fault else state(condition, texts) if is_known(condition) else ""
    why = why or _grafana_state(alert, texts)
    said = said or (clean(alert.labels.get("rulename", "")) if why else "")
    return cut(f"{said}: {why}" if said and why else said, HEADLINE_LIMIT)


def _grafana_state(alert: Alert, texts: Texts) -> str:
    """That Grafana's rule fires because its query gave nothing, or failed."""
    reason = alert.annotations.get("grafana_state_reason") or GRAFANA_STATES.get(alert.labels.get("alertname", ""), "")
    if reason == "NoData":
        return texts.plain("no data")
    return texts.plain("its query fails") if reason == "Error" else ""


def name_of(card: Card) -> str:
    """The alert's code and what it is about, as silences and the audit call the card.

    Of a group without labels of its own, what its alerts have in common, and how many names more there are.
    """
    labels = card.group_labels or common_labels(card.alerts)
    name = cut(clean(labels.get("alertname", "")), 80) or _names(card) or "?"
    silent = ("alertname",) if card.group_labels else ("alertname", *SEVERITY_LABELS)
    about = " · ".join(short(clean(value)) for key, value in sorted(labels.items()) if key not in silent and value)
    return f"{name} · {cut(about, 160)}" if about else name


def _names(card: Card) -> str:
    names = sorted({text for alert in card.alerts if (text := clean(alert.labels.get("alertname", "")))})
    return f"{cut(names[0], 80)} +{len(names) - 1}" if len(names) > 1 else cut("".join(names), 80)


def icon_of(card: Card) -> str:
    """The card's state in one sign."""
    if not card.open:
        return "✅"
    return "🔕" if card.silence is not None else ICONS[severity(card)]


def headline(card: Card, texts: Texts) -> str:
    """What is wrong on the card, or what works again, as a heading; the code where the rule has no sentence."""
    first = next(iter(card.firing or card.alerts), None)
    said = summary_of(first, texts) if first is not None else ""
    if not card.open:
        return _over(card, first, said, texts)
    more = len({summary_of(alert, texts) for alert in card.firing}) - 1
    head = said or cut(clean(name_of(card)), HEADLINE_LIMIT)
    return texts.plain("{what} · and {n} more", what=head, n=more) if said and more > 0 else head


def says_time(card: Card, texts: Texts) -> bool:
    """Whether the heading of the resolved card says how long it lasted."""
    return card.start_known and bool(card.alerts) and TIME in annotation(card.alerts[0], "resolved", texts)


def marked(card: Card, said: str, texts: Texts) -> str:
    """The heading, with the drill that has caused it."""
    return texts.plain("🧯 drill · {what}", what=said) if card.drill else said


def _over(card: Card, first: Alert | None, said: str, texts: Texts) -> str:
    works_again = _said(first, "resolved", texts) if first is not None else ""
    if works_again and card.resolved_at is not None and (card.start_known or TIME not in works_again):
        return cut(works_again.replace(TIME, lasting(card.resolved_at - card.fired_at, texts)), HEADLINE_LIMIT)
    return texts.plain("Over: {what}", what=said or cut(clean(name_of(card)), HEADLINE_LIMIT))


def _said(alert: Alert, name: str, texts: Texts) -> str:
    """The annotation as one line, with the name of a job in words."""
    return clean(annotation(alert, name, texts)).replace(JOB, job_name(alert.labels.get("job_name", ""), texts))
