"""Conversations about watching: prices, searches, quiet hours, and that nothing is told twice or in vain."""

import asyncio
from typing import Any

import pytest

from bot.features.watches.models import PriceWatch, SavedSearch
from bot.features.watches.services import WatchServices
from bot.features.watches.store import PRICES_EACH
from bot.products.list_state import ListState
from bot.telegram.message_sender import MessageSender
from bot.telegram.sender import SentMessage
from pipeline.contracts.messages import ConvertedPrice, Image, Price, Product, RequestKind, Stock
from tests.bot.world.memory import product
from tests.bot.world.person import Person, Seen
from tests.bot.world.world import PSEUDONYMS, World
from tests.waiting import until

ANNA = PSEUDONYMS.of(1001)


def _at(price: float, **more: object) -> Product:
    return product("w5", "Xiaomi умные часы модель 5", price, **more)


async def _watches(world: World, person: Person, choice: str = "Любое снижение") -> Seen:
    await person.writes("/start p_w5")
    card = await person.sees("модель 5", "6 990 ₽", button="🔔 Следить")
    await person.presses(card, "🔔 Следить")
    asked = await person.sees("Сообщить при цене", button="✏️ Своя цена")
    await person.presses(asked, choice)
    return asked


async def _told(person: Person) -> list[str]:
    return [message.text for message in await person.history() if message.from_bot and message.text[0] in "📉🆕"]


async def test_a_price_that_falls_is_told_once(chat: World) -> None:
    anna = chat.person(1001)
    asked = await _watches(chat, anna)
    await anna.sees_change(asked, "Слежу за ценой", "дешевле 6 990 ₽")
    await chat.offers("chasy-mira/w5", _at(7500))
    await chat.offers("chasy-mira/w5", _at(5990))
    told = await anna.sees("📉 Xiaomi умные часы модель 5", "6 990 ₽ → 5 990 ₽ (−14 %)", button="🛍 Открыть")
    await until(lambda: not any(watch.due for watch in chat.prices.kept.values()), "nothing is due")
    await chat.offers("chasy-mira/w5", _at(6100))
    await chat.offers("chasy-mira/w5", _at(5990))
    await chat.offers("chasy-mira/w5", _at(5500))
    await anna.sees("📉", "5 990 ₽ → 5 500 ₽")
    assert len(await _told(anna)) == 2
    await anna.presses(told, "🛍 Открыть")
    await anna.sees("модель 5", "5 500 ₽", button="✓ Слежу за ценой")
    assert [request.kind for request in chat.records.requests].count(RequestKind.WATCH) == 1


async def test_what_fell_in_price_is_one_press_from_its_shop(chat: World) -> None:
    sold = chat.catalog.shelf["chasy-mira/w5"]
    chat.catalog.put(sold.offer_id, sold.model_copy(update={"url": "https://chasy-mira.example/w5"}))
    anna = chat.person(1001)
    await anna.sees_change(await _watches(chat, anna), "Слежу за ценой")
    await chat.offers("chasy-mira/w5", _at(5990, url="https://chasy-mira.example/w5"))
    told = await anna.sees("📉")
    assert told.buttons[0] == ("🛒 В магазин · 5 990 ₽",)
    assert told.links == ("https://chasy-mira.example/w5",)


async def test_a_card_shows_the_watch_to_whoever_watches_and_to_nobody_else(chat: World) -> None:
    anna, oliver = chat.person(1001), chat.person(1002)
    await anna.sees_change(await _watches(chat, anna), "Слежу за ценой")
    await anna.writes("/start p_w5")
    card = await anna.sees(button="✓ Слежу за ценой")
    await oliver.writes("/start p_w5")
    await oliver.sees(button="🔔 Watch")
    await anna.presses(card, "✓ Слежу за ценой")
    asked = await anna.sees("Сообщить при цене:", button="🔕 Отписаться")
    await anna.presses(asked, "🔕 Отписаться")
    await anna.sees_change(asked, button="↩️ Вернуть")
    await anna.writes("/start p_w5")
    await anna.sees(button="🔔 Следить")


