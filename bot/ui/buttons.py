"""Buttons that stand under answers of every feature."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class PageNumber(CallbackData, tag="n", least=Role.CUSTOMER):
    """The 2/7 between the arrows: it only says so."""

    page: int
    pages: int


class OpenCommand(CallbackData, tag="go", least=Role.CUSTOMER):
    """Run a command as if it had been written without anything after it; its own role is checked, not the button's."""

    command: str


class TryAgain(CallbackData, tag="ag", least=Role.CUSTOMER):
    """Ask again what could not be answered; `asked` stands for it. Who presses needs the role that it takes."""

    asked: str


class ShowHelp(CallbackData, tag="h", least=Role.CUSTOMER):
    """The help, as a new message."""


class ShowClock(CallbackData, tag="kc", least=Role.CUSTOMER):
    """What time it is where the person is, and how to set it."""
