"""What the buttons of roles carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class SetRole(CallbackData, tag="ro", least=Role.ADMIN):
    """A person's role. `step` ask: what shall it be, sure: really this, yes: set it, list: back to everyone."""

    user: str
    role: str
    step: str
