"""What the buttons of /my carry. `shop` stands for a shop's id, `rule` for a rule's, `review` for a review's name."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class MyShop(CallbackData, tag="my", least=Role.SELLER):
    """The shop of a seller: what it has; with `what` r its refused products, s those that are sold out."""

    shop: str
    what: str = ""
    page: int = 0


class MyWeek(CallbackData, tag="mw", least=Role.SELLER):
    """The shop's week as a picture."""

    shop: str


class KeepBan(CallbackData, tag="mk", least=Role.ADMIN):
    """The ban that was to be looked at stays."""

    review: str
