"""What the buttons of synonyms carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class EditSynonyms(CallbackData, tag="sy", least=Role.ADMIN):
    """The dictionary. `step` list: a page, ask and yes: take the line that the mark stands for out."""

    step: str
    line: str = ""
    page: int = 0
