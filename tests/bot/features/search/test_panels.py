"""Conversations about filters: a panel that stays open, shows what is chosen, and counts what is left."""

import pytest

from bot.features.search.choices import Choices, choices_of
from bot.features.search.filters import narrowed
from bot.features.search.panels import panel
from bot.products.list_state import ListState
from bot.ui.callback_ids import mark
from bot.ui.locale import texts
from pipeline.catalog.page import Facets, SearchPage
from pipeline.contracts.messages import Stock
from tests.bot.world.memory import product
from tests.bot.world.person import Person, Seen
from tests.bot.world.world import World


async def _panel(person: Person, query: str) -> Seen:
    await person.writes(query)
    found = await person.sees(button="⚙️ Фильтры")
    await person.presses(found, "⚙️ Фильтры")
    return await person.sees_change(found, "Фильтры не выбраны")


async def test_three_filters_are_five_taps(chat: World) -> None:
    chat.catalog.put("chasy-mira/w20", product("w20", "Amazfit умные часы модель 20", 1500.0))
    anna = chat.person(1001)
    await anna.writes("умные часы")
    found = await anna.sees("13 товаров")

    shown, pressed = found, 0
    for button, then in (
        ("⚙️ Фильтры", "Показать 13"),
        ("🏷 Amazfit · 5", "Показать 5"),
        ("💰 до 2 000 ₽ · 2", "Показать 2"),
        ("📦 Только в наличии · 1", "Показать 1"),
        ("Показать 1", "⚙️ Фильтры"),
    ):
        await anna.presses(shown, button)
        shown = await anna.sees_change(found, button=then)
        pressed += 1
        if then.startswith("Показать"):
            assert shown.labels[-1] == then
            assert button == "⚙️ Фильтры" or f"{button} ✓" in shown.labels
    assert pressed == 5
    assert "1 товар\nФильтры: Amazfit · до 2 000 ₽ · в наличии" in shown.text
    assert "модель 20" in shown.text
    assert len([message for message in await anna.history() if message.from_bot]) == 1


async def test_a_second_press_takes_a_choice_away_and_one_button_takes_all(chat: World) -> None:
    anna = chat.person(1001)
    panel = await _panel(anna, "умные часы")
    await anna.presses(panel, "🏷 Huawei · 4")
    chosen = await anna.sees_change(panel, "4 товара", "Фильтры: Huawei", button="🏷 Huawei · 4 ✓")
    await anna.presses(chosen, "🏷 Huawei · 4 ✓")
    again = await anna.sees_change(panel, "12 товаров", "Фильтры не выбраны", button="🏷 Huawei · 4")
    assert again.labels == panel.labels
    await anna.presses(again, "💰 5–10 тыс. ₽ · 5")
    dear = await anna.sees_change(panel, button="💰 5–10 тыс. ₽ · 5 ✓")
    await anna.presses(dear, "✕ Сбросить фильтры")
    await anna.sees_change(panel, "Фильтры не выбраны", button="Показать 12")


async def test_several_brands_and_shops_are_chosen_at_once(chat: World) -> None:
    for number in range(3):
        chat.catalog.put(
            f"sever/n{number}", product(f"n{number}", f"Huawei умные часы Н{number}", 3000.0, store_id="sever")
        )
    anna = chat.person(1001)
    panel = await _panel(anna, "умные часы")
    await anna.presses(panel, "🏷 Huawei · 7")
    huawei = await anna.sees_change(panel, button="Показать 7")
    await anna.presses(huawei, "🏷 Xiaomi · 4")
    both = await anna.sees_change(panel, "Фильтры: Huawei · Xiaomi", button="Показать 11")
    assert {"🏷 Huawei · 7 ✓", "🏷 Xiaomi · 4 ✓", "🏷 Amazfit · 4"} <= {*both.labels}

    await anna.presses(both, "🏪 Магазин")
    shops = await anna.sees_change(panel, "Какой магазин? Можно выбрать несколько.", button="🏪 Север · 3")
    assert shops.labels[-2:] == ["‹ Фильтры", "Показать 11"]
    await anna.presses(shops, "🏪 Север · 3")
    sever = await anna.sees_change(panel, "Какой магазин?", "Фильтры: Huawei · Xiaomi · Север", button="Показать 3")
    await anna.presses(sever, "🏪 chasy-mira · 8")
    two = await anna.sees_change(panel, button="Показать 11")
    assert {"🏪 Север · 3 ✓", "🏪 chasy-mira · 8 ✓", "✕ Все магазины"} <= {*two.labels}
    await anna.presses(two, "🏪 chasy-mira · 8 ✓")
    await anna.presses(await anna.sees_change(panel, button="Показать 3"), "‹ Фильтры")
    await anna.presses(await anna.sees_change(panel, button="🏪 Север · 3 ✓"), "Показать 3")
    narrowed_list = await anna.sees_change(panel, "3 товара", "Н0")
    assert chat.records.requests[-1].filters == {"brands": "Huawei, Xiaomi", "shops": "sever"}
    await anna.presses(narrowed_list, "✕ Сбросить фильтры")
    await anna.sees_change(panel, "15 товаров", button="⚙️ Фильтры")


