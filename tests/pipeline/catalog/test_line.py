"""Which offers are one line of a list, which are not, and what is told of a line."""

import pytest

from pipeline.catalog.line import line_of, lines_of, spread
from pipeline.contracts.messages import Price, Product, Stock


def offer(product_id: str, name: str, price: float = 1000.0, **more: object) -> Product:
    fields: dict[str, object] = {
        "price": Price(amount=price, currency="RUB"),
        "stock": Stock(available=5),
        "store_id": "a",
    }
    return Product.model_validate(fields | {"product_id": product_id, "name": name} | more)


def orbita(product_id: str, name: str, price: float = 1000.0, **more: object) -> Product:
    return offer(product_id, name, price, **({"brand": "Orbita"} | more))


PULSE = orbita(
    "1", "Смарт-часы Orbita Pulse 3, 44 мм, чёрные", specifications={"Цвет": "чёрный", "Размер корпуса": "44 мм"}
)


@pytest.mark.parametrize(
    "other",
    [
        orbita("2", "Смарт-часы Orbita Pulse 3, 40 мм, синие", specifications={"Цвет": "синий", "Размер": "40 мм"}),
        orbita("2", "Умные часы ORBITA Pulse 3 44 мм, чёрные", store_id="b", specifications={"Размер": "44 мм"}),
        orbita("2", "Умные часы Orbita Pulse 3", store_id="b"),
        orbita("2", "Часы Orbita", store_id="b", specifications={"Модель": "Pulse 3"}),
    ],
)  # fmt: skip
def test_a_model_of_a_maker_is_one_line_in_any_colour_size_and_shop(other: Product) -> None:
    assert line_of(other) == line_of(PULSE)


@pytest.mark.parametrize(
    "other",
    [
        orbita("2", "Смарт-часы Orbita Pulse 4, 44 мм, чёрные"),
        orbita("2", "Смарт-часы Orbita Pulse 3 Mini, чёрные"),
        orbita("2", "Ремешок Orbita Pulse 3, чёрный"),
        orbita("2", "Комплект из 2 часов Orbita Pulse 3"),
        orbita("2", "Смарт-часы Orbita"),
        orbita("2", "Смарт-часы Sorvin Pulse 3", brand="Sorvin"),
        offer("2", "Смарт-часы Orbita Pulse 3, 44 мм, чёрные"),
        # The shop has its own word for what belongs together.
        orbita("2", "Смарт-часы Orbita Pulse 3, 44 мм, чёрные", group_id="g"),
    ],
)
def test_what_only_may_be_the_same_stays_apart(other: Product) -> None:
    assert line_of(other) != line_of(PULSE)


def test_two_offers_with_a_maker_and_no_model_are_two_lines() -> None:
    assert line_of(orbita("1", "Футболка Orbita, красная")) != line_of(orbita("2", "Футболка Orbita, синяя"))


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("Smart watch Harbour Tide 42 mm, black", "Smart watch Harbour Tide 42 mm, sand", True),
        ("Smart watch Harbour Tide 42 mm", "Strap Harbour Tide 42 mm", False),
        ("Футболка Harbour мужская", "Футболка Harbour мужская", False),
        ("Куртка Harbour «Штормовая», синяя", "Куртка Harbour Штормовая, синяя", False),
        ("Куртка Harbour «Штормовая», синяя", "Куртка Harbour «Штормовая», красная", True),
        ("Harbour shoes", "Harbour shoes", False),
        ("Harbour flat screen desk mount", "Harbour flat screen desk mount", False),
        ("Harbour Gull wireless headphones, mint", "Harbour Gull wireless headphones, white", True),
        ("Harbour умные часы 5", "Harbour умные часы 5", True),
        ("Harbour умные часы 5", "Harbour умные часы 6", False),
    ],
)
def test_a_name_that_is_anybodys_joins_nothing(one: str, two: str, same: bool) -> None:
    first, second = (offer(number, name, brand="Harbour") for number, name in (("1", one), ("2", two)))
    assert (line_of(first) == line_of(second)) is same


def test_a_shops_group_is_one_line_whatever_the_names_and_of_that_shop_only() -> None:
    one, two = offer("1", "Футболка красная", group_id="7"), orbita("2", "Майка Orbita Sun, M", group_id="7")
    assert line_of(one) == line_of(two)
    assert line_of(offer("1", "Футболка красная", group_id="7", store_id="b")) != line_of(one)


def test_a_barcode_that_is_one_joins_shops() -> None:
    def book(shop: str, code: str) -> Product:
        return offer("1", f"Книга, издание {shop}", store_id=shop, specifications={"Штрихкод": code})

    assert line_of(book("a", "4006381333931")) == line_of(book("b", "4006381333931"))
    assert line_of(book("a", "4006381333932")) != line_of(book("b", "4006381333932"))
    assert line_of(book("a", "0000000000000")) != line_of(book("b", "0000000000000"))


def test_a_line_tells_what_its_offers_have_in_common_and_how_they_differ() -> None:
    offers = [
        orbita(str(number), f"Умные часы Orbita Pulse 3 {size} мм, {colour}", price, store_id=shop,
               specifications={"Цвет": colour, "Размер корпуса": f"{size} мм"})
        for number, (size, colour, price, shop) in enumerate(
            [(40, "чёрные", 9990, "a"), (44, "чёрные", 10990, "a"), (44, "синие", 0, "b"), (44, "белые", 8990, "b")]
        )
    ]  # fmt: skip
    (line,) = lines_of(offers[:1], offers, "RUB").values()
    assert line.name == "Умные часы Orbita Pulse 3"
    assert (line.offers, line.shops, line.colours, line.sizes, line.available) == (4, 2, 3, 2, 20)
    assert line.price is not None
    assert (line.price.amount, line.price_varies) == (8990, True)
    assert lines_of(offers[:1], offers[:1], "RUB") == {}


def test_a_line_is_called_by_its_whole_name_when_too_little_is_shared() -> None:
    offers = [offer("1", "Футболка красная", group_id="7"), offer("2", "Майка синяя", group_id="7")]
    assert [line.name for line in lines_of(offers[:1], offers, "RUB").values()] == ["Футболка красная"]


def test_at_most_two_of_a_shop_stand_among_the_first_while_there_are_others() -> None:
    hits = [(offer(str(number), "Часы", store_id=shop), 1.0) for number, shop in enumerate("aaaabbbcd")]
    assert [each.store_id for each, _ in spread(hits, 5, 2)] == list("aabbcaabd")
    straps = [(offer(str(number), "Ремешок", store_id="z", category="Ремешки"), 1.0) for number in range(3)]
    kinds = [(each.model_copy(update={"category": "Часы"}), score) for each, score in hits[:6]]
    assert [each.store_id for each, _ in spread([*kinds, *straps], 5, 2)] == list("aabbaazzz")
    alone = [(offer(str(number), "Часы"), 1.0) for number in range(7)]
    assert list(spread(alone, 5, 2)) == alone
