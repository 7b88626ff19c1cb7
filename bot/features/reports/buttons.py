"""What the buttons of reports carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class ShowReport(CallbackData, tag="rr", least=Role.ADMIN):
    """The report of a `period`, day or week, as new messages."""

    period: str


class ShowAlertReview(CallbackData, tag="ra", least=Role.ADMIN):
    """Four weeks of alerts: how soon they were taken, which are noise, what was said."""


class AskSynonym(CallbackData, tag="rs", least=Role.ADMIN):
    """What else may the search of this list be called? It found nothing."""

    token: str


class TakeSynonym(CallbackData, tag="ry", least=Role.ADMIN):
    """The search of this list shall find what the mark stands for, too."""

    token: str
    value: str


class ShowToShops(CallbackData, tag="rw", least=Role.ADMIN):
    """A message for the shops: what people look for in vain."""

    period: str
