"""From one line of a list to the colours, the sizes and the shops of a model."""

from bot.products.variants import variant_rows
from bot.ui.locale import texts
from pipeline.contracts.messages import Product
from tests.bot.world.memory import product
from tests.bot.world.world import World


def sweater(number: int, colour: str, size: str, price: float, shop: str = "garderob") -> Product:
    return product(
        f"s{number}", f"Свитер Озеро, {size}, {colour}", price, category="Одежда / Свитеры", store_id=shop,
        group_id="ozero" if shop == "garderob" else None, specifications={"Цвет": colour, "Размер": size},
    )  # fmt: skip


SWEATERS = (
    sweater(1, "серый", "S", 4000),
    sweater(2, "серый", "M", 4000),
    sweater(3, "синий", "S", 4200),
    sweater(4, "синий", "M", 4200),
)


def labels(rows: object) -> list[str]:
    return [button.label.replace("\u00a0", " ") for row in rows for button in row]  # type: ignore[attr-defined]


def test_the_buttons_are_the_other_colours_and_sizes_each_with_the_rest_as_it_is() -> None:
    rows = variant_rows(SWEATERS[1], SWEATERS, texts("ru"))
    assert labels(rows) == ["● серый", "синий", "● M", "S"]
    opened = [button.press.product for row in rows for button in row if button.press]  # type: ignore[attr-defined]
    assert opened == ["garderob/s2", "garderob/s4", "garderob/s2", "garderob/s1"]


def test_other_shops_stand_below_the_cheapest_first_each_once() -> None:
    own = product("p1", "Часы Orbita Pulse", 900.0, brand="Orbita")
    others = [product("p1", "Часы Orbita Pulse", price, brand="Orbita", store_id=shop) for price, shop in
              ((800.0, "b"), (700.0, "c"), (950.0, "b"))]  # fmt: skip
    assert labels(variant_rows(own, (own, *others), texts("ru"))) == ["🏪 c · 700 ₽", "🏪 b · 800 ₽"]


def test_a_product_that_stands_alone_has_no_such_buttons() -> None:
    assert variant_rows(SWEATERS[0], SWEATERS[:1], texts("ru")) == ()
    assert variant_rows(SWEATERS[0], (), texts("ru")) == ()


async def test_a_line_opens_a_card_on_which_another_colour_takes_its_place(chat: World) -> None:
    for each in SWEATERS:
        chat.catalog.put(each.offer_id, each)
    anna = chat.person(1001)
    await anna.writes("свитер")
    found = await anna.sees("1 товар", "Свитер Озеро · 2 цвета · 2 размера", "от 4 000 ₽")
    await anna.presses(found, "1")
    card = await anna.sees("Свитер Озеро, S, серый", button="синий")
    await anna.presses(card, "синий")
    other = await anna.sees_change(card, "Свитер Озеро, S, синий", button="● синий")
    await anna.presses(other, "M")
    await anna.sees_change(card, "Свитер Озеро, M, синий")
    assert len([message for message in await anna.history() if message.from_bot]) == 2
