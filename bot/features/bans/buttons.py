"""What the buttons of bans carry, and how they name a ban."""

from bot.ui.callback_data import CallbackData
from bot.ui.callback_ids import mark
from bot.ui.roles import Role
from pipeline.contracts.messages import Ban


def ban_mark(ban: Ban) -> str:
    """How a button names this very ban: a later one of the same rule has another name."""
    return mark(f"{ban.rule}|{ban.at.isoformat()}", 8)


class BanStep(CallbackData, tag="bs", least=Role.ADMIN):
    """Confirm, cancel or undo a ban request."""

    request: str
    step: str


class ShowRequest(CallbackData, tag="bq", least=Role.ADMIN):
    """A ban request as it stands, as a new message."""

    request: str


class ChangeBan(CallbackData, tag="bc", least=Role.ADMIN):
    """Before a ban request is confirmed: set the reason (`field` r) or the end (u), or choose what is meant (o)."""

    request: str
    field: str
    value: str


class PickBan(CallbackData, tag="bk", least=Role.ADMIN):
    """What can be banned, of one kind; with no kind, the kinds."""

    kind: str = ""
    page: int = 0


class TakeBan(CallbackData, tag="bt", least=Role.ADMIN):
    """Ask for a ban of the category or brand that the mark stands for."""

    kind: str
    value: str


class ShowBans(CallbackData, tag="bl", least=Role.ADMIN):
    """A page of the rules in force, of one kind or of all."""

    kind: str = ""
    page: int = 0


class LiftBan(CallbackData, tag="bu", least=Role.ADMIN):
    """Ask whether to lift the very ban that the mark stands for."""

    ban: str
