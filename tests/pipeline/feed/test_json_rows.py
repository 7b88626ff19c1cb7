"""JSON is taken apart row by row, and a broken row costs itself."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feed import json_rows
from pipeline.feed.json_rows import JsonRow
from pipeline.feed.rows import Refusal
from tests.pipeline.feed.conftest import window

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(st.text(max_size=6), JSON, max_size=4), max_size=6)


def values(found: list[JsonRow | Refusal]) -> list[object]:
    return [row.value if isinstance(row, JsonRow) else f"line {row.line}: {row.reason}" for row in found]


@given(OBJECTS, st.integers(1, 40), st.booleans())
def test_an_array_gives_its_objects_however_it_is_cut_into_blocks(
    rows: list[dict[str, object]], chunk: int, pretty: bool
) -> None:
    text = orjson.dumps(rows, option=orjson.OPT_INDENT_2 if pretty else None)
    assert values(list(json_rows.objects(window(text, chunk)))) == rows


@given(OBJECTS, st.integers(1, 40))
def test_lines_give_their_objects(rows: list[dict[str, object]], chunk: int) -> None:
    text = b"\n\n".join(map(orjson.dumps, rows))
    assert values(list(json_rows.lines(window(text, chunk)))) == rows


@given(st.binary(max_size=300), st.integers(1, 50))
def test_no_bytes_at_all_stop_the_reader(data: bytes, chunk: int) -> None:
    for split in (json_rows.objects, json_rows.lines):
        for row in split(window(data, chunk), "utf-8", 64):
            assert isinstance(row, JsonRow | Refusal)


@given(st.text(alphabet='{}[]",:\\ab1 \n', max_size=200), st.integers(1, 50))
def test_no_brackets_at_all_stop_the_reader(text: str, chunk: int) -> None:
    for row in json_rows.objects(window(text.encode(), chunk), "utf-8", 40):
        assert row is not None


ONE = '{"product_id": "1", "name": "часы"}'
TWO = '{"product_id": "2", "name": "ремешок {1}"}'
A = {"product_id": "1", "name": "часы"}
B = {"product_id": "2", "name": "ремешок {1}"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("[]", []),
        (ONE, [A]),
        (ONE + "\n" + TWO, [A, B]),
        (f"[{ONE},\n{TWO},]", [A, B]),
        (f"[{ONE},\n", [A, "line 2: the array is not closed: the file is cut off"]),
        (
            f'[{ONE},\n{{"product_id": "2", "na',
            [
                A,
                "line 2: the row is not closed, or nested too deep",
                "line 2: the array is not closed: the file is cut off",
            ],
        ),
        (f"[1,\n{ONE}]", ["line 1: a row must be a JSON object", A]),
        (
            f'[{{"product_id": "0",,}},\n{ONE}]',
            ["line 1: it is not JSON: unexpected character, expected a string key at character 19", A],
        ),
        # A lost quote, the rows on lines of their own, and on one line.
        (f'[{{"product_id": "0", "name": "x}},\n{ONE}]', ["line 1: the row is not closed, or nested too deep", A]),
        (f'[{{"product_id": "0", "name": x"}}, {ONE}]', ["line 1: the row is not closed, or nested too deep", A]),
        # A lost brace.
        (f'[{{"product_id": "0", "price": {{"amount": 1}},\n{ONE},\n{TWO}]', ["broken", A, B]),
        ("[" + ONE.replace("часы", "ч" * 200) + ",\n" + TWO + "]", ["line 1: the row is longer than 120 bytes", B]),
        ("[" + '{"z": {"a":' + '{"a":' * 18 + "1" + "}" * 20 + ",\n" + ONE + "]", ["broken", A]),
    ],
)
def test_rows_and_refusals(text: str, expected: list[object]) -> None:
    for chunk in (1, 5, 64, 4096):
        found = values(list(json_rows.objects(window(text.encode(), chunk), "utf-8", 120)))
        if "broken" in expected:
            assert [row for row in found if not isinstance(row, str)] == [row for row in expected if row != "broken"]
            assert any(isinstance(row, str) for row in found)
        else:
            assert found == expected


def test_a_refusal_knows_its_place_and_keeps_the_row() -> None:
    text = f"[\n  {ONE},\n  {{bad}},\n  {TWO}\n]".encode()
    refusal = next(row for row in json_rows.objects(window(text)) if isinstance(row, Refusal))
    assert (refusal.line, refusal.raw) == (3, b"{bad}")
    assert text[refusal.offset :].startswith(b"{bad}")


def test_a_huge_line_is_refused_and_kept_in_part() -> None:
    text = b'{"a":"' + b"x" * 5_000 + b'"}\n{"b":1}\n'
    first, second = json_rows.lines(window(text, 512), "utf-8", 1_000)
    assert isinstance(first, Refusal)
    assert (first.line, first.offset, first.reason) == (1, 0, "the row is longer than 1000 bytes")
    assert isinstance(second, JsonRow)
    assert (second.row.line, second.value) == (2, {"b": 1})


def test_lines_in_windows_1251() -> None:
    text = '{"name": "Часы"}\n'.encode("windows-1251")
    assert values(list(json_rows.lines(window(text), "windows-1251"))) == [{"name": "Часы"}]
    (refusal,) = json_rows.lines(window(text), "utf-8")
    assert isinstance(refusal, Refusal)
