"""What the buttons of help carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class ChooseLanguage(CallbackData, tag="g", least=Role.CUSTOMER):
    """Speak this language with me."""

    language: str
