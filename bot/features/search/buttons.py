"""What the buttons of search carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class OpenPanel(CallbackData, tag="m", least=Role.CUSTOMER):
    """The choices that narrow or sort a list, in place of its pages: filters, category, brand, shop, sort."""

    token: str
    panel: str
    page: int = 0


class Narrow(CallbackData, tag="f", least=Role.CUSTOMER):
    """One choice that leads to the list. `value` is a mark of the value (`marks.mark`), or empty: take it away.

    `by` "t" takes a part of the query's text away.
    """

    token: str
    by: str
    value: str = ""


class Choose(CallbackData, tag="fc", least=Role.CUSTOMER):
    """One choice of a panel that stays open at its page; what is chosen already is taken away by it."""

    token: str
    by: str
    value: str = ""
    panel: str = "filters"
    page: int = 0
