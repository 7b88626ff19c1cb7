"""What features put under a result list: a row of buttons each, as it stands for the person who sees the list."""

from collections.abc import Callable
from typing import TypeAlias

from bot.products.list_state import ListState
from bot.ui.locale import Texts
from bot.ui.reply import Button, Rows

# A row of buttons for the list with this state and the person with this pseudonym.
ListPart: TypeAlias = Callable[[ListState, str, Texts], tuple[Button, ...]]


class ListParts:
    """The features' parts, in the order of the features."""

    def __init__(self, *parts: ListPart) -> None:
        self._parts = list(parts)

    def add(self, part: ListPart) -> None:
        """Put this one under lists too."""
        self._parts.append(part)

    def rows(self, state: ListState, person: str, texts: Texts) -> Rows:
        """What stands under the list; a part may have nothing to say of it."""
        return tuple(row for part in self._parts if (row := part(state, person, texts)))
