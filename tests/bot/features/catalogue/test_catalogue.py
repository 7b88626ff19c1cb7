"""Conversations in the catalogue: sections, their lists, what is new, shops, in both languages."""

import pytest

from tests.bot.world.memory import product
from tests.bot.world.person import Person, Seen
from tests.bot.world.world import World


@pytest.fixture
def market(chat: World) -> World:
    """Twelve smart watches, and goods of two more sections by the registered shop «Север»."""
    for number in range(3):
        chat.catalog.put(
            f"sever/c{number}",
            product(f"c{number}", f"Кофе в зёрнах {number}", category="Продукты / Кофе", store_id="sever"),
        )
    chat.catalog.put("sever/t0", product("t0", "Чай", category="Продукты / Чай", store_id="sever"))
    chat.catalog.put("sever/f0", product("f0", "Лопата", category="Сад", store_id="sever"))
    return chat


async def opened(person: Person, title: str) -> Seen:
    await person.writes("/catalog")
    return await person.sees(title)


async def test_from_the_catalogue_to_a_product_and_back_in_one_message(market: World) -> None:
    anna = market.person(1001)
    page = await opened(anna, "Каталог")
    assert page.buttons == (
        ("Электроника · 12", "Продукты · 4"), ("Сад · 1",), ("🆕 Новинки", "🏪 Магазины"),
    )  # fmt: skip
    await anna.presses(page, "Продукты · 4")
    section = await anna.sees_change(page, "Продукты · 4 товара", button="Кофе · 3")
    assert section.buttons == (("Показать все · 4",), ("Кофе · 3", "Чай · 1"), ("‹ Каталог",))
    await anna.presses(section, "Кофе · 3")
    coffee = await anna.sees_change(page, "3 товара", "Кофе в зёрнах 1", button="‹ Продукты")
    await anna.presses(coffee, "‹ Продукты")
    again = await anna.sees_change(page, button="Показать все · 4")
    await anna.presses(again, "Показать все · 4")
    whole = await anna.sees_change(page, "4 товара", button="‹ Каталог")
    await anna.presses(whole, "‹ Каталог")
    await anna.sees_change(page, button="Сад · 1")
    assert sum(message.from_bot for message in await anna.history()) == 1


async def test_a_shop_has_one_name_in_its_list_in_lists_of_products_and_on_cards(market: World) -> None:
    market.catalog.put("sever/h0", product("h0", "Тяпка", category="Дача", store_id="sever", store_name="ООО Снег"))
    anna = market.person(1001)
    page = await opened(anna, "Каталог")
    await anna.presses(page, "🏪 Магазины")
    await anna.sees_change(page, button="Север · 6")
    await anna.writes("тяпка")
    found = await anna.sees("1 000 ₽ · в наличии · Север")
    await anna.presses(found, "1")
    await anna.sees("Тяпка", "🏪 Север")


async def test_an_english_reader_sees_english_names(market: World) -> None:
    oliver = market.person(1002)
    page = await opened(oliver, "Catalogue")
    assert page.buttons[:2] == (("Electronics · 12", "Food · 4"), ("Garden · 1",))
    await oliver.presses(page, "Food · 4")
    section = await oliver.sees_change(page, "Food · 4 products", button="Coffee · 3")
    await oliver.presses(section, "Coffee · 3")
    await oliver.sees_change(page, "3 products", "Coffee", button="‹ Food")
    await oliver.writes("Кофе")
    found = await oliver.sees("3 products")
    await oliver.presses(found, "1")
    card = await oliver.sees("Кофе в зёрнах 0")
    assert "Coffee" in card.text


async def test_a_section_without_parts_is_a_list_at_once(market: World) -> None:
    anna = market.person(1001)
    page = await opened(anna, "Каталог")
    await anna.presses(page, "Сад · 1")
    await anna.sees_change(page, "1 товар", "Лопата", button="‹ Каталог")


async def test_new_arrivals_are_all_products_the_newest_first(market: World) -> None:
    anna = market.person(1001)
    market.catalog.put("sever/n", product("n", "Новинка дня", created_at="2026-11-24T10:00:00Z", store_id="sever"))
    page = await opened(anna, "Каталог")
    await anna.presses(page, "🆕 Новинки")
    await anna.sees_change(page, "1. Новинка дня", button="‹ Каталог")


