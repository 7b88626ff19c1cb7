"""The eye for a second language on a screen."""

import pytest

from bot.ui.locale import Language
from tests.bot.screens.language_faults import language_faults


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("🔎 умные часы · 7 products", "en"),
        ("no matter · Отмена", "en"),
        ("Причина: claim of the rights holder", "ru"),
        ("Nothing found here", "ru"),
        ("Срок: no end", "ru"),
    ],
)
def test_a_passage_in_the_other_language_is_found(text: str, language: Language) -> None:
    assert language_faults([text], language, ())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("🔴 FilterErrors · filter, служба kafka", "ru"),
        ("Отправьте /dead_letters, https://example.org/a/the/b или run_job brand:the-north", "ru"),
        ("Умные часы Harbour Tide for the sea 42 мм", "ru"),
        ("1. Умные часы Harbour Tide for the sea · ₽10,990", "en"),
        ("Write to Мария", "en"),
    ],
)
def test_names_and_what_machines_read_are_in_no_language(text: str, language: Language) -> None:
    assert language_faults([text], language, ("Harbour Tide", "Умные часы Harbour Tide for the sea", "Мария")) == []
