"""What the buttons of privacy carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class ForgetMe(CallbackData, tag="d", least=Role.CUSTOMER):
    """Delete what is kept about me. `step` ask: show the question, yes: do it, no: leave it."""

    step: str
