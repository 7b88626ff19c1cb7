"""What the buttons of watches carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class WatchPrice(CallbackData, tag="wp", least=Role.CUSTOMER):
    """Watch the price of a product.

    `step` ask: the choices, again: the same in place of the message, any: at any lower price, own: I write a price.
    """

    product: str
    step: str = "ask"


class WatchAt(CallbackData, tag="wa", least=Role.CUSTOMER):
    """Watch the price of a product until it is `price` or less."""

    product: str
    price: int


class SaveSearch(CallbackData, tag="ws", least=Role.CUSTOMER):
    """Tell me what is new for this list."""

    token: str


class ShowWatches(CallbackData, tag="wl", least=Role.CUSTOMER):
    """A page of what I watch, in place of the message (`way` p) or as a new one (n)."""

    page: int = 0
    way: str = "p"


class OpenWatch(CallbackData, tag="wo", least=Role.CUSTOMER):
    """One of the things that I watch, with what I can do about it. `page` is the way back."""

    watch: str
    page: int = 0


class StopWatch(CallbackData, tag="wx", least=Role.CUSTOMER):
    """Watch this no longer. `way` l: then show the page of the list, m: say so in the message, b: on the button."""

    watch: str
    page: int = 0
    way: str = "l"


class RestoreWatch(CallbackData, tag="wu", least=Role.CUSTOMER):
    """Watch it again after all, as it was. `way` l: then show the page of the list, m: say so in the message."""

    watch: str
    page: int = 0
    way: str = "l"


class ChooseQuiet(CallbackData, tag="wq", least=Role.CUSTOMER):
    """Quiet hours. `value` show: the choices, 22-8 and such: these hours, 0-0: none."""

    value: str = "show"
