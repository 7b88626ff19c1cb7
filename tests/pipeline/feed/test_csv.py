"""Tables with a header, as programs of shops and as people make them."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contracts.messages import Product
from pipeline.feed import csv_rows
from pipeline.feed.csv_header import DELIMITERS, header_of
from pipeline.feed.product_row import Defaults
from pipeline.feed.reader import Accepted, read
from pipeline.feed.rows import Refusal, Row, UnreadableFile
from tests.pipeline.feed.conftest import Write, window

HEADER = "id;name;price;currency"


def outcomes(path: Path) -> list[Product | str]:
    found = read(path, Defaults(store="s"))
    return [row.product if isinstance(row, Accepted) else f"{row.line}: {row.reason}" for row in found]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("id;name;price;currency", "1;Чайник;1299,90;RUB"),
        ("id,title,price", '1,Чайник,"1299,90 RUB"'),
        ("ID\tНазвание\tЦена, руб.", "1\tЧайник\t1299,90"),
        ("код|наименование|цена (RUB)", "1|Чайник|1 299,90"),
        ("productId;productName;price_rub", "1;Чайник;1299.90"),
        ('"Код товара";"Название товара";"Цена";"Валюта"', '"1";"Чайник";"1299,90";"RUB"'),
        ("g:id;g:title;g:price", "1;Чайник;1299.90 RUB"),
        ("sep=;\nid;name;price", "1;Чайник;1299,90 руб."),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_headers_in_both_languages(write: Write, header: str, row: str, end: str, encoding: str) -> None:
    text = f"{header}\n{row}\n\n{row}".replace("\n", end)
    found = outcomes(write("feed.csv", text.encode(encoding)))
    assert [(made.product_id, made.name, made.price.amount, made.price.currency) for made in found
            if isinstance(made, Product)] == [("1", "Чайник", 1299.9, "RUB")] * 2  # fmt: skip


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2;Чайник;дорого;RUB", "price: «дорого» is not a number"),
        ("2;Чайник;12.500;RUB", "price: «12.500» can be 12500 or 12.5"),
        ("2;Чайник;100 $;RUB", "price: it says «$»"),
        ("2;Чайник;100;", "price: without a currency"),
        ("2;Чайник;;RUB", "price: must be a number"),
        (";Чайник;100;RUB", "product_id: the row has no id"),
        ("2;;100;RUB", "name: "),
        ("2;Чайник;100", "the row has another number of cells than the first line; 3 and 4"),
        ("2;Чай;ник;100;RUB", "the row has another number of cells than the first line; 5 and 4"),
        ('2;"Чайник;100;RUB', "the quotes of the row are not closed"),
        ('2;"Чай"ник;100;RUB', "the quotes of the row are not closed, or stand within a cell"),
    ],
)
def test_a_broken_row_costs_itself(write: Write, row: str, reason: str) -> None:
    good = '1;"Чайник ""Лиса""";100;RUB'
    first, refused, last = outcomes(write("feed.csv", f"{HEADER}\n{good}\n{row}\n{good}\n"))
    assert isinstance(first, Product)
    assert first.name == 'Чайник "Лиса"'
    assert str(refused).startswith(f"3: {reason}")
    assert isinstance(last, Product)


def test_a_quote_in_a_cell_that_is_not_quoted_is_a_quote(write: Write) -> None:
    (made,) = outcomes(write("feed.csv", f'{HEADER}\n1;Экран 32" LED;100;RUB\n'))
    assert isinstance(made, Product)
    assert made.name == 'Экран 32" LED'


def test_a_quoted_cell_has_lines(write: Write) -> None:
    first, last = outcomes(write("feed.csv", 'id;name;price;описание\n1;A;1 RUB;"раз;\nдва"\n2;B;2 RUB;x\n'))
    assert isinstance(first, Product)
    assert isinstance(last, Product)
    assert (first.description, last.product_id) == ("раз;\nдва", "2")


@pytest.mark.parametrize(
    ("count", "said", "pieces"),
    [("5", "", 5), ("5", "да", 5), ("5", "нет", 0), ("", "в наличии", 1), ("", "out_of_stock", 0), ("", "", 1),
    ("-2", "", 0)],
)  # fmt: skip
def test_stock(write: Write, count: str, said: str, pieces: int) -> None:
    (made,) = outcomes(write("feed.csv", f"id;name;price;остаток;наличие\n1;A;1 RUB;{count};{said}\n"))
    assert isinstance(made, Product)
    assert made.stock.for_sale == pieces


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("id;name", "names no column of price"),
        ("a;b;c", "names no column of product_id, name, price"),
        ("id;name;price;цена", "two columns of price"),
        ('id;name;"price', "quotes of its first line are not closed"),
    ],
)
def test_what_is_no_table_of_products(write: Write, header: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        outcomes(write("feed.csv", f"{header}\n1;A;1\n"))


def test_the_plainest_of_several_ids_is_the_id() -> None:
    found = header_of(["Код", "ID", "Название", "Цена"])
    assert (found.fields["product_id"], found.properties) == ((1,), {"Код": 0})


CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), max_size=12
) | st.sampled_from(['"', ";", "a;b", "\n", '"a"', "x\ny", '32" LED', ",", "\t", '""'])


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), st.sampled_from(DELIMITERS), st.integers(1, 40))
def test_what_a_csv_writer_writes_is_read(rows: list[tuple[str, str]], delimiter: str, chunk: int) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerows([("id", "name", "price"), *(("x", *row) for row in rows)])
    view = window(text.getvalue().encode(), chunk)
    form = csv_rows.table(view, "utf-8")
    found = [csv_rows.split(row.raw.decode(), form) for row in csv_rows.rows(view, form) if isinstance(row, Row)]
    assert found == [["x", *row] for row in rows]


@given(st.text(alphabet='ab";,\n\r\t', max_size=120), st.integers(1, 30))
def test_no_text_at_all_stops_the_reader(text: str, chunk: int) -> None:
    view = window(f"id;name;price\n{text}".encode(), chunk)
    form = csv_rows.table(view, "utf-8")
    for row in csv_rows.rows(view, form, 40):
        assert isinstance(row, Row | Refusal)
