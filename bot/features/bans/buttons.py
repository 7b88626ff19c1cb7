"""What the buttons of bans carry; `LiftBan` and `BanProduct`, which stand elsewhere too, are in `products.buttons`."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class BanStep(CallbackData, tag="bs", least=Role.ADMIN):
    """Confirm, cancel or undo a ban request."""

    request: str
    step: str


class ShowRequest(CallbackData, tag="bq", least=Role.ADMIN):
    """A ban request as it stands, as a new message."""

    request: str


class ChangeBan(CallbackData, tag="bc", least=Role.ADMIN):
    """Before a ban request is confirmed: set the reason (`field` r) or the end (u), or choose what is meant (o).

    The value `own` lets the admin write it. f: what is not on sale yet is meant. b: nothing is changed.
    """

    request: str
    field: str
    value: str


class BanNow(CallbackData, tag="bn", least=Role.ADMIN):
    """Ban the product for this reason at once; Undo is offered."""

    product: str
    reason: str


class TakeProposal(CallbackData, tag="bw", least=Role.ADMIN):
    """Ask for the ban that was proposed, by its place in the proposal; `no`: not now."""

    proposal: str
    rule: str


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
