"""What was understood of a query, as buttons that take it away."""

from tests.bot.world.memory import product
from tests.bot.world.world import World


async def test_each_part_is_taken_away_in_the_same_message(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("самые дешёвые часы Huawei до 10 000")
    found = await anna.sees("часы Huawei", "3 товара", button="Huawei ✕")
    assert [label for label in found.labels if label.endswith("✕")] == [
        "Huawei ✕",
        "до 10 000 ₽ ✕",
        "Сначала дешёвые ✕",
    ]
    await anna.presses(found, "Huawei ✕")
    cheap = await anna.sees_change(found, "🔎 часы · 9 товаров", "Сначала дешёвые")
    await anna.presses(cheap, "Сначала дешёвые ✕")
    priced = await anna.sees_change(found, "🔎 часы · 9 товаров", button="до 10 000 ₽ ✕")
    assert "Сначала" not in priced.text
    await anna.presses(priced, "до 10 000 ₽ ✕")
    whole = await anna.sees_change(found, "🔎 часы · 12 товаров")
    assert not [label for label in whole.labels if label.endswith("✕")]
    assert len([message for message in await anna.history() if message.from_bot]) == 1


async def test_what_is_not_wanted_a_size_and_a_shop_are_parts(chat: World) -> None:
    chat.catalog.nearly["пылесос без мешка 2000 вт"] = ("chasy-mira/w1",)
    chat.catalog.put("sever/v", product("v", "Пылесос 2000 вт", category="Пылесосы", store_id="sever"))
    anna = chat.person(1001)
    await anna.writes("пылесос без мешка 2000 вт в Севере")
    found = await anna.sees("Похожее:", button="Север ✕")
    assert {"без мешка ✕", "2000 вт ✕"} <= {*found.labels}
    await anna.presses(found, "без мешка ✕")
    without = await anna.sees_change(found, "🔎 пылесос 2000 вт · 1 товар", button="2000 вт ✕")
    await anna.presses(without, "Север ✕")
    await anna.sees_change(found, "🔎 пылесос 2000 вт · 1 товар")


async def test_an_empty_answer_offers_to_take_parts_away(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("гиперболоид без ручки")
    found = await anna.sees("ничего не нашлось", button="без ручки ✕")
    await anna.presses(found, "без ручки ✕")
    await anna.sees_change(found, "гиперболоид", "ничего не нашлось")

    oliver = chat.person(1002)
    await oliver.writes("Huawei under 100 in stock")
    await oliver.writes("cheapest Huawei under 5000")
    english = await oliver.sees("1 product", button="up to ₽5,000 ✕")
    assert "Lowest price ✕" in english.labels


async def test_a_part_of_an_old_message_is_taken_away_after_a_restart(world: World) -> None:
    anna = world.person(1001)
    async with world.bot():
        await anna.writes("часы huawei до 5000")
        found = await anna.sees("1 товар", button="huawei ✕")
    async with world.bot():
        await anna.presses(found, "huawei ✕")
        await anna.sees_change(found, "часы", "4 товара", button="до 5 000 ₽ ✕")


async def test_several_filters_can_be_cleared_at_once(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("часы до 5000 из магазина North")
    found = await anna.sees("часы", button="✕ Сбросить фильтры")
    await anna.presses(found, "✕ Сбросить фильтры")
    await anna.sees_change(found, "12 товаров")