async def test_many_brands_have_a_panel_of_their_own(chat: World) -> None:
    for number in range(9):
        chat.catalog.put(f"a/m{number}", product(f"m{number}", f"Бренд{number} умные часы", 3000.0, store_id="a"))
    anna = chat.person(1001)
    panel = await _panel(anna, "умные часы")
    assert [label for label in panel.labels if label.startswith("🏷")] == [
        "🏷 Amazfit · 4", "🏷 Huawei · 4", "🏷 Xiaomi · 4", "🏷 Все бренды…",
    ]  # fmt: skip
    await anna.presses(panel, "🏷 Все бренды…")
    first = await anna.sees_change(panel, "Какой бренд? Можно выбрать несколько.", button="1/2")
    await anna.presses(first, "›")
    second = await anna.sees_change(panel, button="2/2")
    await anna.presses(second, "🏷 Бренд8 · 1")
    chosen = await anna.sees_change(panel, "Фильтры: Бренд8", button="🏷 Бренд8 · 1 ✓")
    assert "2/2" in chosen.labels
    await anna.presses(chosen, "‹ Фильтры")
    outside = await anna.sees_change(panel, button="🏷 Бренд8 · 1 ✓")
    assert "🏷 Все бренды…" not in outside.labels


async def test_a_section_is_one_and_leads_back_to_all_filters(chat: World) -> None:
    chat.catalog.put("a/s1", product("s1", "Ремешок на умные часы", 500.0, category="Электроника / Аксессуары"))
    anna = chat.person(1001)
    panel = await _panel(anna, "умные часы")
    await anna.presses(panel, "📂 Раздел")
    sections = await anna.sees_change(panel, "Какой раздел?", button="📂 Умные часы · 12")
    await anna.presses(sections, "📂 Умные часы · 12")
    await anna.sees_change(panel, "Фильтры: Умные часы", button="📂 Умные часы · 12 ✓")

    oliver = chat.person(1002)
    await oliver.writes("умные часы")
    found = await oliver.sees("13 products")
    await oliver.presses(found, "⚙️ Filters")
    await oliver.presses(await oliver.sees_change(found, "No filters chosen", button="Show 13"), "📂 Category")
    await oliver.sees_change(found, "Which category?", button="📂 Smart watches · 12")


async def test_what_has_one_value_is_not_offered(chat: World) -> None:
    anna = chat.person(1001)
    panel = await _panel(anna, "huawei")
    assert not [label for label in panel.labels if label[0] in "📂🏷🏪📦"]
    await anna.writes("Huawei модель 10")
    found = await anna.sees("1 товар")
    assert not {"⚙️ Фильтры", "↕️ Сортировка"} & {*found.labels}


async def test_a_list_of_equals_says_that_there_is_nothing_to_choose(chat: World) -> None:
    for number in range(2):
        chat.catalog.put(f"a/e{number}", product(f"e{number}", f"Самовар расписной {number}", 900.0, brand="Тула"))
    anna = chat.person(1001)
    await anna.writes("самовар")
    found = await anna.sees("2 товара")
    assert "Здесь нечего уточнять" in (await anna.presses(found, "⚙️ Фильтры")).text
    await anna.sees_change(found, "2 товара", button="1")


