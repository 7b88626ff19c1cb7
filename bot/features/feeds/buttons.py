"""What the buttons of feeds carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class ShowFeeds(CallbackData, tag="fd", least=Role.OPERATOR):
    """The last feeds, a page of them; or the one that `run` stands for."""

    page: int = 0
    run: str = ""


class DecideFeed(CallbackData, tag="fx", least=Role.SELLER):
    """Take off sale what a waiting feed no longer has (`apply` is 1), or keep it. `run` stands for the run's key.

    A seller decides about their own shops alone.
    """

    run: str
    apply: int


class SendRows(CallbackData, tag="fe", least=Role.SELLER):
    """The rows with errors of the feed that `run` stands for, as a file. A seller sees their own shops' alone."""

    run: str


class SendFile(CallbackData, tag="fs", least=Role.SELLER):
    """The file that was sent is a shop's. `file` is its token, `shop` stands for the shop's id; for `no`, nobody's."""

    file: str
    shop: str
