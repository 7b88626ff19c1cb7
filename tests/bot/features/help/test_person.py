"""Conversations about the bot itself: greeting, help, language, privacy, and things it does not understand."""

import pytest

from bot.core.access import RoleGrant
from bot.features.roles.services import RoleServices
from bot.ui.roles import Role
from tests.bot.world.telegram import application
from tests.bot.world.world import PSEUDONYMS, World


async def test_the_first_screen_suggests_things_to_try(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/start")
    hello = await anna.sees("Здравствуйте, Анна!", "найду во всех магазинах", button="🔎 умные часы")
    await anna.presses(hello, "🔎 умные часы")
    await anna.sees("умные часы", "12 товаров")
    await anna.presses(hello, "❔ Что умеет бот?")
    await anna.sees("/search", "/privacy")


async def test_help_lists_the_commands_and_inline_mode(chat: World) -> None:
    oliver = chat.person(1002)
    await oliver.writes("/help")
    await oliver.sees("What you can do", "/language – choose the language", "@yarmarka_bot smart watch")


async def test_language_is_chosen_kept_and_forgotten(world: World) -> None:
    oliver = world.person(1002)
    async with world.bot():
        await oliver.writes("/language")
        question = await oliver.sees("Choose a language", button="🇷🇺 Русский")
        await oliver.presses(question, "🇷🇺 Русский")
        await oliver.sees_change(question, "Говорим по-русски", button="🇷🇺 Русский ✓")
    async with world.bot():
        await oliver.writes("/privacy")
        kept = await oliver.sees("Что я о вас храню", button="🗑 Забыть меня")
        await oliver.presses(kept, "🗑 Забыть меня")
        asked = await oliver.sees_change(kept, button="Да, удалить")
        await oliver.presses(asked, "Да, удалить")
        await oliver.sees_change(kept, "Deleted")
    assert not world.choices.kept


async def test_language_can_be_named_in_the_command(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/language en")
    await anna.sees("English it is")
    await anna.writes("Huawei")
    await anna.sees("4 products")


async def test_a_choice_is_not_confirmed_while_it_cannot_be_kept(chat: World) -> None:
    chat.choices.down = True
    anna = chat.person(1001)
    await anna.writes("/language")
    toast = await anna.presses(await anna.sees(button="🇬🇧 English"), "🇬🇧 English")
    assert toast.alert
    assert "Не получилось это сохранить" in toast.text


async def test_an_unknown_command_shows_the_way_to_help(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/bann product:7")
    await anna.sees("Такой команды я не знаю", button="❔ Что умеет бот?")


async def test_the_catalogue_being_away_is_one_sentence(chat: World) -> None:
    from elastic_transport import ConnectionError as Unreachable

    chat.catalog.failure = Unreachable("refused")
    anna = chat.person(1001)
    await anna.writes("умные часы")
    await anna.sees("😔 Поиск сейчас недоступен. Попробуйте через минуту.")
    chat.catalog.failure = None
    await anna.writes("умные часы")
    await anna.sees("12 товаров")


async def test_a_fault_of_ours_is_one_sentence_without_details(chat: World) -> None:
    chat.catalog.failure = RuntimeError("secret details")
    anna = chat.person(1001)
    await anna.writes("умные часы")
    said = await anna.sees("У нас что-то сломалось")
    assert "secret" not in said.text


@pytest.mark.parametrize(("user_id", "role"), [(1001, Role.CUSTOMER), (3001, Role.OPERATOR), (2001, Role.ADMIN)])
async def test_first_roles_come_from_the_settings(world: World, user_id: int, role: Role) -> None:
    async with application(world):
        assert world.services(RoleServices).access.role_of(user_id) is role


async def test_a_role_given_in_chat_outranks_the_settings(world: World) -> None:
    async with application(world):
        access = world.services(RoleServices).access
    await world.roles.put(PSEUDONYMS.of(1001), RoleGrant(role="admin", user_id=1001))
    await world.roles.put(PSEUDONYMS.of(2001), RoleGrant(role="customer", user_id=2001))
    assert access.role_of(1001) is Role.ADMIN
    assert access.role_of(2001) is Role.CUSTOMER
    assert access.people() == {1001: Role.ADMIN, 2002: Role.ADMIN, 3001: Role.OPERATOR, 3002: Role.OPERATOR}


async def test_in_a_group_only_commands_are_answered(chat: World) -> None:
    igor = chat.person(3001, -100500)
    await igor.writes("умные часы")
    await igor.writes("/search@yarmarka_bot Huawei")
    await igor.sees("4 товара")
    assert sum(message.from_bot for message in await igor.history()) == 1


async def test_inline_results_come_in_pages_with_a_link_into_the_bot(chat: World) -> None:
    anna = chat.person(1001)
    answer = await anna.asks_inline("умные часы")
    text = str(answer)
    assert "Amazfit умные часы модель 0" in text
    assert "https://t.me/yarmarka_bot?start=p_chasy-mira__w0" in text
    assert chat.records.requests[-1].channel == "inline"
    again = chat.catalog.searches
    await anna.asks_inline("умные часы")
    assert chat.catalog.searches == again
