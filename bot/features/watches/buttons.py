"""What the buttons of watches carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class WatchPrice(CallbackData, tag="wp", least=Role.CUSTOMER):
    """Watch the price of a product. `step` ask: the choices; any, p5, p10: how much cheaper; own: I write a price."""

    product: str
    step: str = "ask"


class SaveSearch(CallbackData, tag="ws", least=Role.CUSTOMER):
    """Tell me what is new for this list."""

    token: str


class ShowWatches(CallbackData, tag="wl", least=Role.CUSTOMER):
    """A page of what I watch, in place of the message (`way` p) or as a new one (n)."""

    page: int = 0
    way: str = "p"


class StopWatch(CallbackData, tag="wx", least=Role.CUSTOMER):
    """Watch this no longer. `way` l: then show the page of the list, m: say so in the message."""

    watch: str
    page: int = 0
    way: str = "l"


class ChooseQuiet(CallbackData, tag="wq", least=Role.CUSTOMER):
    """Quiet hours. `value` show: the choices, 22-8 and such: these hours, 0-0: none."""

    value: str = "show"
