"""What the buttons of /trace carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class TraceOffer(CallbackData, tag="tc", least=Role.OPERATOR):
    """The way of the offer that `offer` stands for; `further` is 1 when the topics are to be read for longer."""

    offer: str
    further: int = 0
