"""Prices and numbers of pieces as shops of any country write them: read in the one way there is, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feed import amounts
from pipeline.feed.amounts import Amount
from pipeline.feed.rows import RowRefused

GROUP_MARKS = (" ", "\u00a0", "\u202f", "\u2009", "'", "’", ".", ",")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.299,90", 1299.9),
        ("1 299.000,50", 1_299_000.5),
        ("1,299.90", 1299.9),
        ("1.299.000", 1_299_000),
        ("1,299,000", 1_299_000),
        ("1.299.000,5", 1_299_000.5),
        ("1'299.90", 1299.9),
        ("1’299’000", 1_299_000),
        ("1\u2009299,90", 1299.9),
        ("1\u202f299\u00a0000", 1_299_000),
        (" 1299,90 ", 1299.9),
        ("1299.900", 1299.9),
        ("0.500", 0.5),
        ("1,299.900", 1299.9),
        (".5", 0.5),
        ("12.", 12),
        ("1299,-", 1299),
        ("1299.–", 1299),
        ("+5", 5),
        ("0", 0),
        ("0,00", 0),
        ("12.3456", 12.35),
    ],
)
def test_what_can_be_read_in_one_way_is_read(written: str, value: float) -> None:
    assert amounts.amount(written, "price") == Amount(value)


@pytest.mark.parametrize(
    ("written", "readings"),
    [
        ("12.500", "12500 or 12.5"),
        ("1,299", "1299 or 1.299"),
        ("12,500", "12500 or 12.5"),
        ("999.000", "999000 or 999"),
        ("1.000 руб.", "1000 or 1"),
        ("$12,500", "12500 or 12.5"),
        ("1 299.000", "1299000 or 1299"),
        ("1'299,500", "1299500 or 1299.5"),
        ("от 45.000", "45000 or 45"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_with_both(written: str, readings: str) -> None:
    with pytest.raises(RowRefused, match=rf"^price: «.*» can be {readings};"):
        amounts.amount(written, "price")


@pytest.mark.parametrize(
    ("written", "value", "sign"),
    [
        ("1299.00 RUB", 1299, "RUB"),
        ("1299RUR", 1299, "RUR"),
        ("1 299 руб.", 1299, "руб."),
        ("1299руб", 1299, "руб"),
        ("1 299,50 р.", 1299.5, "р."),
        ("1299 ₽", 1299, "₽"),
        ("₽1,299.50", 1299.5, "₽"),
        ("$90", 90, "$"),
        ("90 $", 90, "$"),
        ("US$ 90.50", 90.5, "US$"),
        ("USD 90", 90, "USD"),
        ("€1.299,90", 1299.9, "€"),
        ("90 eur", 90, "eur"),
        ("5 000 тенге", 5000, "тенге"),
        ("12 руб. 90 коп.", 12.9, "руб"),
    ],
)
def test_a_currency_beside_the_number_is_read(written: str, value: float, sign: str) -> None:
    assert amounts.amount(written, "price") == Amount(value, sign)


@pytest.mark.parametrize("written", ["от 45 000 ₽", "от 45000 руб", "from 45,000.00 RUB", "From 45000", ">= 45000"])
def test_from_before_the_number_is_from(written: str) -> None:
    found = amounts.amount(written, "price")
    assert (found.value, found.at_least) == (45_000, True)


@pytest.mark.parametrize(
    "written",
    ["12 99", "1 2345", "1.2.3", "1,2.5", "12,34.5", "1.299,90.5", "1 299 , 90", "100-200", "1299 попугаев",
    "договорная",
     "руб.", "12 тыс", "1299 USD RUB", "١٢", "1_000", "0x10", "--5", "-5", "−5 руб", "1e20", "5%", "12/2", "1..5",
     ",", "9" * 400,
     "0.004", "10 abc"],
)  # fmt: skip
def test_what_is_no_price_is_refused(written: str) -> None:
    with pytest.raises(RowRefused, match=r"^price: "):
        amounts.amount(written, "price")


@given(
    st.integers(0, 10**11),
    st.none() | st.integers(0, 99),
    st.sampled_from(["", *GROUP_MARKS]),
    st.sampled_from([".", ","]),
    st.sampled_from(["", " руб.", "₽", " RUB"]),
)
def test_every_number_is_read_as_it_was_written_or_refused(
    whole: int, kopecks: int | None, group: str, point: str, sign: str
) -> None:
    """The independent reading is the number from which the text was made."""
    if group == point and kopecks is not None:
        group = ""
    digits = f"{whole:,}".replace(",", group)
    written = digits + (f"{point}{kopecks:02}" if kopecks is not None else "") + sign
    meant = whole + (kopecks or 0) / 100
    one_mark = kopecks is None and group in (".", ",") and digits.count(group) == 1
    if one_mark:
        with pytest.raises(RowRefused, match=f"can be {whole} or "):
            amounts.amount(written, "price")
    else:
        assert amounts.amount(written, "price").value == pytest.approx(meant, abs=0.001)


@given(st.text(alphabet="0123456789., '$₽рубRUB-+eE\u00a0", max_size=14))
def test_no_text_is_read_but_as_digits_in_their_order(written: str) -> None:
    """Whatever is read has the digits of the text, in their order, but for zeros and parts of a kopeck."""
    try:
        found = amounts.amount(written, "price")
    except RowRefused:
        return
    if "e" in written.lower():
        return
    digits = "".join(character for character in written if character in "0123456789")
    read = f"{found.value:.2f}".replace(".", "").strip("0")
    assert digits.lstrip("0").startswith(read[:-1].rstrip("0")) or found.value == 0


@pytest.mark.parametrize(
    ("written", "count"),
    [
        (5, 5),
        (5.0, 5),
        (2.5, 2),
        (-2, 0),
        (True, 1),
        (False, 0),
        ("5", 5),
        ("5.000", 5),
        ("10,0", 10),
        ("1,000", 1),
        ("1 000", 1000),
        ("1\u00a0000,0", 1000),
        ("1.000.000", 1_000_000),
        (">100", 100),
        ("> 100", 100),
        ("≥ 10", 10),
        ("более 100 шт.", 100),
        ("10+", 10),
        ("10 и более", 10),
        ("5 шт", 5),
        ("5 pcs.", 5),
        ("<5", 1),
        ("менее 10", 1),
        ("<0", 0),
        ("-2", 0),
        ("−2,0", 0),
        ("в наличии", 1),
        ("Есть", 1),
        ("да", 1),
        ("In Stock", 1),
        ("нет в наличии", 0),
        ("под заказ", 0),
        ("Out of stock", 0),
        ("0", 0),
    ],
)
def test_pieces(written: object, count: int) -> None:
    assert amounts.pieces(written, "stock") == count


@pytest.mark.parametrize(
    "written", ["много", "1.500", "12,345", "5 6", "", "?", [], {}, None, "9" * 30, 1e30, "1e5000", "5 руб"]
)
def test_what_is_no_number_of_pieces(written: object) -> None:
    with pytest.raises(RowRefused, match=r"^stock: "):
        amounts.pieces(written, "stock")


@pytest.mark.parametrize(
    ("value", "some"),
    [("в наличии", True), (" Есть ", True), ("in_stock", True), (True, True), ("1", False), (1, False), ("нет", False),
     (False, False), (">100", False), (None, False)],
)  # fmt: skip
def test_that_there_is_some_is_no_number(value: object, some: bool) -> None:
    assert amounts.is_some(value) is some
