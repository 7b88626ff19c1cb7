"""The types of the application's tables: a command, and a button with its handler."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from bot.core.update_context import UpdateContext
from bot.roles import Role
from bot.services import Services
from bot.ui.callback_data import Callback

# What follows the command's name is the third argument.
CommandHandler = Callable[[Services, UpdateContext, str], Awaitable[None]]
ButtonHandler = Callable[[Services, UpdateContext, Callback], Awaitable[None]]
C = TypeVar("C", bound=Callback)


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `about` is an English sentence that the .po files translate; `listed` shows it in menu and help."""

    name: str
    handle: CommandHandler
    least: Role
    about: str
    listed: bool = True


def button(
    kind: type[C], handle: Callable[[Services, UpdateContext, C], Awaitable[None]]
) -> tuple[type[Callback], ButtonHandler]:
    """A row of the table of buttons: the handler takes exactly the kind beside it."""
    return cast(type[Callback], kind), cast(ButtonHandler, handle)