async def test_whoever_blocked_the_bot_is_not_known_by_id_and_is_told_again_when_they_are_back(world: World) -> None:
    anna = world.person(1001)
    async with world.bot():
        asked = await _watches(world, anna)
        await anna.sees_change(asked, "Слежу за ценой")
        await anna.blocks()
        await world.offers("chasy-mira/w5", _at(5990))
        await until(lambda: not any(watch.user_id for watch in world.prices.kept.values()), "nobody's id is kept")
        assert not world.pending.kept
    async with world.bot():
        await world.offers("chasy-mira/w5", _at(5500))
        await anna.blocks(blocked=False)
        await anna.writes("/watch")
        await anna.sees("📉", "5 500 ₽")
        assert [watch.user_id for watch in world.prices.kept.values()] == [1001]
    assert len(await _told(anna)) == 1


@pytest.mark.parametrize(("choice", "not_yet", "enough"), [("до 6 600 ₽", 6601, 6600), ("до 6 200 ₽", 6300, 6150)])
async def test_a_wished_share_is_waited_for(chat: World, choice: str, not_yet: float, enough: float) -> None:
    anna = chat.person(1001)
    await _watches(chat, anna, choice)
    await chat.offers("chasy-mira/w5", _at(not_yet))
    await chat.offers("chasy-mira/w5", _at(enough))
    await anna.sees("📉")
    assert len(await _told(anna)) == 1


async def test_a_price_may_be_written_as_people_write_it_though_the_bot_is_restarted(world: World) -> None:
    anna = world.person(1001)
    async with world.bot():
        asked = await _watches(world, anna, "✏️ Своя цена")
        await anna.sees_change(asked, "Пришлите цену числом, например 6 600. Сейчас 6 990 ₽.", button="✕ Отмена")
        assert not world.prices.kept, "nothing is watched before the price is known"
        await anna.writes("9 тыс")
        await anna.sees("Сейчас цена 6 990 ₽. Укажите меньше.", button="✕ Отмена")
    async with world.bot():
        await anna.writes("4,5к")
        await anna.sees("Слежу за ценой", "Сообщу, когда станет 4 500 ₽ или меньше", button="✏️ Изменить цену")
        await anna.writes("4500")
        await anna.sees("ничего не нашлось")
        await world.offers("chasy-mira/w5", _at(4501))
        await world.offers("chasy-mira/w5", _at(4400))
        await anna.sees("📉", "4 400 ₽", "Вы ждали 4 500 ₽ или меньше")


@pytest.mark.parametrize("instead", ["Huawei", "дорого", "/watch"])
async def test_a_question_for_a_price_is_over_with_one_other_message(chat: World, instead: str) -> None:
    anna = chat.person(1001)
    asked = await _watches(chat, anna, "✏️ Своя цена")
    await anna.sees_change(asked, "Пришлите цену числом")
    await anna.writes(instead)
    await anna.sees({"Huawei": "4 товара", "/watch": "Подписок пока нет"}.get(instead, "ничего не нашлось"))
    await anna.writes("4500")
    await anna.sees("ничего не нашлось")
    assert not chat.prices.kept


async def test_a_question_for_a_price_is_over_after_ten_minutes_and_by_cancel(chat: World) -> None:
    anna = chat.person(1001)
    asked = await _watches(chat, anna, "✏️ Своя цена")
    await anna.sees_change(asked, "Пришлите цену числом")
    chat.clock.pass_by(minutes=11)
    await anna.writes("4500")
    await anna.sees("ничего не нашлось")
    asked = await _watches(chat, anna, "✏️ Своя цена")
    await anna.sees_change(asked, "Пришлите цену числом")
    await anna.presses(asked, "✕ Отмена")
    await anna.sees_change(asked, "Сообщить при цене:", button="Любое снижение")
    await anna.writes("4500")
    await anna.sees("ничего не нашлось")
    assert not chat.prices.kept


