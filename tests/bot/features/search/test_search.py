"""Conversations of a customer who looks for something."""

from pipeline.contracts.messages import Price
from tests.bot.world.memory import product
from tests.bot.world.world import World


async def test_a_search_is_a_list_that_turns_its_pages_in_place(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("умные часы")
    found = await anna.sees("умные часы", "12 товаров", button="1/3")
    assert found.text.count("₽") == 5
    assert found.labels[:5] == ["1", "2", "3", "4", "5"]

    await anna.presses(found, "›")
    second = await anna.sees_change(found, button="2/3")
    assert second.labels[:5] == ["6", "7", "8", "9", "10"]
    assert second.edits

    assert (await anna.presses(second, "2/3")).text == "Страница 2 из 3"
    await anna.presses(second, "‹")
    assert (await anna.sees_change(found, button="1/3")).text == found.text


async def test_a_list_is_sorted_in_place_and_says_how(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/search huawei")
    found = await anna.sees("4 товара")
    assert "Сначала" not in found.text

    await anna.presses(found, "↕️ Сортировка")
    orders = await anna.sees_change(found, "Сортировать:", button="Сначала подходящие ✓")
    assert orders.labels[-1] == "‹ К списку"
    await anna.presses(orders, "Сначала дорогие")
    dear = await anna.sees_change(found, "4 товара", "Сначала дорогие")
    assert dear.text.index("модель 10") < dear.text.index("модель 1\n")
    await anna.presses(dear, "↕️ Сортировка")
    await anna.sees_change(found, button="Сначала дорогие ✓")
    assert len([message for message in await anna.history() if message.from_bot]) == 1


async def test_a_mistyped_search_says_what_it_looked_for(chat: World) -> None:
    chat.catalog.corrections["умные чсы"] = "умные часы"
    anna = chat.person(1001)
    await anna.writes("умные чсы")
    await anna.sees("умные часы", "Вы написали «умные чсы»", "12 товаров")


async def test_nothing_found_is_said_honestly(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("гиперболоид")
    await anna.sees("гиперболоид", "ничего не нашлось")


async def test_what_comes_nearest_is_marked_as_such(chat: World) -> None:
    chat.catalog.nearly["часы с кукушкой"] = ("chasy-mira/w1", "chasy-mira/w2")
    anna = chat.person(1001)
    await anna.writes("часы с кукушкой")
    await anna.sees("По запросу часы с кукушкой ничего нет. Похожее:", "модель 1")


async def test_english_people_are_answered_in_english(chat: World) -> None:
    oliver = chat.person(1002)
    await oliver.writes("Xiaomi")
    await oliver.sees("Xiaomi", "4 products", "₽3,990", "in stock", button="⚙️ Filters")


async def test_an_old_list_works_after_the_bot_was_started_anew(world: World) -> None:
    anna = world.person(1001)
    async with world.bot():
        await anna.writes("умные часы")
        found = await anna.sees("12 товаров")
    async with world.bot():
        await anna.presses(found, "›")
        await anna.sees_change(found, button="2/3")


async def test_a_search_works_while_kafka_is_away(chat: World) -> None:
    chat.lists.down = True
    anna = chat.person(1001)
    await anna.writes("умные часы")
    found = await anna.sees("12 товаров")
    await anna.presses(found, "›")
    await anna.sees_change(found, button="2/3")

    chat.lists.down = False
    await anna.writes("Huawei")
    await anna.sees("4 товара")
    assert {state.text for state in chat.lists.kept.values()} == {"умные часы", "Huawei"}


async def test_every_request_is_recorded_under_a_pseudonym(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("Huawei")
    await anna.sees("4 товара")
    (request,) = chat.records.requests
    assert (request.text, request.outcome, request.total, request.channel) == ("Huawei", "found", 4, "chat")
    assert request.hits == ("chasy-mira/w1", "chasy-mira/w4", "chasy-mira/w7", "chasy-mira/w10")
    assert "1001" not in request.model_dump_json()


async def test_a_message_of_nothing_is_asked_back(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/search")
    await anna.sees("Что ищем?")
    await anna.writes("\u200b\u202e")
    await anna.sees("Что ищем?")


async def test_a_price_in_the_words_is_a_filter_that_can_be_taken_away(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("умные часы от 3000 до 5 000 руб")
    found = await anna.sees("умные часы", "2 товара", "3 000–5 000 ₽", button="3 000–5 000 ₽ ✕")
    assert chat.records.requests[-1].filters == {"price_min": "3000.0", "price_max": "5000.0"}
    await anna.presses(found, "3 000–5 000 ₽ ✕")
    await anna.sees_change(found, "умные часы", "12 товаров")
    assert "Amazfit" in str(await anna.asks_inline("часы до 2000"))
    assert chat.records.requests[-1].total == 1


async def test_what_comes_near_stands_apart_and_is_not_counted(chat: World) -> None:
    chat.catalog.put("remni/s1", product("s1", "Ремешок кожаный", 500.0, store_id="remni", category="Ремешки"))
    chat.catalog.nearly["huawei"] = ("remni/s1",)
    anna = chat.person(1001)
    await anna.writes("huawei")
    found = await anna.sees("4 товара", "Ещё похожее:", "5. Ремешок кожаный")
    assert found.labels[:5] == ["1", "2", "3", "4", "5"]
    await anna.presses(found, "↕️ Сортировка")
    await anna.presses(await anna.sees_change(found, button="Сначала дешёвые"), "Сначала дешёвые")
    sorted_by_price = await anna.sees_change(found, "4 товара", "Сначала дешёвые", "Ещё похожее:")
    assert sorted_by_price.text.index("модель 10") < sorted_by_price.text.index("Ещё похожее")
    assert chat.records.requests[-1].total == 4


async def test_a_price_that_leaves_nothing_is_answered_with_the_nearest_price(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("умные часы до 100")
    found = await anna.sees(
        "умные часы: До 100 ₽ ничего нет. Самые дешёвые – 1 990 ₽.", "1. Amazfit умные часы модель 0"
    )
    assert chat.records.requests[-1].outcome == "nearest"
    await anna.presses(found, "до 100 ₽ ✕")
    await anna.sees_change(found, "12 товаров")
    oliver = chat.person(1002)
    await oliver.writes("Huawei over 100 000")
    await oliver.sees("Nothing from ₽100,000. The most expensive is ₽11,990.")


async def test_cheap_is_an_order_everywhere(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("недорогие умные часы")
    found = await anna.sees("умные часы", "12 товаров", "Сначала дешёвые")
    assert found.text.index("модель 0") < found.text.index("модель 1")
    await anna.asks_inline("самые дорогие умные часы")
    request = chat.records.requests[-1]
    assert (request.text, request.sort, request.hits[0]) == ("умные часы", "price_desc", "chasy-mira/w11")


async def test_a_model_is_one_line_and_is_counted_once(chat: World) -> None:
    for number, (colour, shop, price) in enumerate(
        (("чёрный", "a", 8990.0), ("синий", "a", 9490.0), ("синий", "b", 9990.0))
    ):
        offer = product(f"p{number}", f"Смарт-часы Orbita Pulse 3, {colour}", price, brand="Orbita", store_id=shop,
                        specifications={"Цвет": colour})  # fmt: skip
        chat.catalog.put(offer.offer_id, offer)
    anna = chat.person(1001)
    await anna.writes("orbita")
    found = await anna.sees("1 товар", "1. Смарт-часы Orbita Pulse 3 · 2 цвета", "от 8 990 ₽ · в наличии · 2 магазина")
    assert found.labels[0] == "1"
    assert "2" not in found.labels


async def test_an_article_opens_the_card(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("SKU-w3")
    await anna.sees("Amazfit умные часы модель 3", button="🔁 Похожие")
    assert [request.kind for request in chat.records.requests] == ["search", "view"]
    assert chat.records.requests[0].total == 1


async def test_offers_without_a_rate_are_left_out_of_a_price_and_told(chat: World) -> None:
    samovar = product("s1", "Huawei Самовар", store_id="dom").model_copy(
        update={"price": Price(amount=90, currency="USD")}
    )
    chat.catalog.put(samovar.offer_id, samovar)
    anna = chat.person(1001)
    await anna.writes("huawei до 5000")
    await anna.sees("1 товар", "Ещё 1 товар не показан: для валюты его цены нет курса.")


async def test_a_price_in_another_currency_is_converted_and_the_rate_is_said(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("умные часы до 100$")
    found = await anna.sees("умные часы", "до 9 000 ₽", "По курсу 1 $ = 90 ₽")
    await anna.presses(found, "⚙️ Фильтры")
    panel = await anna.sees_change(found, button="💰 до 9 000 ₽ · 8 ✓")
    await anna.presses(panel, "💰 до 9 000 ₽ · 8 ✓")
    await anna.presses(await anna.sees_change(found, "Фильтры не выбраны"), "Показать 12")
    whole = await anna.sees_change(found, "12 товаров")
    assert "курс" not in whole.text

    oliver = chat.person(1002)
    await oliver.writes("Xiaomi under 100 euros")
    await oliver.sees("Xiaomi", "4 products", "There is no rate for €, so the price does not count.")


async def test_a_shop_that_is_named_in_words_is_a_filter(chat: World) -> None:
    chat.catalog.put("sever/n1", product("n1", "Huawei умные часы Север", 2500.0, store_id="sever"))
    anna = chat.person(1001)
    await anna.writes("умные часы в Севере")
    await anna.sees("умные часы", "1 товар", "Фильтры: Север")
    await anna.writes("умные часы из магазина North")
    await anna.sees("умные часы", "1 товар", "Фильтры: Север")
