"""What a shop has, by the records of `products` in any order of versions; and the picture of its week."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.my_shop.charts import draw
from bot.features.my_shop.drawing import WeekDrawing
from bot.features.my_shop.figures import Day, Found, Week
from bot.features.my_shop.stock import StockTaking
from bot.ui.locale import MOSCOW, Language
from bot.ui.span import span_of
from pipeline.bans import Rules, decide, parse_rule
from pipeline.contracts.messages import Product, encode
from tests.bot.world.memory import product

NOW = datetime(2026, 11, 24, 20, 5, tzinfo=UTC)
RULES = Rules([(parse_rule("brand:Tavr"), None), (parse_rule("product:s/3"), NOW + timedelta(days=1)),
               (parse_rule("keyword:реплика"), NOW - timedelta(days=1))])  # fmt: skip


def version(number: int, available: int, amount: int, brand: str, name: str) -> Product:
    fields = {"stock": {"available": available, "reserved": 1}, "price": {"amount": amount, "currency": "RUB"}}
    made = product(str(number), name, store_id="s")
    return Product.model_validate(made.model_dump() | fields | {"brand": brand})


VERSIONS = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.none()
        | st.just(b"{broken")
        | st.tuples(
            st.sampled_from((0, 1, 5)), st.sampled_from((0, 10)), st.sampled_from(("Tavr", "Acme")),
            st.sampled_from(("Часы", "Реплика часов")),
        ),
    ),
    max_size=25,
)  # fmt: skip


@given(VERSIONS)
def test_the_newest_version_that_is_a_product_counts(
    versions: list[tuple[int, tuple[int, int, str, str] | bytes | None]],
) -> None:
    taking, newest = StockTaking(RULES, NOW), dict[str, Product]()
    for number, told in versions:
        key = f"s/{number}"
        if told is None:
            newest.pop(key, None)
        elif not isinstance(told, bytes):
            newest[key] = version(number, *told)
        value = told if told is None or isinstance(told, bytes) else encode(newest[key])
        taking.take([(key, value)])
    stock = taking.stock()
    refused = {key for key, one in newest.items() if not decide(one, RULES, NOW).allowed}
    sold_out = {key for key, one in newest.items() if key not in refused and one.stock.for_sale == 0}
    on_sale = newest.keys() - refused - sold_out
    assert (stock.on_sale, stock.sold_out_count, stock.refused_count) == (len(on_sale), len(sold_out), len(refused))
    assert stock.on_request == sum(newest[key].price.on_request for key in on_sale)
    assert {f"s/{kept.product_id}" for kept in stock.refused} == refused
    assert {f"s/{kept.product_id}" for kept in stock.sold_out} == sold_out
    assert sum(count for _, count in stock.by_rule) == len(refused)


def test_a_rule_that_names_one_product_is_told_by_its_name() -> None:
    taking = StockTaking(RULES, NOW)
    taking.take([("s/3", encode(version(3, 5, 10, "Acme", "Часы «Север»")))])
    assert taking.stock().named_by("product:s/3") == "Часы «Север»"
    assert taking.stock().named_by("brand:tavr") == ""


def week(*, empty: bool) -> Week:
    span = span_of("week", NOW, MOSCOW)
    days = tuple(Day(span.start + timedelta(days=n), 0 if empty else 10 + n, 0 if empty else n) for n in range(7))
    found = () if empty else tuple(Found(f"очень длинный запрос номер {n} $x$ <b>", 90 - n) for n in range(8))
    return Week(span, sum(day.shown for day in days), sum(day.opened for day in days), days, found)


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("empty", [False, True])
def test_the_picture_is_one_of_a_phones_shape_also_of_an_empty_week(language: Language, empty: bool) -> None:
    picture = draw(week(empty=empty), "Магазин с очень длинным названием, которое не поместится $", language)
    assert picture.startswith(b"\x89PNG")
    width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == (1080, 1350)


async def test_it_is_drawn_in_a_process_of_its_own() -> None:
    assert (await WeekDrawing().picture(week(empty=False), "Север", "ru")).startswith(b"\x89PNG")
