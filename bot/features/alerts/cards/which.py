"""Which alert of its group: what only this one has, and what all of them have in common."""

import re
from collections.abc import Sequence

from bot.features.alerts.models import Alert
from bot.features.alerts.severities import LABELS as SEVERITY_LABELS
from bot.ui.text import clean, units

# What tells things from one another, the most telling first; the values of the first ones need no name beside them.
PLAIN = (
    "instance", "pod", "host", "hostname", "node", "nodename", "container", "deployment", "statefulset", "daemonset",
    "job_name", "topic", "queue", "consumergroup", "persistentvolumeclaim", "mountpoint", "path", "device", "service",
)  # fmt: skip
NAMED = ("partition", "database", "datname", "index", "namespace", "cluster", "region", "zone", "env", "job")
ORDER = {name: rank for rank, name in enumerate((*PLAIN, *NAMED))}
LABELS_SHOWN = 4
LABEL_LIMIT = 60
# Names of one kind often differ in their last word alone, so that a long one keeps it.
TAIL = 16
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def common_labels(alerts: Sequence[Alert]) -> dict[str, str]:
    """The labels that all of them share."""
    shared = dict(alerts[0].labels) if alerts else {}
    for alert in alerts[1:]:
        shared = {name: value for name, value in shared.items() if alert.labels.get(name) == value}
    return shared


def own_labels(alert: Alert, common: dict[str, str], said: str) -> list[str]:
    """What tells this alert from the others beside its sentence, the most telling first."""
    own = {name: value for name, value in alert.labels.items() if common.get(name) != value}
    return spoken({name: value for name, value in own.items() if name != "alertname"}, said)


def spoken(labels: dict[str, str], said: str) -> list[str]:
    """The labels as people read them, without what the sentence has and what says nothing."""
    telling = [(name, text) for name, value in _ordered(labels) if _tells(name, value) and (text := clean(value))]
    return [_spoken(name, text) for name, text in telling if not has_word(said, text)][:LABELS_SHOWN]


def place_of(alert: Alert, said: str, named: str) -> list[str]:
    """Of a single alert where it is, when its sentence names nothing of it; without what the card is named by."""
    labels = {name: value for name, value in alert.labels.items() if name != "alertname" and _tells(name, value)}
    if any(has_word(said, clean(value)) for value in labels.values()):
        return []
    where = {name: value for name, value in labels.items() if name in ORDER and name != "topic"}
    return spoken(where, f"{said} {named}")


def has_word(said: str, text: str) -> bool:
    """Whether the sentence has this as words of its own: “n1” is not in “n10 is down”."""
    return bool(text) and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", said) is not None


def short(text: str, limit: int = LABEL_LIMIT) -> str:
    """At most `limit` units: whole words of the beginning, and the last one."""
    if units(text) <= limit:
        return text
    tail = text[-TAIL:]
    first = next((at for at, sign in enumerate(tail) if not sign.isalnum()), None)
    tail = tail[first + 1 :] if first is not None and first < len(tail) - 1 else tail
    head = text[: max(1, limit - units(tail) - 1)]
    while units(head) + 1 + units(tail) > limit:
        head = head[:-1]
    last = max((at for at, sign in enumerate(head) if not sign.isalnum()), default=0)
    return f"{head[: last + 1] if last > len(head) // 2 else head}…{tail}"


def _ordered(labels: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(labels.items(), key=lambda pair: (ORDER.get(pair[0], len(ORDER)), pair[0]))


def _tells(name: str, value: str) -> bool:
    hidden = name in SEVERITY_LABELS or (name.startswith("__") and name.endswith("__"))
    return bool(value) and not hidden and not value.startswith(LOOPBACK)


def _spoken(name: str, text: str) -> str:
    value = short(text)
    return value if name in PLAIN and not text.isdecimal() else f"{short(clean(name), 30)}: {value}"
