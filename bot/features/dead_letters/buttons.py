"""What the buttons of dead letters carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class ShowDeadLetters(CallbackData, tag="dl", least=Role.ADMIN):
    """Dead letters. `step` list: the reasons, reason: those of one, one: a single one, job: what is being settled.

    replay and discard ask; replay1, replayall, discard1 and discardall do; stop ends the job; shop1 is the text
    for the shop whose row it is. `value` stands for a
    reason or for a dead letter's source. `page` is a page, or of a single letter its offset, or of all of a reason the
    offset of the last that was asked about: a source may be used again, and others come meanwhile.
    """

    step: str
    value: str = ""
    page: int = 0
