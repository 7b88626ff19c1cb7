"""What a feature puts under a result list."""

from collections.abc import Callable
from typing import TypeAlias

from bot.products.list_state import ListState
from bot.ui.locale import Texts
from bot.ui.reply import Button

# A row of buttons for the list with this state.
ListPart: TypeAlias = Callable[[ListState, Texts], tuple[Button, ...]]
