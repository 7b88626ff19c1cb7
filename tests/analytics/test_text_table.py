"""Tables of text in a terminal."""

from analytics.text_table import WIDEST, text_table


def test_columns_stand_under_their_names_and_empty_ones_are_left_out() -> None:
    rows: list[dict[str, object]] = [{"id": 1, "tags": ["a", "b"]}, {"id": 22, "nothing": None}]
    assert text_table(rows, ("id", "nothing", "tags")) == "ID  TAGS\n1   a, b\n22"
    assert text_table([], ("id",)) == "no rows"


def test_a_long_value_is_cut_and_a_wide_letter_takes_two_columns() -> None:
    head, first, second = text_table([{"a": "x" * 99, "b": 1}, {"a": "茶", "b": 2}], ("a", "b")).splitlines()
    assert first == "x" * (WIDEST - 1) + "…  1"
    assert second == "茶" + " " * (WIDEST - 2) + "  2"
    assert len(head) == WIDEST + 3
