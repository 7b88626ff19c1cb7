"""What the buttons of the clock carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class SetClock(CallbackData, tag="ks", least=Role.CUSTOMER):
    """My clock is so many hours before or after UTC."""

    utc_offset: int
