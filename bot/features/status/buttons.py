"""What the buttons of status carry."""

from bot.roles import Role
from bot.ui.callback_data import CallbackData


class RefreshStatus(CallbackData, tag="cr", least=Role.OPERATOR):
    """The state of the services as of now."""
