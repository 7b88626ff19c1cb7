"""/trace for those who sell: their own products alone, in one sentence; another shop's is as if it were not there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.access import SELLERS, ShopSeller
from pipeline.contracts.feeds import Shop
from pipeline.contracts.messages import Ban
from pipeline.trace.facts import Logs, Looked
from tests.bot.features.trace.test_trace import LATER, OFFER, banned, decided, on_sale, sent
from tests.bot.world.memory import product
from tests.bot.world.person import Person
from tests.bot.world.world import PSEUDONYMS, World

OTHERS = product("k-1", "Чайник Юг", store_id="yug")


def seller(chat: World, *shops: str, user_id: int = 1001) -> Person:
    for shop in shops:
        chat.shops.all.setdefault(shop, Shop(store_id=shop, name="Юг"))
        chat.store(SELLERS).set(f"{PSEUDONYMS.of(user_id)}:{shop}", ShopSeller(user_id=user_id, store_id=shop))
    return chat.person(user_id)


async def test_a_seller_reads_where_it_stands_and_no_offsets(chat: World) -> None:
    on_sale(chat)
    anna = seller(chat, "sever")
    await anna.writes("/trace k-1")
    card = await anna.sees(
        "Чайник Север", "Север · k-1", "🟢 В продаже", "ночь.xml", "строка 120", button="🔄 Обновить"
    )
    for inner in ("смещение", "products", "Фильтр", "Хранилище"):
        assert inner not in card.text
    await anna.presses(card, "🔄 Обновить")


async def test_a_ban_is_told_with_its_reason_and_its_end(chat: World) -> None:
    banned(chat)
    until = chat.clock() + timedelta(days=3)
    chat.bans.write(Ban(rule="product:sever/k-1", reason="подделка", until=until, at=chat.clock()))
    anna = seller(chat, "sever")
    await anna.writes("/trace sever/k-1")
    card = await anna.sees("⛔ Не продаётся", "запрещён именно этот товар", "Причина: подделка", "До: ")
    assert "product:" not in card.text
    await anna.writes("/language en")
    await anna.sees("English")
    await anna.writes("/trace k-1")
    await anna.sees("⛔ Not on sale", "this product is banned", "Reason: counterfeit", "Until: ")


async def test_from_a_ban_a_seller_asks_for_a_review(chat: World) -> None:
    banned(chat)
    chat.sent_offers.put(OFFER)
    maria, anna = chat.person(2001), seller(chat, "sever")
    await maria.writes("/start")
    await maria.sees("Здравствуйте")
    await anna.writes("/trace k-1")
    card = await anna.sees("⛔ Не продаётся", button="🙏 Попросить пересмотр")
    assert "администратор" in (await anna.presses(card, "🙏 Попросить пересмотр")).text
    asked = await anna.sees_change(card, "⛔ Не продаётся", button="✓ Пересмотр запрошен")
    await maria.sees("Север просит пересмотреть запрет", button="✋ Оставить")
    assert (await anna.presses(asked, "✓ Пересмотр запрошен")).alert


@pytest.mark.parametrize("written", ["k-1", "yug/k-1", "product:yug/k-1", "nosuch/k-1", "nn-9", "sever/nn-9"])
async def test_what_is_not_theirs_is_as_if_it_were_not_there(chat: World, written: str) -> None:
    on_sale(chat, OTHERS)
    anna = seller(chat, "sever")
    await anna.writes(f"/trace {written}")
    told = await anna.sees("в вашем магазине нет")
    assert (told.labels, "Юг" in told.text) == ([], False)


async def test_a_button_of_another_shops_product_gives_nothing_away(chat: World) -> None:
    on_sale(chat)
    anna = seller(chat, "sever")
    await anna.writes("/trace k-1")
    card = await anna.sees("🟢 В продаже")
    chat.store(SELLERS).set(f"{PSEUDONYMS.of(1001)}:sever", None)
    seller(chat, "yug")
    assert (await anna.presses(card, "🔄 Обновить")).alert


async def test_a_seller_of_two_shops_chooses_between_them_alone(chat: World) -> None:
    on_sale(chat)
    banned(chat, OTHERS)
    on_sale(chat, product("k-1", "Чайник Восток", store_id="vostok"))
    vera = seller(chat, "sever", "yug", user_id=1003)
    await vera.writes("/trace k-1")
    asked = await vera.sees("k-1", button="Юг")
    assert asked.labels == ["Север", "Юг"]
    await vera.presses(asked, "Юг")
    await vera.sees_change(asked, "Чайник Юг", "⛔")
    await vera.writes("/trace nn-9")
    asked = await vera.sees("В каком его искать", button="Юг")
    await vera.presses(asked, "Юг")
    await vera.sees_change(asked, "в вашем магазине нет")


async def test_what_is_on_its_way_and_what_ran_out(chat: World) -> None:
    record = sent(chat, OFFER)
    chat.offer_logs.known[OFFER.offer_id] = Logs(Looked(record), Looked(decided(chat, record, offset=LATER)))
    anna = seller(chat, "sever")
    await anna.writes("/trace k-1")
    card = await anna.sees("⏳ Скоро появится в поиске", "40 с")
    gone = replace(record, value=None, offset=90)
    chat.offer_logs.known[OFFER.offer_id] = Logs(Looked(gone), Looked(decided(chat, gone)))
    await anna.presses(card, "🔄 Обновить")
    await anna.sees_change(card, "⚪ Снят с продажи")


async def test_without_the_search_a_seller_is_asked_to_try_again(chat: World) -> None:
    on_sale(chat)
    chat.elasticsearch.fault = "refuses"
    anna = seller(chat, "sever")
    await anna.writes("/trace k-1")
    card = await anna.sees("❔ Сейчас не могу сказать", button="🔄 Обновить")
    chat.elasticsearch.fault = ""
    await anna.presses(card, "🔄 Обновить")
    await anna.sees_change(card, "🟢 В продаже")


async def test_the_command_alone_says_how(chat: World) -> None:
    anna = seller(chat, "sever")
    await anna.writes("/trace")
    assert "фильтр" not in (await anna.sees("ваш товар", "/trace 1001")).text
