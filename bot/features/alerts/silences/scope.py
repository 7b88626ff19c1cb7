"""What a silence of a card may cover: all of its group, one alert, or one kind of alert wherever it fires."""

import re
from collections.abc import Sequence

from bot.features.alerts.alertmanager import Matcher
from bot.features.alerts.cards.headline import headline, summary_of
from bot.features.alerts.cards.which import ORDER, common_labels, own_labels
from bot.features.alerts.models import Alert, Card
from bot.ui.callback_ids import mark
from bot.ui.locale import Texts
from bot.ui.text import clean, cut

# A scope is one of these letters, and of all but the group a mark of what it names: it fits into a button.
GROUP, ALERT, NAME = "g", "a", "n"


def alert_scope(alert: Alert) -> str:
    """This alert alone."""
    return ALERT + mark(alert.fingerprint)


def name_scopes(card: Card) -> list[tuple[str, str]]:
    """Each kind of alert on the card: its scope, and its name."""
    names = dict.fromkeys(alert.labels.get("alertname", "") for alert in card.firing)
    return [(NAME + mark(name), name) for name in names if name]


def alert_of(card: Card, scope: str) -> Alert | None:
    """The alert that the scope names, as long as it fires."""
    return next((alert for alert in card.firing if alert_scope(alert) == scope), None)


def matchers_of(card: Card, scope: str = GROUP) -> tuple[Matcher, ...]:
    """The conditions of a silence; none when what the scope names does not fire any more."""
    if scope.startswith(ALERT):
        alert = alert_of(card, scope)
        return _equal(alert.labels) if alert is not None else ()
    if scope.startswith(NAME):
        name = next((name for own, name in name_scopes(card) if own == scope), "")
        return _equal({"alertname": name})
    return _equal(card.group_labels) if card.group_labels else _all_of(card.firing or card.alerts)


def covers(matchers: Sequence[Matcher], alert: Alert) -> bool:
    """Whether a silence with these conditions covers the alert."""
    return bool(matchers) and all(matcher.matches(alert.labels) for matcher in matchers)


def spoken_scope(card: Card, scope: str, texts: Texts) -> str:
    """What would be silent, in words."""
    if scope.startswith(NAME):
        name = next((name for own, name in name_scopes(card) if own == scope), "?")
        return texts.plain("{name}, wherever it fires", name=cut(clean(name), 80))
    alert = alert_of(card, scope)
    return alert_name(card, alert, texts) if alert is not None else headline(card, texts)


def alert_name(card: Card, alert: Alert, texts: Texts) -> str:
    """One alert of the card by what only it has; by its sentence where there is nothing."""
    own = own_labels(alert, common_labels(card.alerts), "")
    name = alert.labels.get("alertname", "")
    named = [cut(clean(name), 60)] if len(name_scopes(card)) > 1 and name else []
    return " · ".join((*named, *own)) or summary_of(alert, texts) or clean(name) or "?"


def _equal(labels: dict[str, str]) -> tuple[Matcher, ...]:
    return tuple(Matcher(name=name, value=value) for name, value in sorted(labels.items()) if value)


def _all_of(alerts: Sequence[Alert]) -> tuple[Matcher, ...]:
    """What selects all of a group without labels: what they share, and any of the names that they have."""
    common = common_labels(alerts)
    if "alertname" in common or not alerts:
        return _equal(common)
    everywhere = set(alerts[0].labels).intersection(*(alert.labels for alert in alerts))
    telling = "alertname" if "alertname" in everywhere else min(everywhere - set(common), key=_rank, default="")
    if not telling or (common and telling != "alertname"):
        return _equal(common) or _equal(alerts[0].labels)
    # Alertmanager anchors the expression at both ends.
    values = sorted({alert.labels[telling] for alert in alerts})
    any_of = Matcher(name=telling, value="|".join(re.escape(value) for value in values), is_regex=True)
    return (*_equal(common), any_of)


def _rank(name: str) -> tuple[int, str]:
    return ORDER.get(name, len(ORDER)), name
