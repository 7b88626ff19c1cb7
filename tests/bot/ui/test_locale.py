"""Both languages say everything, with the same placeholders and markup."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import bot
from bot.ui.locale import LANGUAGES, Language, language_of, texts
from tests.bot.world.tables import COMMANDS

ROOM = Path(bot.__file__).parent
KEYWORDS = {"html": None, "plain": None, "html_n": (1, 2), "plain_n": (1, 2), "later": None}
PLACEHOLDER = re.compile(r"\{(\w+)\}")
TAG = re.compile(r"</?\w+>")


def _in_the_code() -> set[str | tuple[str, ...]]:
    return {message for _, _, message, _, _ in extract_from_dir(ROOM, keywords=KEYWORDS)}


def _catalogue(language: Language) -> dict[str | tuple[str, ...], tuple[str, ...]]:
    with (ROOM / "ui" / "locale" / language / "LC_MESSAGES" / "bot.po").open("rb") as source:
        messages = [message for message in read_po(source, locale=language) if message.id]
    return {
        message.id if isinstance(message.id, str) else tuple(message.id or ()): (
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        )
        for message in messages
        if not message.fuzzy
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_translated_and_nothing_is_left_over(language: Language) -> None:
    catalogue = _catalogue(language)
    assert set(catalogue) == _in_the_code()
    assert [message for message, said in catalogue.items() if not all(said)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_placeholders_and_markup(language: Language) -> None:
    for message, said in _catalogue(language).items():
        source = message if isinstance(message, str) else message[0]
        for form in said:
            assert sorted(PLACEHOLDER.findall(form)) == sorted(PLACEHOLDER.findall(source)), message
            assert TAG.findall(form) == TAG.findall(source), message


@pytest.mark.parametrize("language", LANGUAGES)
def test_command_descriptions_fit_into_telegrams_menu(language: Language) -> None:
    for command in COMMANDS:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", command.name)
        assert 1 <= len(texts(language).plain(command.about)) <= 256


@pytest.mark.parametrize(
    ("n", "russian", "english"),
    [(1, "1 товар", "1 product"), (3, "3 товара", "3 products"), (11, "11 товаров", "11 products"),
     (1204, "1 204 товара", "1,204 products")],
)  # fmt: skip
def test_a_number_chooses_its_plural_form(n: int, russian: str, english: str) -> None:
    assert texts("ru").plain_n("{n} product", "{n} products", n).replace("\u00a0", " ") == russian
    assert texts("en").plain_n("{n} product", "{n} products", n) == english


def test_inserted_values_are_escaped_in_markup_only() -> None:
    assert texts("en").html("👋 Hello, {name}!", name="<b>&") == "👋 Hello, &lt;b&gt;&amp;!"
    assert texts("en").plain("👋 Hello, {name}!", name="<b>&") == "👋 Hello, <b>&!"


@pytest.mark.parametrize(
    ("code", "language"),
    [("ru", "ru"), ("ru-RU", "ru"), ("uk", "ru"), ("en", "en"), ("de", "en"), (None, "ru"), ("", "ru")],
)
def test_telegrams_language_code_chooses_the_language(code: str | None, language: Language) -> None:
    assert language_of(code) == language