async def test_a_price_that_was_typed_is_a_choice_of_the_panel(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("умные часы до 3500")
    found = await anna.sees("2 товара")
    await anna.presses(found, "⚙️ Фильтры")
    panel = await anna.sees_change(found, button="💰 до 3 500 ₽ · 2 ✓")
    await anna.presses(panel, "💰 до 3 500 ₽ · 2 ✓")
    await anna.sees_change(found, "Фильтры не выбраны", button="Показать 12")


async def test_choices_that_leave_nothing_say_so_and_lead_on(chat: World) -> None:
    chat.catalog.put("a/z1", product("z1", "Zeta умные часы", 900.0, stock=Stock(available=5)))
    anna = chat.person(1001)
    panel = await _panel(anna, "умные часы")
    await anna.presses(panel, "🏷 Zeta · 1")
    chosen = await anna.sees_change(panel, button="🏷 Zeta · 1 ✓")
    chat.catalog.put("a/z1", None)
    await anna.presses(chosen, "🏷 Huawei · 4")
    await anna.presses(await anna.sees_change(panel, "4 товара", button="🏷 Zeta ✓"), "🏷 Huawei · 4 ✓")
    empty = await anna.sees_change(panel, "нет товаров", "Фильтры: Zeta", button="🏷 Zeta ✓")
    assert empty.labels[-2:] == ["✕ Сбросить фильтры", "‹ К списку"]
    await anna.presses(empty, "‹ К списку")
    await anna.sees_change(panel, "с этими фильтрами ничего нет", button="⚙️ Фильтры")


def test_the_button_of_a_panel_that_is_no_more_opens_that_of_all_filters() -> None:
    choices = Choices(SearchPage(total=3), brands=(("Huawei", 2), ("Amazfit", 1)))
    shown = panel("price", ListState(text="часы"), choices, 0, texts("ru"))
    assert shown is not None
    assert shown == panel("filters", ListState(text="часы"), choices, 0, texts("ru"))
    assert [button.label for row in shown.buttons for button in row] == ["🏷 Huawei · 2", "🏷 Amazfit · 1", "Показать 3"]


async def test_each_filter_is_counted_as_all_others_leave_it() -> None:
    asked: list[ListState] = []

    async def look(state: ListState) -> SearchPage:
        asked.append(state)
        counts = (("Amazfit", 3), ("Huawei", 4)) if not state.brands else (("Huawei", 4),)
        total = 1 if state.price_max == 500.0 else 4
        return SearchPage(total=total, facets=Facets(brands=counts, price_min=100.0, price_max=9000.0))

    state = ListState(text="часы", brands=("Huawei", "Gone"), in_stock=True)
    found = await choices_of(state, look)
    assert found.brands == (("Amazfit", 3), ("Huawei", 4), ("Gone", 0))
    assert found.prices[0] == ((None, 200.0), 4)
    # The list, the list of all brands, and a range of prices each: what is the same is asked for once.
    assert len(asked) == len({*asked}) == 2 + len(found.prices)


@pytest.mark.parametrize(
    ("by", "value", "expected"),
    [
        ("b", mark("Huawei"), {"brands": ("Amazfit", "Huawei")}),
        ("b", mark("Amazfit"), {"brands": ()}),
        ("b", "", {"brands": ()}),
        ("h", mark("sever"), {"shops": ("sever",)}),
        ("c", mark("Часы"), {"category": None}),
        ("c", mark("Ремешки"), {"category": "Ремешки"}),
        ("k", "1", {"in_stock": True}),
        ("s", "newest", {"sort": "newest"}),
        ("s", "nonsense", None),
        ("b", mark("Bork"), None),
        ("p", "nonsense", None),
        ("?", "", None),
        ("a", "", {"brands": (), "category": None}),
    ],
)
def test_a_choice_adds_takes_away_or_is_gone(by: str, value: str, expected: dict[str, object] | None) -> None:
    state = ListState(text="часы", category="Часы", brands=("Amazfit",))
    choices = Choices(
        SearchPage(),
        categories=(("Часы", 3), ("Ремешки", 1)),
        brands=(("Huawei", 2), ("Amazfit", 1)),
        shops=(("sever", 1),),
    )
    found = narrowed(state, by, value, choices)
    assert found == (None if expected is None else state.model_copy(update=expected))
