"""/synonyms: the search's dictionary, live."""

import pytest

from bot.features.synonyms.store import NoSynonyms, as_written, line_mark, parse_line
from bot.products.synonyms import SYNONYMS, SynonymDictionary
from tests.bot.world.stores import MemoryStore
from tests.bot.world.world import World


async def test_a_line_is_added_listed_and_taken_out(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/synonyms")
    await maria.sees("Синонимов пока нет", "/synonyms смартчасы = умные часы")
    await maria.writes("/synonyms Смартчасы = умные часы")
    added = await maria.sees("Добавлено", "смартчасы = умные часы", button="📖 Все строки")
    await maria.writes("/synonyms умные часы = смартчасы")
    await maria.sees("уже есть")
    await maria.presses(added, "📖 Все строки")
    listed = await maria.sees_change(added, "1 строка", button="🗑 1")
    await maria.presses(listed, "🗑 1")
    question = await maria.sees_change(added, "Убрать эту строку?")
    await maria.presses(question, "Да, убрать")
    await maria.sees_change(added, "Синонимов пока нет")
    assert [entry.action for entry in chat.audit.written] == ["synonym_add", "synonym_remove"]


async def test_what_is_no_line_is_explained(chat: World) -> None:
    pavel = chat.person(2002)
    await pavel.writes("/synonyms watch")
    await pavel.sees("two different phrases")
    await pavel.writes("/synonyms red green blue black white = watch")
    await pavel.sees("at most four words")


async def test_the_dictionary_that_the_search_reads_changes_in_place() -> None:
    lines = MemoryStore(SYNONYMS)
    seen = SynonymDictionary(lines).phrases
    for text in ("ноут = ноутбук = лэптоп", "телефон -> смартфон, айфон"):
        line = parse_line(text, "Мария")
        await lines.put(line_mark(line), line)
    assert seen["лэптоп"] == ["ноут", "ноутбук"]
    assert seen["телефон"] == ["смартфон", "айфон"]
    assert "смартфон" not in seen
    await lines.put(line_mark(parse_line("ноутбук = лэптоп = ноут", "")), None)
    assert set(seen) == {"телефон"}


@pytest.mark.parametrize("text", ["a", "", "=", "a = a", "-> b", "!!! = ???", " = ".join("abcdefghij")])
def test_a_text_that_is_no_line_is_refused(text: str) -> None:
    with pytest.raises(NoSynonyms):
        parse_line(text, "")


@pytest.mark.parametrize("text", ["смартчасы = умные часы", "телефон -> смартфон, айфон"])
def test_a_line_is_written_as_it_was_read(text: str) -> None:
    assert as_written(parse_line(text, "")) == text
