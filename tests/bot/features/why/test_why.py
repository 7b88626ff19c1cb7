"""/why: why a product is found by a query, or is not."""

from pipeline.contracts.messages import Price
from tests.bot.world.memory import product
from tests.bot.world.world import World


async def test_the_place_and_what_of_the_query_the_product_has(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/why часы Huawei до 5000 w1")
    told = await maria.sees("Huawei умные часы модель 1 · 2 990 ₽", "✅ Место 1 из 1")
    assert "цена: до 5 000 ₽" in told.text
    assert "что это: часы" in told.text
    assert "бренд: huawei" in told.text
    assert "✓ часы: название ×1, начало описания ×1, раздел ×1" in told.text
    assert "+6 раздел называется так же" in told.text
    assert "+0,5 есть в наличии" in told.text
    await maria.presses(told, "🔎 Карточка товара")
    await maria.sees("Huawei умные часы модель 1", "2 990 ₽", "Осталась 1 шт.")


async def test_what_leaves_a_product_out_is_said(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/why часы до 5000 w9")
    await maria.sees("⛔ Нет в ответе: не подходит по цене")
    await maria.writes("/why часы в Севере w1")
    await maria.sees("⛔ Нет в ответе: товар другого магазина", "магазин: Север")
    await maria.writes("/why часы не huawei w1")
    await maria.sees(
        "⛔ Нет в ответе: есть то, чего не должно быть", "✕ есть «huawei», а не должно", "не нужно: huawei"
    )
    await maria.writes("/why чайник w1")
    await maria.sees("⛔ Нет в ответе: нет ни одного из слов", "✕ чайник: нигде")
    chat.catalog.put("remni/s1", product("s1", "Ремешок для умных часов", 500.0, category="Ремешки", store_id="remni"))
    chat.catalog.nearly["часы"] = ("remni/s1",)
    await maria.writes("/why часы s1")
    await maria.sees("🟡 В «Ещё похожее»", "место 13", "лежит в разделе других вещей")


async def test_a_banned_product_and_one_that_nobody_offers_are_in_no_search(chat: World) -> None:
    chat.bans.ban("brand:huawei")
    maria = chat.person(2001)
    await maria.writes("/why часы w1")
    await maria.sees("⛔ Huawei умные часы модель 1", "нет ни в одном ответе", "бренд «huawei»")
    await maria.writes("/why часы zzz")
    await maria.sees("Товара zzz нет в продаже", "/trace zzz")


async def test_an_id_of_two_shops_and_no_words_are_asked_about(chat: World) -> None:
    chat.catalog.put("sever/w1", product("w1", "Часы Север", 900.0, store_id="sever"))
    maria = chat.person(2001)
    await maria.writes("/why часы w1")
    await maria.sees("Какой товар", "/why часы sever/w1")
    await maria.writes("/why часы sever/w1")
    await maria.sees("Часы Север", "Место")
    await maria.writes("/why")
    await maria.sees("/why")


async def test_an_english_admin_reads_english_and_a_rate(chat: World) -> None:
    dear = product("d1", "Watch one", store_id="remni")
    chat.catalog.put("remni/d1", dear.model_copy(update={"price": Price(amount=10, currency="EUR")}))
    ann = chat.person(2002)
    await ann.writes("/why watch under 100$ d1")
    await ann.sees(
        "⛔ Not shown: its price is in a currency without a rate", "price: up to ₽9,000", "At the rate $1 = ₽90"
    )


async def test_customers_do_not_ask_why(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/why часы w1")
    await anna.sees("только администраторы")
