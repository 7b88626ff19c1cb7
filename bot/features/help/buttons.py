"""What the buttons of help carry."""

from bot.roles import Role
from bot.ui.callback_data import CallbackData


class ChooseLanguage(CallbackData, tag="g", least=Role.CUSTOMER):
    """Speak this language with me."""

    language: str
