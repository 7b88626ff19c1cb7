"""What the buttons of audit carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class ShowAudit(CallbackData, tag="au", least=Role.ADMIN):
    """A page of the audit. `by` p: of the person, a: of the action that the mark stands for; empty: all.

    `view` l: the entries, p: the people to choose from, a: the actions.
    """

    view: str = "l"
    by: str = ""
    value: str = ""
    page: int = 0