async def test_asking_for_another_price_leaves_the_old_one_until_it_is_written(chat: World) -> None:
    anna = chat.person(1001)
    asked = await _watches(chat, anna, "до 6 600 ₽")
    watched = await anna.sees_change(asked, "Слежу за ценой", "6 600 ₽", button="✏️ Изменить цену")
    await anna.presses(watched, "✏️ Изменить цену")
    changing = await anna.sees_change(asked, "Сейчас 6 990 ₽", button="✓ до 6 600 ₽")
    await anna.presses(changing, "✏️ Своя цена")
    await anna.sees_change(asked, "Пришлите цену числом")
    await anna.presses(asked, "✕ Отмена")
    await anna.sees_change(asked, button="✓ до 6 600 ₽")
    assert [watch.wanted for watch in chat.prices.kept.values()] == [6600]
    await anna.presses(changing, "✏️ Своя цена")
    await anna.sees_change(asked, "Пришлите цену числом")
    await anna.writes("6 000 ₽")
    await anna.sees("Сообщу, когда станет 6 000 ₽ или меньше")
    await anna.presses(asked, "✕ Отмена")
    await anna.sees_change(asked, button="✓ Своя цена: 6 000 ₽")


async def test_a_price_that_fell_comes_with_its_picture_and_the_wish_that_it_answers(chat: World) -> None:
    anna = chat.person(1001)
    pictured = (Image(url="demo:watch-plain"),)
    await _watches(chat, anna)
    await chat.offers("chasy-mira/w5", _at(5000, images=pictured))
    told = await anna.sees("📉", "5 000 ₽", "Вы просили сообщить о любом снижении", button="🛍 Открыть")
    assert told.photo
    assert told.buttons[0] == ("🛍 Открыть",)
    await anna.presses(told, "🔕 Отписаться")
    off = await anna.sees_change(told, "Вы отписались: Xiaomi умные часы модель 5", button="↩️ Вернуть")
    await anna.presses(off, "↩️ Вернуть")
    await anna.sees_change(told, "Слежу за ценой")


async def test_a_price_that_fell_is_told_without_a_picture_that_cannot_be_had(chat: World) -> None:
    anna = chat.person(1001)
    await _watches(chat, anna)
    await chat.offers("chasy-mira/w5", _at(5000, images=(Image(url="http://127.0.0.1:9/none.png"),)))
    told = await anna.sees("📉", "5 000 ₽", button="🛍 Открыть")
    assert told.photo is None


async def test_a_price_for_what_is_sold_no_more_is_answered_so(chat: World) -> None:
    anna = chat.person(1001)
    asked = await _watches(chat, anna, "✏️ Своя цена")
    await anna.sees_change(asked, "Пришлите цену числом")
    chat.bans.ban("brand:Xiaomi")
    await anna.writes("4500")
    await anna.sees("Площадка сняла этот товар с продажи", button="🔁 Похожие")
    assert not chat.prices.kept


async def test_what_is_banned_or_sold_out_is_not_told(chat: World) -> None:
    anna = chat.person(1001)
    await _watches(chat, anna)
    await chat.offers("chasy-mira/w5", _at(5000, stock=Stock(available=0)))
    chat.bans.ban("brand:Xiaomi")
    await chat.offers("chasy-mira/w5", _at(4000))
    await chat.offers("chasy-mira/w5", None)
    assert await _told(anna) == []
    chat.bans.unban("brand:Xiaomi")
    await chat.offers("chasy-mira/w5", _at(4000))
    await anna.sees("📉", "4 000 ₽")


