"""What the buttons of recommendations carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class OpenPick(CallbackData, tag="rp", least=Role.CUSTOMER):
    """The card of a recommended product."""

    product: str
    position: int = 0


class Judge(CallbackData, tag="rj", least=Role.CUSTOMER):
    """What the person thinks of a recommended product. `feedback` like, dislike or hide."""

    product: str
    feedback: str
    position: int = 0
