"""Pages of a list and the row that turns them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.products.buttons import ShowList
from bot.ui.buttons import PageNumber
from bot.ui.callback_data import CallbackData
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button

lists = st.lists(st.integers(), max_size=60)
sizes = st.integers(1, 10)


def _to(number: int) -> CallbackData:
    return ShowList("t", number)


@given(lists, sizes)
def test_every_item_is_on_exactly_one_page_and_none_is_empty_but_that_of_an_empty_list(
    items: list[int], size: int
) -> None:
    pages = page_of(items, 0, size).pages
    shown = [page_of(items, number, size) for number in range(pages)]
    assert [item for page in shown for item in page.items] == items
    assert all(len(page.items) == size for page in shown[:-1])
    assert shown[-1].items or not items
    assert [(page.number, page.pages) for page in shown] == [(number, pages) for number in range(pages)]


@given(st.lists(st.integers(), min_size=1, max_size=60, unique=True), sizes, st.integers(-5, 80))
def test_first_is_the_place_of_the_pages_first_item(items: list[int], size: int, number: int) -> None:
    page = page_of(items, number, size)
    assert items.index(page.items[0]) == page.first


@given(lists, sizes, st.integers(0, 100))
def test_beyond_the_end_is_the_last_page_and_before_the_beginning_the_first(
    items: list[int], size: int, beyond: int
) -> None:
    pages = page_of(items, 0, size).pages
    assert page_of(items, pages + beyond, size) == page_of(items, pages - 1, size)
    assert page_of(items, -1 - beyond, size) == page_of(items, 0, size)


@pytest.mark.parametrize("pages", [0, 1])
def test_one_page_has_no_row(pages: int) -> None:
    assert pager(0, pages, _to) == ()


@given(st.integers(2, 30), st.data())
def test_the_arrows_lead_to_the_neighbours_and_around_the_ends(pages: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, pages - 1))
    before = number - 1 if number else pages - 1
    after = number + 1 if number < pages - 1 else 0
    assert pager(number, pages, _to) == (
        (
            Button("‹", _to(before)),
            Button(f"{number + 1}/{pages}", PageNumber(number + 1, pages)),
            Button("›", _to(after)),
        ),
    )