async def test_a_price_that_rose_again_in_quiet_hours_is_not_told_in_the_morning(chat: World) -> None:
    anna = chat.person(1001)
    await _watches(chat, anna)
    await anna.writes("/watch")
    mine = await anna.sees("Мои подписки: 1 цена", "6 990 ₽, жду ниже 6 990 ₽", button="🌙 Тихие часы: выкл.")
    await anna.presses(mine, "🌙 Тихие часы: выкл.")
    hours = await anna.sees_change(mine, "У вас 15:00?", button="22:00–8:00")
    await anna.presses(hours, "🕒 15:00 – другое время")
    clock = await anna.sees("У вас 15:00?", button="На час позже ▶")
    await anna.presses(clock, "На час позже ▶")
    await anna.sees_change(clock, "У вас 16:00?")
    await anna.presses(hours, "22:00–8:00")
    await anna.sees_change(mine, button="✓ 22:00–8:00")

    chat.clock.pass_by(hours=8)
    await chat.offers("chasy-mira/w5", _at(5000))
    assert any(watch.due for watch in chat.prices.kept.values())
    chat.clock.pass_by(hours=3)
    await chat.offers("chasy-mira/w5", _at(6990))
    await chat.offers("chasy-mira/w5", _at(6500))
    assert await _told(anna) == []
    chat.clock.pass_by(hours=6)
    await anna.sees("📉", "6 500 ₽")
    assert len(await _told(anna)) == 1


async def test_a_ban_in_quiet_hours_takes_the_message_back(chat: World) -> None:
    anna = chat.person(1001)
    await _watches(chat, anna)
    await anna.writes("/watch")
    mine = await anna.sees(button="🌙 Тихие часы: выкл.")
    await anna.presses(mine, "🌙 Тихие часы: выкл.")
    await anna.presses(await anna.sees_change(mine, button="22:00–8:00"), "22:00–8:00")
    chat.clock.pass_by(hours=10)
    await chat.offers("chasy-mira/w5", _at(5000))
    chat.bans.ban("product:chasy-mira/w5")
    chat.clock.pass_by(hours=9)
    await until(lambda: not any(watch.due for watch in chat.prices.kept.values()), "the watch is settled")
    assert await _told(anna) == []


async def test_a_price_is_told_though_the_index_shows_it_nine_minutes_later(chat: World) -> None:
    anna = chat.person(1001)
    asked = await _watches(chat, anna)
    await anna.sees_change(asked, "Слежу за ценой")
    cheaper = product("w5", "Xiaomi умные часы модель 5", 4990.0)
    change = chat.snapshots.put("chasy-mira/w5", cheaper, chat.placed())
    assert change is not None
    watcher = chat.services(WatchServices).watcher
    assert await watcher.look([change]) == frozenset(), "the index does not show it yet"
    chat.clock.pass_by(minutes=9)
    assert await watcher.look([change]) == frozenset()
    chat.catalog.put("chasy-mira/w5", cheaper)
    assert await watcher.look([change]) == {"chasy-mira/w5"}
    await anna.sees("📉", "4 990 ₽")


async def test_what_the_index_never_shows_is_given_up_after_ten_minutes_and_a_later_change_has_its_own(
    chat: World,
) -> None:
    watcher = chat.services(WatchServices).watcher
    first = chat.snapshots.put("chasy-mira/w5", product("w5", "Xiaomi", 10.0), chat.placed())
    assert first is not None
    assert await watcher.look([first]) == frozenset()
    chat.clock.pass_by(minutes=9)
    second = chat.snapshots.put("chasy-mira/w5", product("w5", "Xiaomi", 9.0), chat.placed())
    assert second is not None
    assert await watcher.look([second]) == frozenset()
    chat.clock.pass_by(minutes=9)
    assert await watcher.look([second]) == frozenset()
    chat.clock.pass_by(minutes=2)
    assert await watcher.look([second]) == {"chasy-mira/w5"}


