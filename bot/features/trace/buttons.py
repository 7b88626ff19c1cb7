"""What the buttons of /trace carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class TraceOffer(CallbackData, tag="tc", least=Role.SELLER):
    """The way of the offer that `offer` stands for; `further` is 1 when the topics are to be read for longer.

    A seller sees the offers of their own shops alone.
    """

    offer: str
    further: int = 0
