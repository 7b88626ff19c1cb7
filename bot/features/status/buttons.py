"""What the buttons of status carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class RefreshStatus(CallbackData, tag="cr", least=Role.OPERATOR):
    """The state of the services as of now."""
