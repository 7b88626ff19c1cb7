"""What the button of /check carries."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class CheckAgain(CallbackData, tag="qk", least=Role.ADMIN):
    """Look at everything once more."""
