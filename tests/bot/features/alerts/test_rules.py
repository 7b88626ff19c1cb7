"""The words of our own rules, as they stand on cards in both languages."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot.features.alerts.cards.events import Notified
from bot.features.alerts.cards.headline import headline
from bot.features.alerts.cards.reducer import apply
from bot.features.alerts.destination import Destination
from bot.features.alerts.models import Card
from bot.ui.locale import LANGUAGES, Language, texts
from tests.bot.world.alert_samples import START, alert, notification, payload

RULES = Path(__file__).parents[4] / "compose" / "prometheus" / "rules"
WORDS = ("summary", "resolved", "meaning", "action")
TEMPLATE = re.compile(r"\{\{.*?\}\}")
PLACEHOLDER = re.compile(r"\{\w+\}")
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
# Words that nobody in a shop says, and codes that stand in Details.
NOT_TO_BE_SAID = re.compile(
    r"горит|должен людям|worked off|bulk|spool|labels\.(?:reason|finding|condition|job_name)", re.IGNORECASE
)


def rules() -> Iterator[tuple[str, dict[str, str]]]:
    for path in sorted(RULES.glob("*.yml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
            for rule in group["rules"]:
                yield rule["alert"], rule["annotations"]


OURS = [pytest.param(name, notes, id=name) for name, notes in rules() if name != "Watchdog"]


@pytest.mark.parametrize(("name", "notes"), OURS)
def test_every_rule_says_everything_in_both_languages(name: str, notes: dict[str, str]) -> None:
    for word in WORDS:
        english, russian = TEMPLATE.sub("", notes[word]), TEMPLATE.sub("", notes[f"{word}_ru"])
        assert not CYRILLIC.search(english) and CYRILLIC.search(russian), (name, word)
        assert not NOT_TO_BE_SAID.search(notes[word]) and not NOT_TO_BE_SAID.search(notes[f"{word}_ru"]), (name, word)
        assert set(PLACEHOLDER.findall(english)) <= {"{time}", "{job}"}
        assert sorted(PLACEHOLDER.findall(english)) == sorted(PLACEHOLDER.findall(russian))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "notes"), OURS)
def test_a_card_leaves_no_placeholder(name: str, notes: dict[str, str], language: Language) -> None:
    said = {key: TEMPLATE.sub("7", text) for key, text in notes.items()}
    labels = {"alertname": name, "service": "filter", "job_name": "recommend", "severity": "warning"}
    for status in ("firing", "resolved"):
        card = _card(name, alert(name, labels=labels, annotations=said, status=status), status)
        head = headline(card, texts(language))
        assert "{" not in head and "$" not in head, head
        assert bool(CYRILLIC.search(head)) is (language == "ru"), head


@pytest.mark.parametrize(
    ("reason", "head"),
    [
        ("ConnectionError: Connection error caused by: ClientConnectorError(Cannot connect to host 127.0.0.1:26352)",
         "Не удалось задание «Обучение рекомендаций»: нет связи с Elasticsearch (localhost:26352)"),
        ("KeyError: 'x'", "Не удалось задание «Обучение рекомендаций»: непредвиденная ошибка"),
    ],
)  # fmt: skip
def test_a_failed_job_says_its_cause_in_words(reason: str, head: str) -> None:
    notes = dict(rules())["JobFailed"] | {"cause": reason}
    failed = alert("JobFailed", labels={"alertname": "JobFailed", "job_name": "recommend"}, annotations=notes)
    assert headline(_card("JobFailed", failed, "firing"), texts("ru")) == head


def test_a_service_that_is_not_ready_says_why() -> None:
    notes = {"summary_ru": "Служба indexer не готова", "condition": "elasticsearch"}
    waiting = _card("ServiceNotReady", alert("ServiceNotReady", annotations=notes), "firing")
    assert headline(waiting, texts("ru")) == "Служба indexer не готова: нет связи с Elasticsearch"
    unknown = _card("ServiceNotReady", alert("ServiceNotReady", annotations=notes | {"condition": "x"}), "firing")
    assert headline(unknown, texts("ru")) == "Служба indexer не готова"


@pytest.mark.parametrize(
    ("notes", "firing", "over"),
    [
        ({"message": "Disk is slow"}, "Disk is slow", "Прошло: Disk is slow"),
        ({"description": "Long text"}, "Long text", "Прошло: Long text"),
        ({}, "Load · web-1", "Прошло: Load · web-1"),
    ],
)
def test_others_rules_have_a_heading_too(notes: dict[str, str], firing: str, over: str) -> None:
    for status, said in (("firing", firing), ("resolved", over)):
        card = _card("Load", alert("Load", "web-1", annotations=notes, status=status), status, "web-1")
        assert headline(card, texts("ru")) == said


def _card(name: str, one: dict[str, object], status: str, service: str = "filter") -> Card:
    place = Destination(-1)
    card = apply(None, Notified(notification(payload(name, service, one | {"status": "firing"})), place), START)
    if status == "resolved":
        over = notification(payload(name, service, one | {"status": "resolved"}))
        card = apply(card, Notified(over, place), START + timedelta(seconds=55))
    assert card is not None
    return card
