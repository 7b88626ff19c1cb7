"""What the buttons of search carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class OpenPanel(CallbackData, tag="m", least=Role.CUSTOMER):
    """The choices that narrow or sort a list, in place of its pages: filters, category, brand, price, sort."""

    token: str
    panel: str
    page: int = 0


class Narrow(CallbackData, tag="f", least=Role.CUSTOMER):
    """One choice of a panel. `value` is a mark of the value (`marks.mark`), or empty: no longer narrowed by it."""

    token: str
    by: str
    value: str = ""
