"""Pages of a list in one message: what a page shows, and the row of buttons that turns it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.ui.buttons import PageNumber
from bot.ui.callback_data import CallbackData
from bot.ui.reply import Button, Rows

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page: its items, its number and how many pages there are (both from 0 and 1), the place of its first item."""

    items: Sequence[T]
    number: int
    pages: int
    first: int


def page_of(items: Sequence[T], number: int, size: int) -> Page[T]:
    """The page with this number (from 0) of `size` items; one beyond the end is the last one."""
    pages = max(1, -(-len(items) // size))
    number = min(max(number, 0), pages - 1)
    return Page(items[number * size : (number + 1) * size], number, pages, number * size)


def pager(number: int, pages: int, to: Callable[[int], CallbackData]) -> Rows:
    """The arrows with the page's number between them; nothing for a single page. `to` is the button of a page.

    Beyond the end comes the beginning: the arrows stay where they are under the thumb, and none is dead.
    """
    if pages <= 1:
        return ()
    return (
        (
            Button("‹", to((number - 1) % pages)),
            Button(f"{number + 1}/{pages}", PageNumber(number + 1, pages)),
            Button("›", to((number + 1) % pages)),
        ),
    )
