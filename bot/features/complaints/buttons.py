"""What the buttons of customers' reports carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class ReportOffer(CallbackData, tag="ka", least=Role.CUSTOMER):
    """From a product's card: ask what is wrong with it."""

    product: str


class ChooseReason(CallbackData, tag="kr", least=Role.CUSTOMER):
    """Report the product for this reason; for `no`, not at all."""

    product: str
    reason: str


class DescribeReport(CallbackData, tag="kt", least=Role.CUSTOMER):
    """Write some words to the report that was made, or leave it without (`words` is 0). `case`: the offer's mark."""

    case: str
    words: int = 1


class DismissReports(CallbackData, tag="kd", least=Role.ADMIN):
    """Nothing is wrong with the offer that `case` stands for."""

    case: str


class ShowCases(CallbackData, tag="kl", least=Role.ADMIN):
    """A page of the offers whose reports wait, or the one that `case` stands for, in place of the message."""

    page: int = 0
    case: str = ""
