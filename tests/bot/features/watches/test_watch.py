"""Conversations about watching: prices, searches, quiet hours, and that nothing is told twice or in vain."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.features.watches.models import PriceWatch, SavedSearch
from bot.features.watches.services import WatchServices
from bot.features.watches.store import PRICES_EACH
from bot.products.list_state import ListState
from bot.telegram.message_sender import MessageSender
from bot.telegram.sender import SentMessage
from pipeline.contracts.messages import ConvertedPrice, Price, Product, RequestKind, Stock
from tests.bot.world.memory import product
from tests.bot.world.person import Person, Seen
from tests.bot.world.world import PSEUDONYMS, World
from tests.waiting import until

ANNA = PSEUDONYMS.of(1001)


def _at(price: float, **more: object) -> Product:
    return product("w5", "Xiaomi умные часы модель 5", price, **more)


async def _watches(world: World, person: Person, choice: str = "Любое снижение") -> Seen:
    await person.writes("/start p_w5")
    card = await person.sees("модель 5", "6 990 ₽", button="🔔 Следить за ценой")
    await person.presses(card, "🔔 Следить за ценой")
    asked = await person.sees("При какой цене написать?", button="✏️ Другая цена")
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
    await anna.sees("модель 5", "5 500 ₽", button="🔔 Следить за ценой")
    assert [request.kind for request in chat.records.requests].count(RequestKind.WATCH) == 1


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


@pytest.mark.parametrize(
    ("choice", "not_yet", "enough"), [("−5 %: 6 640 ₽", 6641, 6640), ("−10 %: 6 291 ₽", 6300, 6291)]
)
async def test_a_wished_share_is_waited_for(chat: World, choice: str, not_yet: float, enough: float) -> None:
    anna = chat.person(1001)
    await _watches(chat, anna, choice)
    await chat.offers("chasy-mira/w5", _at(not_yet))
    await chat.offers("chasy-mira/w5", _at(enough))
    await anna.sees("📉")
    assert len(await _told(anna)) == 1


async def test_a_price_may_be_written_and_a_search_stays_a_search(world: World) -> None:
    anna = world.person(1001)
    async with world.bot():
        asked = await _watches(world, anna, "✏️ Другая цена")
        await anna.sees_change(asked, "Напишите свою цену")
        await anna.writes("Huawei")
        await anna.sees("4 товара")
        await anna.writes("9 000")
        await anna.sees("Товар и так стоит 6 990 ₽")
    async with world.bot():
        await anna.writes("4 500 руб.")
        await anna.sees("Слежу за ценой", "Напишу при цене 4 500 ₽ и ниже")
        await anna.writes("4500")
        await anna.sees("ничего не нашлось")
        await world.offers("chasy-mira/w5", _at(4501))
        await world.offers("chasy-mira/w5", _at(4400))
        await anna.sees("📉", "4 400 ₽")


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
    mine = await anna.sees("Слежу: 1 запись", "сейчас 6 990 ₽", button="🌙 Тихие часы: нет")
    await anna.presses(mine, "🌙 Тихие часы: нет")
    hours = await anna.sees_change(mine, "У вас 15:00?", button="22:00–8:00")
    await anna.presses(hours, "🕒 15:00 – другое время")
    clock = await anna.sees("У вас 15:00?", button="На час позже ▶")
    await anna.presses(clock, "На час позже ▶")
    await anna.sees_change(clock, "У вас 16:00?")
    await anna.presses(hours, "22:00–8:00")
    await anna.sees_change(mine, button="● 22:00–8:00")

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
    mine = await anna.sees(button="🌙 Тихие часы: нет")
    await anna.presses(mine, "🌙 Тихие часы: нет")
    await anna.presses(await anna.sees_change(mine, button="22:00–8:00"), "22:00–8:00")
    chat.clock.pass_by(hours=10)
    await chat.offers("chasy-mira/w5", _at(5000))
    chat.bans.ban("product:chasy-mira/w5")
    chat.clock.pass_by(hours=9)
    await until(lambda: not any(watch.due for watch in chat.prices.kept.values()), "the watch is settled")
    assert await _told(anna) == []


async def test_a_price_is_told_though_the_clock_of_who_wrote_it_is_an_hour_behind(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/start p_w5")
    await anna.presses(await anna.sees(button="🔔 Следить за ценой"), "🔔 Следить за ценой")
    asked = await anna.sees("При какой цене написать?")
    await anna.presses(asked, "Любое снижение")
    await anna.sees_change(asked, "Слежу за ценой")
    cheaper = product("w5", "Xiaomi умные часы модель 5", 4990.0)
    change = chat.snapshots.put("chasy-mira/w5", cheaper, chat.clock() - timedelta(hours=1))
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
    first = chat.snapshots.put("chasy-mira/w5", product("w5", "Xiaomi", 10.0), chat.clock())
    assert first is not None
    assert await watcher.look([first]) == frozenset()
    chat.clock.pass_by(minutes=9)
    second = chat.snapshots.put("chasy-mira/w5", product("w5", "Xiaomi", 9.0), chat.clock())
    assert second is not None
    assert await watcher.look([second]) == frozenset()
    chat.clock.pass_by(minutes=9)
    assert await watcher.look([second]) == frozenset()
    chat.clock.pass_by(minutes=2)
    assert await watcher.look([second]) == {"chasy-mira/w5"}


async def test_a_saved_search_tells_what_is_new_once(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("Huawei")
    found = await anna.sees("4 товара", button="🔔 Сообщать о новинках")
    toast = await anna.presses(found, "🔔 Сообщать о новинках")
    assert "Напишу, когда появится новое" in toast.text
    assert "Уже слежу" in (await anna.presses(found, "🔔 Сообщать о новинках")).text
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
    await anna.sees("Huawei", "6 товаров")


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


async def test_watches_are_listed_in_pages_and_removed(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/watch")
    await anna.sees("Вы пока ни за чем не следите")
    for number in range(7):
        await anna.writes(f"/start p_w{number}")
        await anna.presses(await anna.sees(f"модель {number}"), "🔔 Следить за ценой")
        await anna.presses(await anna.sees("При какой цене"), "Любое снижение")
        chat.clock.pass_by(seconds=1)
    await anna.writes("/watch")
    mine = await anna.sees("Слежу: 7 записей", "1. Amazfit умные часы модель 0", button="1/2")
    await anna.presses(mine, "›")
    second = await anna.sees_change(mine, "6. ", "модель 6", button="🗑 7")
    await anna.presses(second, "🗑 7")
    after = await anna.sees_change(mine, "Слежу: 6 записей", button="🛍 6")
    assert "модель 6" not in after.text
    await anna.presses(after, "🛍 6")
    await anna.sees("модель 5", button="🔔 Следить за ценой")


async def test_one_may_watch_only_so_many(chat: World) -> None:
    anna = chat.person(1001)
    for number in range(PRICES_EACH):
        watch = PriceWatch(user_id=1001, offer_id=f"p{number}", name="x", price=1, currency="RUB")
        chat.prices.set(f"{ANNA}:{number}", watch)
    await anna.writes("/start p_w5")
    await anna.presses(await anna.sees("модель 5"), "🔔 Следить за ценой")
    toast = await anna.presses(await anna.sees("При какой цене"), "Любое снижение")
    assert "Вы уже следите за 50" in toast.text


async def test_what_is_due_survives_a_restart_and_a_telegram_that_is_down(world: World) -> None:
    anna = world.person(1001)
    async with world.bot():
        await _watches(world, anna)
        await anna.sees(button="📋 За чем я слежу")
        await world.misbehave("sendMessage", "drop", times=1)
        await world.offers("chasy-mira/w5", _at(5000))
    async with world.bot():
        await anna.sees("📉", "5 000 ₽")
        await until(lambda: not any(watch.due for watch in world.prices.kept.values()), "nothing is due")
    async with world.bot():
        await world.offers("chasy-mira/w5", _at(5000))
        await anna.writes("/watch")
        await anna.sees("дешевле 5 000 ₽")
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
    await oliver.presses(await oliver.sees("модель 5"), "🔔 Watch the price")
    await oliver.presses(await oliver.sees("At what price"), "−10 %: ₽6,291")
    await chat.offers("chasy-mira/w5", _at(6000))
    told = await oliver.sees("📉", "₽6,990 → ₽6,000", button="🔕 Stop watching")
    await oliver.presses(told, "🔕 Stop watching")
    await oliver.sees_change(told, "I do not watch this any more")
    assert not chat.prices.kept


async def test_a_price_on_request_has_nothing_to_watch(chat: World) -> None:
    anna = chat.person(1001)
    await chat.offers("chasy-mira/w5", _at(6990))
    await anna.writes("/start p_w5")
    card = await anna.sees("модель 5", button="🔔 Следить за ценой")
    await chat.offers("chasy-mira/w5", _at(0))
    toast = await anna.presses(card, "🔔 Следить за ценой")
    assert toast.text == "Эту цену магазин называет по запросу: следить не за чем."
    await anna.writes("/start p_w5")
    shown = await anna.sees("модель 5", "цена по запросу")
    assert "🔔 Следить за ценой" not in shown.labels


async def test_a_price_in_another_currency_is_watched_by_what_it_is_worth(chat: World) -> None:
    anna = chat.person(1001)

    def worth(dollars: float, roubles: float) -> Product:
        converted = ConvertedPrice(amount=roubles, currency="RUB")
        return _at(1).model_copy(update={"price": Price(amount=dollars, currency="USD", converted=converted)})

    await chat.offers("chasy-mira/w5", worth(90, 8100))
    await anna.writes("/start p_w5")
    card = await anna.sees("модель 5", "90 $ ≈ 8 100 ₽", button="🔔 Следить за ценой")
    await anna.presses(card, "🔔 Следить за ценой")
    asked = await anna.sees("Сейчас стоит 8 100 ₽", button="✏️ Другая цена")
    await anna.presses(asked, "Любое снижение")
    await chat.offers("chasy-mira/w5", worth(80, 7200))
    await anna.sees("📉", "8 100 ₽ → 7 200 ₽")
