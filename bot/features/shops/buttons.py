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


class DropSeller(CallbackData, tag="hd", least=Role.ADMIN):
    """Somebody shall no longer speak for the shop. `step` ask, or yes."""

    shop: str
    person: str
    step: str
