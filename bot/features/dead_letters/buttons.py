"""What the buttons of dead letters carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class ShowDeadLetters(CallbackData, tag="dl", least=Role.ADMIN):
    """Dead letters. `step` list: the reasons, reason: those of one, one: a single one with its message.

    replay and discard ask; replay1, replayall, discard1 and discardall do. `value` stands for a reason
    or for a dead letter's source.
    """

    step: str
    value: str = ""
    page: int = 0