async def test_a_saved_search_tells_what_is_new_once(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("Huawei")
    found = await anna.sees("4 товара", button="🔔 Следить за запросом")
    toast = await anna.presses(found, "🔔 Следить за запросом")
    assert (toast.text, toast.alert) == ("🔔 Слежу: «Huawei»", False)
    await anna.sees_change(found, button="✓ Слежу за запросом")
    await anna.writes("Huawei")
    assert "✓ Слежу за запросом" in (await anna.sees("4 товара")).labels
    chat.clock.pass_by(minutes=1)
    await chat.offers("chasy-mira/w1", product("w1", "Huawei умные часы модель 1", 100.0))
    await chat.offers("chasy-mira/h9", product("h9", "Huawei браслет", 2500.0))
    await chat.offers("chasy-mira/x9", product("x9", "Xiaomi браслет", 2500.0))
    told = await anna.sees("🆕 Новое по запросу «Huawei»", "Huawei браслет", "2 500 ₽", button="🔎 Весь список")
    assert "модель 1" not in told.text, "only its price has changed"
    await until(lambda: not any(saved.due for saved in chat.searches.kept.values()), "nothing is due")
    await chat.offers("chasy-mira/h9", None)
    await chat.offers("chasy-mira/h9", product("h9", "Huawei браслет", 2000.0))
    await chat.offers("chasy-mira/h10", product("h10", "Huawei ремешок", 500.0, stock=Stock(available=0)))
    assert len(await _told(anna)) == 1
    await chat.offers("chasy-mira/h10", product("h10", "Huawei ремешок", 500.0))
    await anna.sees("🆕", "Huawei ремешок")
    await anna.presses(told, "🔎 Весь список")
    await anna.sees("Huawei", "6 товаров", button="✓ Слежу за запросом")


@pytest.mark.parametrize("hours", [-5, 5])
async def test_a_clock_that_was_hours_off_when_a_search_was_saved_hides_nothing_and_tells_nothing_old(
    chat: World, hours: int
) -> None:
    anna = chat.person(1001)
    await anna.writes("Huawei")
    late = product("h8", "Huawei старый браслет", 2500.0)
    before = chat.snapshots.put("chasy-mira/h8", late, chat.placed())
    assert before is not None
    await anna.presses(await anna.sees("4 товара"), "🔔 Следить за запросом")
    chat.clock.pass_by(hours=hours)
    chat.catalog.put("chasy-mira/h8", late)
    # The index shows it only now, but it was in the log before the search was saved.
    assert await chat.services(WatchServices).watcher.look([before]) == {"chasy-mira/h8"}
    await chat.offers("chasy-mira/h9", product("h9", "Huawei браслет", 2500.0))
    told = await anna.sees("🆕", "Huawei браслет")
    assert "старый" not in told.text
    assert len(await _told(anna)) == 1


async def test_a_saved_search_is_taken_off_and_brought_back_on_its_button_and_misses_nothing(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("Huawei")
    found = await anna.sees("4 товара")
    await anna.presses(found, "🔔 Следить за запросом")
    on = await anna.sees_change(found, button="✓ Слежу за запросом")
    toast = await anna.presses(on, "✓ Слежу за запросом")
    assert (toast.text, toast.alert) == ("🔕 Больше не слежу: «Huawei»", False)
    off = await anna.sees_change(found, button="↩️ Следить снова")
    assert [len(row) for row in off.buttons] == [len(row) for row in found.buttons], "nothing moves under the thumb"
    await chat.offers("chasy-mira/h9", product("h9", "Huawei браслет", 2500.0))
    await anna.writes("/watch")
    await anna.sees("Мои подписки: нет", button="↩️ Вернуть: «Huawei»")
    assert await _told(anna) == []
    await anna.presses(off, "↩️ Следить снова")
    await anna.sees("🆕", "Huawei браслет")
    await anna.sees_change(found, button="✓ Слежу за запросом")


@pytest.mark.parametrize("nonsense", ["😀😀", ".", "щ", "фывапролд"])
async def test_nonsense_cannot_be_followed(chat: World, nonsense: str) -> None:
    anna = chat.person(1001)
    await anna.writes(nonsense)
    assert "🔔 Следить за запросом" not in (await anna.sees()).labels


async def test_a_saved_search_keeps_its_filters(chat: World) -> None:
    search = ListState(text="Huawei", price_max=2000.0)
    anna = chat.person(1001)
    await anna.writes("/start")
    await anna.sees("Здравствуйте")
    chat.searches.set(f"{ANNA}:x", SavedSearch(user_id=1001, search=search, at=chat.clock()))
    chat.clock.pass_by(minutes=1)
    await chat.offers("chasy-mira/h9", product("h9", "Huawei браслет", 2500.0))
    await chat.offers("chasy-mira/h9", product("h9", "Huawei браслет", 1900.0))
    await anna.sees("🆕", "«Huawei» · до 2 000 ₽", "1 900 ₽")
    assert len(await _told(anna)) == 1


async def test_watches_are_listed_by_name_opened_taken_off_and_brought_back(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/watch")
    await anna.sees("Подписок пока нет")
    for number in range(7):
        await anna.writes(f"/start p_w{number}")
        await anna.presses(await anna.sees(f"модель {number}"), "🔔 Следить")
        await anna.presses(await anna.sees("Сообщить при цене"), "Любое снижение")
        chat.clock.pass_by(seconds=1)
    await anna.writes("Huawei")
    await anna.presses(await anna.sees("4 товара"), "🔔 Следить за запросом")
    await anna.writes("/watch")
    mine = await anna.sees("Мои подписки: 7 цен, 1 поиск", "1. Amazfit умные часы модель 0 · 1 990 ₽", button="1/2")
    assert mine.buttons[0] == ("1. Amazfit умные часы модель 0",)
    await anna.presses(mine, "›")
    second = await anna.sees_change(mine, "6. ", "8. 🔎 «Huawei»", button="7. Amazfit умные часы модель 6")
    await anna.presses(second, "7. Amazfit умные часы модель 6")
    one = await anna.sees_change(mine, "Сообщу, когда станет дешевле 7 990 ₽", button="🔕 Отписаться")
    assert one.labels == ["🛍 Открыть", "✏️ Изменить цену", "🔕 Отписаться", "‹ Мои подписки"]
    await anna.presses(one, "🔕 Отписаться")
    after = await anna.sees_change(mine, "6 цен, 1 поиск", button="↩️ Вернуть: Amazfit умные часы модель 6")
    assert len(after.buttons) == len(second.buttons), "nothing moves under the thumb"
    await anna.presses(after, "↩️ Вернуть: Amazfit умные часы модель 6")
    back = await anna.sees_change(mine, "7 цен, 1 поиск", button="7. Amazfit умные часы модель 6")
    await anna.presses(back, "8. «Huawei»")
    search = await anna.sees_change(mine, "🔎 «Huawei»", button="🔎 Открыть")
    await anna.presses(search, "🔎 Открыть")
    await anna.sees("4 товара", button="✓ Слежу за запросом")
    await anna.presses(search, "‹ Мои подписки")
    await anna.presses(await anna.sees_change(mine, "7 цен", button="2/2"), "7. Amazfit умные часы модель 6")
    await anna.presses(await anna.sees_change(mine, button="🛍 Открыть"), "🛍 Открыть")
    await anna.sees("модель 6", button="✓ Слежу за ценой")


async def test_what_was_taken_off_is_silent_can_be_brought_back_for_five_minutes_and_is_then_deleted(
    world: World,
) -> None:
    anna = world.person(1001)
    async with world.bot():
        asked = await _watches(world, anna)
        await anna.sees_change(asked, "Слежу за ценой", button="📋 Мои подписки")
        await anna.presses(asked, "🔕 Отписаться")
        off = await anna.sees_change(asked, "Вы отписались", button="↩️ Вернуть")
        await world.offers("chasy-mira/w5", _at(5000))
        assert await _told(anna) == []
    async with world.bot():
        await anna.presses(off, "↩️ Вернуть")
        await anna.sees("📉", "5 000 ₽")
        await anna.presses(await anna.sees_change(asked, "Слежу за ценой"), "🔕 Отписаться")
        await anna.sees_change(asked, "Вы отписались")
        world.clock.pass_by(minutes=6)
        await until(lambda: not world.prices.kept, "it is deleted")
        toast = await anna.presses(off, "↩️ Вернуть")
        assert (toast.text, toast.alert) == ("Вернуть уже нельзя. Подпишитесь заново.", True)


async def test_one_may_watch_only_so_many(chat: World) -> None:
    anna = chat.person(1001)
    for number in range(PRICES_EACH):
        watch = PriceWatch(user_id=1001, offer_id=f"p{number}", name="x", price=1, currency="RUB")
        chat.prices.set(f"{ANNA}:{number}", watch)
    await anna.writes("/start p_w5")
    await anna.presses(await anna.sees("модель 5"), "🔔 Следить")
    toast = await anna.presses(await anna.sees("Сообщить при цене"), "Любое снижение")
    assert "Подписок уже 50" in toast.text


async def test_what_is_due_survives_a_restart_and_a_telegram_that_is_down(world: World) -> None:
    anna = world.person(1001)
    async with world.bot():
        await _watches(world, anna)
        await anna.sees(button="📋 Мои подписки")
        await world.misbehave("sendMessage", "drop", times=1)
        await world.offers("chasy-mira/w5", _at(5000))
    async with world.bot():
        await anna.sees("📉", "5 000 ₽")
        await until(lambda: not any(watch.due for watch in world.prices.kept.values()), "nothing is due")
    async with world.bot():
        await world.offers("chasy-mira/w5", _at(5000))
        await anna.writes("/watch")
        await anna.sees("жду ниже 5 000 ₽")
    assert len(await _told(anna)) == 1


async def test_a_price_that_falls_while_one_is_being_told_is_told_next(
    chat: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, fallen = asyncio.Event(), asyncio.Event()
    send = MessageSender.send

    async def slowly(sender: MessageSender, name: str, *rest: Any, **more: Any) -> SentMessage:
        message = await send(sender, name, *rest, **more)
        if name.startswith("watch:"):
            sent.set()
            await fallen.wait()
        return message

    monkeypatch.setattr(MessageSender, "send", slowly)
    anna = chat.person(1001)
    await _watches(chat, anna)
    await chat.offers("chasy-mira/w5", _at(5990))
    await sent.wait()
    await chat.offers("chasy-mira/w5", _at(5500))
    fallen.set()
    await anna.sees("📉", "5 990 ₽ → 5 500 ₽")
    assert len(await _told(anna)) == 2


async def test_english_is_spoken_to_who_set_the_watch_in_english(chat: World) -> None:
    oliver = chat.person(1002)
    await oliver.writes("/start p_w5")
    await oliver.presses(await oliver.sees("модель 5"), "🔔 Watch")
    await oliver.presses(await oliver.sees("Alert me at"), "up to ₽6,200")
    await chat.offers("chasy-mira/w5", _at(6000))
    told = await oliver.sees("📉", "₽6,990 → ₽6,000 (−14%)", button="🔕 Unsubscribe")
    await oliver.presses(told, "🔕 Unsubscribe")
    await oliver.sees_change(told, "No more alerts: Xiaomi умные часы модель 5", button="↩️ Bring it back")


async def test_a_price_on_request_has_nothing_to_watch(chat: World) -> None:
    anna = chat.person(1001)
    await chat.offers("chasy-mira/w5", _at(6990))
    await anna.writes("/start p_w5")
    card = await anna.sees("модель 5", button="🔔 Следить")
    await chat.offers("chasy-mira/w5", _at(0))
    toast = await anna.presses(card, "🔔 Следить")
    assert toast.text == "Эту цену магазин называет по запросу: следить не за чем."
    await anna.writes("/start p_w5")
    shown = await anna.sees("модель 5", "цена по запросу")
    assert "🔔 Следить" not in shown.labels


async def test_a_price_in_another_currency_is_watched_by_what_it_is_worth(chat: World) -> None:
    anna = chat.person(1001)

    def worth(dollars: float, roubles: float) -> Product:
        converted = ConvertedPrice(amount=roubles, currency="RUB")
        return _at(1).model_copy(update={"price": Price(amount=dollars, currency="USD", converted=converted)})

    await chat.offers("chasy-mira/w5", worth(90, 8100))
    await anna.writes("/start p_w5")
    card = await anna.sees("модель 5", "90 $ ≈ 8 100 ₽", button="🔔 Следить")
    await anna.presses(card, "🔔 Следить")
    asked = await anna.sees("Сейчас 8 100 ₽", button="✏️ Своя цена")
    await anna.presses(asked, "Любое снижение")
    await chat.offers("chasy-mira/w5", worth(80, 7200))
    await anna.sees("📉", "8 100 ₽ → 7 200 ₽")
