"""What the buttons of recommendations carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class OpenPick(CallbackData, tag="rp", least=Role.CUSTOMER):
    """The card of a recommended product."""

    product: str
    position: int = 0


class OtherPicks(CallbackData, tag="rn", least=Role.CUSTOMER):
    """Other recommendations, in place of those in the message."""

    page: int = 0


class RateProduct(CallbackData, tag="rt", least=Role.CUSTOMER):
    """On a recommended product's card, what I think of it. `feedback` like, dislike, hide or unhide."""

    product: str
    feedback: str
    position: int = 0


class ShowHidden(CallbackData, tag="rh", least=Role.CUSTOMER):
    """A page of what I do not want to be recommended."""

    page: int = 0


class ChangeHidden(CallbackData, tag="rb", least=Role.CUSTOMER):
    """In the list of what is hidden: bring the product back, or hide it after all. `feedback` unhide or hide."""

    product: str
    feedback: str
