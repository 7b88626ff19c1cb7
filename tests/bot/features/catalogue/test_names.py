"""What sections are called: the dictionary, and what admins mend."""

import pytest

from bot.core.access import RoleGrant
from bot.products.section_names import NAMES, SECTION_LIMIT, SECTION_NAMES, section_name, section_path
from bot.products.section_words import WORDS
from bot.ui.locale import Language, texts
from tests.bot.features.catalogue.test_catalogue import opened
from tests.bot.world.memory import product
from tests.bot.world.person import Person, Seen
from tests.bot.world.world import PSEUDONYMS, World


@pytest.mark.parametrize(
    ("category", "language", "shown"),
    [
        ("Электроника / Умные часы", "en", "Smart watches"),
        ("электроника > УМНЫЕ ЧАСЫ", "en", "Smart watches"),
        ("Электроника / Умные часы", "ru", "Умные часы"),
        ("Electronics / Smart watches", "ru", "Умные часы"),
        ("Постельное белье", "en", "Bed linen"),
        ("Фары противотуманные", "en", "Фары противотуманные"),
        ("", "en", ""),
    ],
)
def test_a_section_is_called_in_the_readers_language(category: str, language: Language, shown: str) -> None:
    assert section_name(category, texts(language)) == shown


def test_a_path_is_translated_step_by_step() -> None:
    assert section_path("Дом / Светильники", texts("en")) == "Home › Lamps"


def test_the_dictionary_has_both_languages_in_the_right_alphabet() -> None:
    for names in WORDS.values():
        assert names["en"].isascii()
        assert not any("a" <= letter <= "z" for letter in names["ru"].lower())
        assert max(map(len, names.values())) <= SECTION_LIMIT


async def asked(person: Person, section: str, step: str) -> Seen:
    """The question for a step's name."""
    page = await opened(person, "Каталог")
    await person.presses(page, section)
    await person.presses(await person.sees_change(page, button="✏️ Перевод"), "✏️ Перевод")
    listed = await person.sees_change(page, "Названия разделов", button=step)
    await person.presses(listed, step)
    return await person.sees_change(page, "Пришлите название раздела", button="✕ Отмена")


async def test_an_admin_mends_a_name_and_takes_it_back(chat: World) -> None:
    chat.catalog.put("x/1", product("1", "Фара", category="Автосвет / Фары", store_id="x"))
    maria, oliver = chat.person(2001), chat.person(1002)
    await asked(maria, "Автосвет · 1", "Фары → Фары")
    await maria.writes("x" * (SECTION_LIMIT + 1))
    await maria.sees("не длиннее 40 знаков")
    await maria.writes("Headlights")
    done = await maria.sees("«Фары» по-английски теперь «Headlights»", button="↩️ Отменить")
    assert chat.audit.actions()[-1] == ("Мария", "section_name", "Фары")
    page = await opened(oliver, "Catalogue")
    await oliver.presses(page, "Автосвет · 1")
    await oliver.sees_change(page, button="Headlights · 1")
    await maria.presses(done, "↩️ Отменить")
    await maria.sees_change(done, "Названия разделов", button="Фары → Фары")
    assert not chat.store(SECTION_NAMES).kept
    assert NAMES.name("Фары", "en") == "Фары"


async def test_a_mended_name_outranks_the_dictionary_and_outlives_the_bot(world: World) -> None:
    maria = world.person(2001)
    async with world.bot():
        await asked(maria, "Электроника · 12", "Умные часы → Smart watches")
        await maria.writes("Wearables")
        await maria.sees("Wearables")
    async with world.bot():
        oliver = world.person(1002)
        page = await opened(oliver, "Catalogue")
        await oliver.presses(page, "Electronics · 12")
        await oliver.sees_change(page, button="Wearables · 12")
        await asked(maria, "Электроника · 12", "Умные часы → Wearables")
        again = await maria.sees(button="↩️ Как было")
        await maria.presses(again, "↩️ Как было")
        await maria.sees_change(again, button="Умные часы → Smart watches")


async def test_cancel_and_time_let_the_next_text_be_a_search(chat: World) -> None:
    maria = chat.person(2001)
    question = await asked(maria, "Электроника · 12", "Умные часы → Smart watches")
    await maria.presses(question, "✕ Отмена")
    await maria.sees_change(question, "Названия разделов")
    await maria.writes("Huawei")
    await maria.sees("4 товара")
    await asked(maria, "Электроника · 12", "Умные часы → Smart watches")
    chat.clock.pass_by(minutes=6)
    await maria.writes("Huawei")
    await maria.sees("4 товара")


async def test_who_is_no_admin_sees_no_translation_and_names_nothing(chat: World) -> None:
    anna, maria = chat.person(1001), chat.person(2001)
    page = await opened(anna, "Каталог")
    await anna.presses(page, "Электроника · 12")
    section = await anna.sees_change(page, button="Показать все · 12")
    assert "✏️ Перевод" not in section.labels
    await asked(maria, "Электроника · 12", "Умные часы → Smart watches")
    chat.roles.set(PSEUDONYMS.of(2001), RoleGrant(role="customer", user_id=2001))
    await maria.writes("Huawei")
    await maria.sees("4 товара")
    assert not chat.store(SECTION_NAMES).kept
