"""What the buttons of the clock carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class SetClock(CallbackData, tag="ks", least=Role.CUSTOMER):
    """My clock is this one of those there are, counted from the earliest: a button carries no number below zero."""

    place: int
