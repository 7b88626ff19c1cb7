"""What the buttons of shops carry. `shop` stands for the shop's id, `person` for a pseudonym."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class ShowShops(CallbackData, tag="hp", least=Role.SELLER):
    """A page of the shops, or one shop."""

    page: int = 0
    shop: str = ""


class ChangeShop(CallbackData, tag="hc", least=Role.ADMIN):
    """Change a shop. `what` is a key of `handlers.CHANGES`, invite, remove, or yes: remove it indeed."""

    shop: str
    what: str


class RegisterShop(CallbackData, tag="hr", least=Role.ADMIN):
    """Register a shop that sells and is not registered."""

    shop: str


class FeedAddress(CallbackData, tag="ha", least=Role.SELLER):
    """The address of the shop's feed. `what` is empty: show it; or a key of `address_handlers.ACTS`."""

    shop: str
    what: str = ""


class FeedEvery(CallbackData, tag="he", least=Role.SELLER):
    """The address is fetched every so many hours from now on."""

    shop: str
    hours: int


class DropSeller(CallbackData, tag="hd", least=Role.ADMIN):
    """Somebody shall no longer speak for the shop. `step` ask, or yes."""

    shop: str
    person: str
    step: str
