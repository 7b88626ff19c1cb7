"""Buttons that stand in several features: to lists, cards, shops, similar products, a ban, its end and its review."""

from bot.ui.callback_data import CallbackData
from bot.ui.callback_ids import mark
from bot.ui.roles import Role
from pipeline.contracts.messages import Ban


class ShowList(CallbackData, tag="l", least=Role.CUSTOMER):
    """A page of a result list, in place of what the message shows. `way` p: turn pages, n: as a new message."""

    token: str
    page: int = 0
    way: str = "p"


class OpenProduct(CallbackData, tag="o", least=Role.CUSTOMER):
    """A product's card. `token` and `page` name the list that it came from, for the way back."""

    product: str
    token: str = ""
    page: int = 0
    position: int = 0


class OpenVariant(CallbackData, tag="ov", least=Role.CUSTOMER):
    """Another offer of the same model in place of the card: a colour, a size, another shop's."""

    product: str
    token: str = ""
    page: int = 0


class BackToList(CallbackData, tag="b", least=Role.CUSTOMER):
    """From a product's card to what it was opened from, which stands above it; `token` and `page` name a list."""

    product: str
    token: str
    page: int = 0


class ShowShop(CallbackData, tag="th", least=Role.CUSTOMER):
    """A shop's page in the catalogue, with its sections. `way` p: in place of the message, n: as a new one."""

    shop: str
    page: int = 0
    way: str = "p"


class StartSearch(CallbackData, tag="ss", least=Role.CUSTOMER):
    """Ask what I am looking for: the way on from a card that came by a link."""


class ShowSimilar(CallbackData, tag="s", least=Role.CUSTOMER):
    """Products like this one."""

    product: str


class BanProduct(CallbackData, tag="bp", least=Role.ADMIN):
    """Ask for a ban of the product, or of its shop, category or brand. With no kind, the choice."""

    product: str
    kind: str = ""


def ban_mark(ban: Ban) -> str:
    """How a button names this very ban: a later one of the same rule has another name."""
    return mark(f"{ban.rule}|{ban.at.isoformat()}", 8)


class LiftBan(CallbackData, tag="bu", least=Role.ADMIN):
    """Ask whether to lift the very ban that the mark stands for."""

    ban: str


class AskReview(CallbackData, tag="mr", least=Role.SELLER):
    """Ask the admins to look at a ban again. `shop` and `rule` stand for their ids.

    `page` is 1 when the shop's page is to show it, in place of the message; else the button alone says that it was
    asked for.
    """

    shop: str
    rule: str
    page: int = 1
