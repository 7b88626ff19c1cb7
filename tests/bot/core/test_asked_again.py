"""A correction changes the answer that is there; what could not be answered can be asked again by a button."""

from elastic_transport import ConnectionError as Unreachable

from bot.core.remembered import Remembered
from bot.ui.buttons import TryAgain
from bot.ui.callback_data import encode
from tests.bot.world.memory import product
from tests.bot.world.telegram import application, happen, message, press
from tests.bot.world.world import World


async def test_a_correction_changes_the_answer_to_what_was_corrected(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("Хуавей")
    first = await anna.sees("Хуавей")
    await anna.corrects("Huawei")
    await anna.sees_change(first, "Huawei", "4 товара")
    await anna.corrects("/language")
    await anna.sees_change(first, "На каком языке")
    assert sum(message.from_bot for message in await anna.history()) == 1


async def test_a_correction_of_what_was_answered_with_a_picture_is_a_new_message(chat: World) -> None:
    anna = chat.person(1001)
    chat.catalog.put("x/p", product("p", "Плакат", store_id="x", images=({"url": "demo:poster"},)))
    await anna.writes("/start p_x__p")
    card = await anna.sees("Плакат")
    await anna.corrects("Huawei")
    answer = await anna.sees("4 товара")
    assert answer.message_id != card.message_id or not card.photo


async def test_after_a_restart_a_correction_is_answered_below(world: World) -> None:
    anna = world.person(1001)
    async with world.bot():
        await anna.writes("Huawei")
        first = await anna.sees("4 товара")
    async with world.bot():
        await anna.corrects("Xiaomi")
        assert (await anna.sees("Xiaomi")).message_id > first.message_id


async def test_a_search_that_was_away_is_asked_again_in_place_of_the_apology(chat: World) -> None:
    chat.catalog.failure = Unreachable("refused")
    anna, oliver = chat.person(1001), chat.person(1002)
    await anna.writes("умные часы")
    sorry = await anna.sees("Поиск сейчас недоступен", button="🔄 Повторить")
    toast = await anna.presses(sorry, "🔄 Повторить")
    assert toast.alert and "Поиск сейчас недоступен" in toast.text
    await oliver.writes("/catalog")
    away = await oliver.sees("not available", button="🔄 Try again")
    chat.catalog.failure = None
    await anna.presses(sorry, "🔄 Повторить")
    await anna.sees_change(sorry, "умные часы", "12 товаров")
    await oliver.presses(away, "🔄 Try again")
    await oliver.sees_change(away, "Catalogue", button="Electronics · 12")
    assert sum(message.from_bot for message in await anna.history()) == 1


async def test_after_a_restart_the_button_says_that_it_is_too_old(world: World) -> None:
    anna = world.person(1001)
    world.catalog.failure = Unreachable("refused")
    async with world.bot():
        await anna.writes("умные часы")
        sorry = await anna.sees(button="🔄 Повторить")
    world.catalog.failure = None
    async with world.bot():
        toast = await anna.presses(sorry, "🔄 Повторить")
        assert "устарела" in toast.text


async def test_nobody_repeats_what_another_chat_asked(world: World) -> None:
    async with application(world) as (app, router, telegram):
        world.catalog.failure = Unreachable("refused")
        await happen(app, message(1001, "умные часы"))
        kept = router._finder._unanswered._kept
        [name] = kept
        world.catalog.failure = None
        telegram.said()
        await happen(app, press(1002, encode(TryAgain(name)), 7))
        assert any("устарела" in text for text in telegram.said())
        await happen(app, press(1001, encode(TryAgain(name)), 8))
        assert any("12 товаров" in text for text in telegram.said())


def test_only_the_newest_are_remembered() -> None:
    remembered: Remembered[int] = Remembered(kept=2)
    for number in range(3):
        remembered.put(str(number), number)
    assert [remembered.get(str(number)) for number in range(3)] == [None, 1, 2]
