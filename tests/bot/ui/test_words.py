"""The catalogues keep to `bot/ui/locale/README.md`: words, signs, dates, alphabets."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import bot
from bot.ui.locale import LANGUAGES, Language

LOCALE = Path(bot.__file__).parent / "ui" / "locale"
# What people read: without markup, placeholders, commands, mentions and what they are to type or copy.
NOT_WORDS = re.compile(r"<code>.*?</code>|</?\w+>|\{\w+\}|https?://|[/@]\w+|\.(?:zip|gz)\b")
NAMES = frozenset({"Kafka", "Telegram", "Elasticsearch", "HDFS", "Alertmanager", "Prometheus", "Grafana", "Kibana",
                   "JSON", "YML", "CSV", "RSS", "XML", "Spark", "Zookeeper", "UTC", "HTTP", "Google", "Merchant",
                   # What a price list is to have in it, letter by letter.
                   "RUB", "true", "false"})  # fmt: skip
BLACK_GLYPHS = ("✖", "➕", "➖", "▫", "▪", "✔")
BANNED: dict[Language, tuple[str, ...]] = {
    "ru": (r"\bфид", r"\bмарк[аиуеой]{1,2}\b", r"\bтревог", r"\bгорит\b", r"\bотложенн", r"псевдоним", r"\(а\)",
           r"\bбез срока\b", r"\bоффер", r"\bкатегори", r"учебн"),
    "en": (r"dead letter", r"\brehears", r"\bdearest\b", r"\bmisprint", r"\bgoods of all shops\b", r"\bshall\b"),
}  # fmt: skip


def _said(language: Language) -> Iterator[str]:
    with (LOCALE / language / "LC_MESSAGES" / "bot.po").open("rb") as source:
        for message in read_po(source, locale=language):
            if message.id:
                yield from (message.string,) if isinstance(message.string, str) else message.string or ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_that_the_style_page_bans(language: Language) -> None:
    pattern = re.compile("|".join(BANNED[language]), re.IGNORECASE)
    assert [text for text in _said(language) if pattern.search(NOT_WORDS.sub("", text))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sign_that_vanishes_in_the_dark(language: Language) -> None:
    assert [text for text in _said(language) if any(sign in text for sign in BLACK_GLYPHS)] == []


def test_no_sign_in_the_code_vanishes_either() -> None:
    found = [
        f"{path.name}: {line.strip()}"
        for path in sorted(Path(bot.__file__).parent.rglob("*.py"))
        for line in path.read_text("utf-8").splitlines()
        if any(sign in line for sign in BLACK_GLYPHS)
    ]
    assert found == []


def test_neither_language_leaks_into_the_other() -> None:
    russian = [
        (word, text)
        for text in _said("ru")
        for word in re.findall(r"[A-Za-z]{2,}", NOT_WORDS.sub("", text))
        if word not in NAMES
    ]
    english = [text for text in _said("en") if re.search(r"[а-яё]{2,}", NOT_WORDS.sub("", text), re.IGNORECASE)]
    assert (russian, english) == ([], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_mixes_two_alphabets_and_no_date_is_iso(language: Language) -> None:
    odd = re.compile(r"[а-яё][a-z]|[a-z][а-яё]|\d{4}-\d\d-\d\d", re.IGNORECASE)
    assert [text for text in _said(language) if odd.search(NOT_WORDS.sub(" ", text))] == []
