"""What the buttons of status carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class RefreshStatus(CallbackData, tag="cr", least=Role.OPERATOR):
    """The state of the services as of now; `unfolded` 1: with those that are well, and with what servers said."""

    unfolded: int = 0