async def test_a_shop_has_a_page_and_its_goods_are_a_list(market: World) -> None:
    anna = market.person(1001)
    page = await opened(anna, "Каталог")
    await anna.presses(page, "🏪 Магазины")
    shops = await anna.sees_change(page, "2 магазина", button="Север · 5")
    await anna.presses(shops, "Север · 5")
    shop = await anna.sees_change(page, "Север · 5 товаров", button="Кофе · 3")
    await anna.presses(shop, "Кофе · 3")
    coffee = await anna.sees_change(page, "3 товара", "Север", "Кофе в зёрнах", button="‹ Север")
    await anna.presses(coffee, "‹ Север")
    shop = await anna.sees_change(page, button="Показать все · 5")
    await anna.presses(shop, "Показать все · 5")
    whole = await anna.sees_change(page, "5 товаров", "Лопата", button="‹ Север")
    assert "Amazfit" not in whole.text
    await anna.presses(whole, "‹ Север")
    shop = await anna.sees_change(page, button="‹ Магазины")
    await anna.presses(shop, "‹ Магазины")
    await anna.sees_change(page, "2 магазина")


async def test_many_sections_come_in_pages(chat: World) -> None:
    for number in range(30):
        chat.catalog.put(f"s/{number}", product(f"{number}", "Вещь", category=f"Раздел {number:02}", store_id="s"))
    anna = chat.person(1001)
    page = await opened(anna, "Каталог")
    assert "1/3" in page.labels
    await anna.presses(page, "›")
    second = await anna.sees_change(page, button="2/3")
    await anna.presses(second, "›")
    last = await anna.sees_change(page, button="3/3")
    await anna.presses(last, "›")
    await anna.sees_change(page, button="1/3")


async def test_what_was_just_banned_is_not_counted(market: World) -> None:
    anna = market.person(1001)
    page = await opened(anna, "Каталог")
    market.bans.ban("category:кофе")
    await anna.presses(page, "Продукты · 4")
    await anna.sees_change(page, "Продукты · 1 товар", button="Чай · 1")


async def test_what_is_gone_meanwhile_says_so_and_shows_the_way_on(market: World) -> None:
    anna = market.person(1001)
    page = await opened(anna, "Каталог")
    for offer_id in [name for name in market.catalog.shelf if name.startswith("sever/")]:
        market.catalog.put(offer_id, None)
    market.clock.pass_by(minutes=2)
    toast = await anna.presses(page, "Продукты · 4")
    assert toast.text == "Там больше ничего не продаётся."
    await anna.sees_change(page, "Каталог")


async def test_an_empty_market_says_so(chat: World) -> None:
    chat.catalog.shelf.clear()
    anna = chat.person(1001)
    await opened(anna, "Товаров пока нет")


async def test_a_searched_list_has_no_way_to_the_catalogue(market: World) -> None:
    anna = market.person(1001)
    await anna.writes("умные часы")
    found = await anna.sees("12 товаров")
    assert "‹ Каталог" not in found.labels


async def test_the_index_is_asked_once_a_minute(market: World) -> None:
    anna = market.person(1001)
    page = await opened(anna, "Каталог")
    market.catalog.put("x/1", product("1", "Стул", category="Мебель", store_id="x"))
    await anna.presses(page, "Продукты · 4")
    await anna.presses(await anna.sees_change(page, button="‹ Каталог"), "‹ Каталог")
    again = await anna.sees_change(page, button="Сад · 1")
    assert "Мебель · 1" not in again.labels
    market.clock.pass_by(minutes=2)
    await anna.writes("/catalog")
    await anna.sees(button="Мебель · 1")


async def test_what_costs_less_than_before_is_a_list_with_the_old_price_struck(market: World) -> None:
    anna = market.person(1001)
    page = await opened(anna, "Каталог")
    assert not [label for label in page.labels if "Подешевело" in label]
    market.clock.pass_by(minutes=2)
    market.catalog.put("sever/d1", product("d1", "Грабли", 750.0, category="Сад", store_id="sever", old_price=1000.0))
    page = await opened(anna, "Каталог")
    await anna.presses(page, "📉 Подешевело · 1")
    fallen = await anna.sees_change(
        page, "1 товар", "Фильтры: подешевело", "Грабли", "750 ₽ 1 000 ₽", button="‹ Каталог"
    )
    await anna.presses(fallen, "подешевело ✕")
    await anna.sees_change(page, "18 товаров")
