"""Conversations about one product: its card, what is like it, and what happens when it is banned."""

import re

import pytest

from tests.bot.world.memory import product
from tests.bot.world.world import World
from tests.waiting import until


async def test_a_number_opens_the_card_and_back_leads_to_the_list(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("умные часы")
    found = await anna.sees("12 товаров")
    await anna.presses(found, "3")
    card = await anna.sees(
        "Xiaomi умные часы модель 2", "3 990", "⏳ Осталось 2 шт.", "chasy-mira", button="🔁 Похожие"
    )
    assert card.labels == ["🔔 Следить", "🔁 Похожие", "📤 Поделиться", "🚩 Пожаловаться", "‹ К списку"]
    assert card.message_id != found.message_id

    await anna.presses(card, "‹ К списку")
    assert [message.message_id for message in await anna.history()][-1] == found.message_id

    view = chat.records.requests[1]
    assert (view.kind, view.offer_id, view.position, view.source) == ("view", "chasy-mira/w2", 2, "search")
    # Looking at the list again is no other search.
    assert [one.kind for one in chat.records.requests] == ["search", "view"]


async def test_five_cards_leave_one_list_behind(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("умные часы")
    found = await anna.sees("12 товаров")
    before = await anna.history()
    for number in range(1, 6):
        await anna.presses(found, str(number))
        await anna.presses(await anna.sees(button="‹ К списку"), "‹ К списку")
    assert [one.message_id for one in await anna.history()] == [one.message_id for one in before]


@pytest.mark.parametrize("command", ["/recommend", "/watch", "similar"])
async def test_every_card_leads_back_to_what_it_was_opened_from(chat: World, command: str) -> None:
    anna = chat.person(1001)
    await anna.writes("/start p_w5")
    card = await anna.sees("модель 5", button="🔎 Начать поиск")
    if command == "/watch":
        await anna.presses(card, "🔔 Следить")
        await anna.presses(await anna.sees("Сообщить при цене"), "Любое снижение")
        await anna.sees("модель 5", "Слежу")
    if command == "similar":
        await anna.presses(card, "🔁 Похожие")
    else:
        await anna.writes(command)
    origin = await anna.sees(button="1. Xiaomi умные часы модель 5" if command == "/watch" else "1")
    await anna.presses(origin, origin.labels[0])
    if command == "/watch":
        await anna.presses(await anna.sees_change(origin, button="🛍 Открыть"), "🛍 Открыть")
    opened = await anna.sees(button="📤 Поделиться")
    await anna.presses(opened, "‹ Назад")
    assert (await anna.history())[-1].message_id == origin.message_id


async def test_a_card_that_came_by_a_link_leads_to_the_search(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/start p_w5")
    await anna.presses(await anna.sees("модель 5", button="🔎 Начать поиск"), "🔎 Начать поиск")
    await anna.sees("🔎 Что ищем?")


async def test_a_card_too_old_to_be_deleted_is_made_small_and_the_list_comes_again(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("умные часы")
    await anna.presses(await anna.sees("12 товаров"), "1")
    card = await anna.sees("модель 0", button="‹ К списку")
    for conversation in chat.sandbox.world.conversations.values():
        if (post := conversation.posts.get(card.message_id)) is not None:
            post.message["date"] -= 3 * 24 * 3600
    await anna.presses(card, "‹ К списку")
    small = await anna.sees_change(card, "модель 0", button="🛍 Открыть")
    assert small.labels == ["🛍 Открыть"]
    await anna.sees("12 товаров")
    await anna.presses(small, "🛍 Открыть")
    await anna.sees("модель 0", button="‹ Назад")


async def test_the_ways_to_the_shop(chat: World) -> None:
    chat.shops.all["sever"] = chat.shops.all["sever"].model_copy(update={"contact": "@sever_help"})
    offer = product(
        "s1", "Самовар", 13_490.0, store_id="sever", url="https://sever.example/s1", old_price=15_990.0,
        delivery={"cost": 0, "days": "1-2", "pickup": True},
    )  # fmt: skip
    chat.catalog.put(offer.offer_id, offer)
    anna = chat.person(1001)
    await anna.writes("/start p_s1")
    card = await anna.sees("Самовар", "15 990 ₽", "🚚 Бесплатная доставка, 1–2 дня · самовывоз")
    assert card.labels == [
        "🛒 В магазин · 13 490 ₽", "🔔 Следить", "🔁 Похожие", "📤 Поделиться", "💬 Спросить магазин",
        "🚩 Пожаловаться", "🔎 Начать поиск",
    ]  # fmt: skip
    assert card.links == ("https://sever.example/s1", "https://t.me/sever_help")


async def test_a_picture_that_does_not_load_leaves_a_card_of_text(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("умные часы")
    await anna.presses(await anna.sees("12 товаров"), "2")
    card = await anna.sees("Huawei умные часы модель 1", button="‹ К списку")
    assert card.photo is None


async def test_an_address_that_telegram_refuses_costs_the_card_its_button_alone(chat: World) -> None:
    offer = product("s1", "Самовар", url="https://sever.example:99999/s1")
    chat.catalog.put(offer.offer_id, offer)
    anna = chat.person(1001)
    await anna.writes("/start p_s1")
    card = await anna.sees("Самовар", button="📤 Поделиться")
    assert card.links == ()


async def test_similar_products_are_a_list_of_their_own(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/start p_w3")
    card = await anna.sees("Amazfit умные часы модель 3", button="🔁 Похожие")
    assert "🔎 Начать поиск" in card.labels
    await anna.presses(card, "🔁 Похожие")
    similar = await anna.sees("Похожие на «Amazfit умные часы модель 3»", button="5")
    await anna.presses(similar, "1")
    await anna.sees("Amazfit умные часы модель 0", button="📤 Поделиться")


async def test_a_link_leads_to_products_with_odd_ids(chat: World) -> None:
    for number, (shop, odd) in enumerate(
        (
            ("s", "a/b c"),
            ("s", "товар-7"),
            ("s", "x" * 40),
            ("s", "q_x"),
            ("s_", "_x"),
            ("s__t", "x__y"),
            ("ы" * 99, "ы"),
        )
    ):
        offer = product(odd, f"Вещь {number}", store_id=shop)
        chat.catalog.put(offer.offer_id, offer)
        anna = chat.person(1001)
        found = re.search(r"\?start=([A-Za-z0-9_-]{1,64})[^A-Za-z0-9_-]", str(await anna.asks_inline(f"Вещь {number}")))
        assert found is not None
        await anna.writes(f"/start {found[1]}")
        await anna.sees(f"Вещь {number}", button="🔁 Похожие")


async def test_a_very_long_id_still_has_a_card_after_a_restart(world: World) -> None:
    long_id = "offer/" + "9" * 190
    world.catalog.shelf = {}
    for offer in (product(long_id, "Самовар"), product("s2", "Самовар второй")):
        world.catalog.put(offer.offer_id, offer)
    anna = world.person(1001)
    async with world.bot():
        await anna.writes("самовар")
        found = await anna.sees("2 товара")
    async with world.bot():
        await anna.presses(found, "1")
        card = await anna.sees("Самовар", button="🔁 Похожие")
        await anna.presses(card, "🔁 Похожие")
        await anna.sees("Похожие на «Самовар»", "Самовар второй")


async def test_a_banned_product_leaves_lists_cards_and_inline_at_once(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("умные часы")
    found = await anna.sees("12 товаров")
    await anna.presses(found, "1")
    card = await anna.sees("Amazfit умные часы модель 0", button="🔁 Похожие")

    chat.bans.ban("product:chasy-mira/w0")

    toast = await anna.presses(card, "🔁 Похожие")
    assert (toast.text, toast.alert) == ("Площадка сняла этот товар с продажи.", True)
    struck = await anna.sees_change(card, "⛔️ Площадка сняла этот товар с продажи", "модель 0", button="🔁 Похожие")
    assert "Поделиться" not in " ".join(struck.labels)
    await anna.sees("Похожие на «Amazfit умные часы модель 0»")

    toast = await anna.presses(found, "1")
    assert toast.text == "Площадка сняла этот товар с продажи."
    await anna.sees_change(found, "11 товаров", "модель 1")

    await anna.writes("/start p_w0")
    await anna.sees("⛔️ Площадка сняла этот товар с продажи")
    answer = await anna.asks_inline("модель 0")
    assert "chasy-mira/w0" not in str(answer)

    chat.bans.unban("product:chasy-mira/w0")
    await anna.writes("/start p_w0")
    await anna.sees("Amazfit умные часы модель 0", button="🔁 Похожие")


async def test_what_was_banned_for_a_moment_is_offered_inline_as_soon_as_it_is_back(chat: World) -> None:
    anna = chat.person(1001)
    assert (await anna.asks_inline("Xiaomi"))["results"]
    offered = {name: offer for name, offer in chat.catalog.shelf.items() if offer.brand == "Xiaomi"}
    chat.bans.ban("brand:xiaomi")
    for name in offered:
        chat.catalog.put(name, None)
    assert not (await anna.asks_inline("Xiaomi часы"))["results"]
    chat.bans.unban("brand:xiaomi")
    for name, offer in offered.items():
        chat.catalog.put(name, offer)
    # Nothing is kept of the answers of that moment, by us or by Telegram.
    chat.clock.pass_by(seconds=2)
    assert len((await anna.asks_inline("Xiaomi часы "))["results"]) == len(offered)  # type: ignore[arg-type]


async def test_back_from_a_banned_card_leads_to_the_list_which_forgets_it_when_it_is_used(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("умные часы")
    found = await anna.sees("12 товаров")
    await anna.presses(found, "1")
    card = await anna.sees("модель 0", button="‹ К списку")
    chat.bans.ban("brand:Amazfit")
    await anna.presses(card, "‹ К списку")
    assert (await anna.history())[-1].message_id == found.message_id
    await anna.presses(found, "1")
    await anna.sees_change(found, "8 товаров")


async def test_a_product_that_left_the_catalogue_is_said_to_be_gone(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("умные часы")
    found = await anna.sees("12 товаров")
    del chat.catalog.shelf["chasy-mira/w0"]
    toast = await anna.presses(found, "1")
    assert toast.text == "Этот товар больше не продаётся."
    await anna.sees_change(found, "11 товаров")


@pytest.mark.parametrize(("person", "which"), [(1001, "Какой вам нужен?"), (1002, "Which one do you mean?")])
async def test_a_link_without_a_shop_leads_to_a_choice_of_shops(chat: World, person: int, which: str) -> None:
    for shop, title in (("north", "Север"), ("south", "Юг")):
        offer = product("1", f"Лампа {title}", store_id=shop, store_name=title)
        chat.catalog.put(offer.offer_id, offer)
    anna = chat.person(person)
    await anna.writes("/start p_1")
    choice = await anna.sees(which, button="🏪 Юг · Лампа Юг")
    await anna.presses(choice, "🏪 Юг · Лампа Юг")
    await anna.sees("Лампа Юг", "Юг")
    assert [one.offer_id for one in chat.records.requests if one.kind == "view"] == ["south/1"]
    chat.bans.ban("product:south/1")
    await anna.writes("/start p_1")
    await anna.sees("Лампа Север", "Север")


async def test_what_the_filter_took_back_is_in_no_answer_though_the_index_still_has_it(chat: World) -> None:
    anna = chat.person(1001)
    assert chat.running is not None
    known, offer = chat.running.base.products.known, chat.catalog.shelf["chasy-mira/w5"]
    known.trust(lambda _: 1)
    inline = await anna.asks_inline("умные часы")
    assert "модель 5" in str(inline)
    known.learn(offer.offer_id, None)
    await anna.writes("умные часы")
    await anna.sees("11 товаров")
    await anna.writes("/start p_w5")
    await anna.sees("больше не продаётся")

    async def left() -> bool:
        return "модель 5" not in str(await anna.asks_inline("умные часы"))

    await until(left, "Telegram asks anew, and our own cache does not bring it back", within_s=5.0)
    known.learn(offer.offer_id, offer)
    await anna.writes("/start p_w5")
    await anna.sees("модель 5", button="🚩 Пожаловаться")
