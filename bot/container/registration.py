"""The whole registration of a feature: what `feature.py` of each folder fills in, and nothing else has to know of it.

From the list of features (`bot.application.FEATURES`) follow the tables of commands and buttons, menus and help, the
roles, the stores to open, what `/privacy` counts and "forget me" deletes, product cards, and background work.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar, cast

from telegram import Document

from bot.container.foundation import Foundation
from bot.container.parts import Servers
from bot.core.background_tasks import Work
from bot.core.home import HomeButton
from bot.core.routes import ReplyRoute
from bot.core.update_context import UpdateContext
from bot.products.card import CardPart, Place
from bot.products.list_state import ListState
from bot.state.store import AnySpec
from bot.state.stores import PersonalData
from bot.ui.callback_data import CallbackData
from bot.ui.locale import Texts
from bot.ui.reply import Button, Rows
from bot.ui.roles import Role
from pipeline.contracts.messages import Product

D = TypeVar("D")
D_contra = TypeVar("D_contra", contravariant=True)
C = TypeVar("C", bound=CallbackData)


@dataclass(frozen=True, slots=True)
class Command(Generic[D]):
    """A command. What follows its name is the handler's third argument.

    `about` is an English sentence that the .po files translate; `listed` shows it in menu and help.
    """

    name: str
    handle: Callable[[D, UpdateContext, str], Awaitable[None]]
    least: Role
    about: str
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Press(Generic[D]):
    """A kind of button with its handler; made by `on`."""

    kind: type[CallbackData]
    handle: Callable[[D, UpdateContext, CallbackData], Awaitable[None]]


def on(kind: type[C], handle: Callable[[D, UpdateContext, C], Awaitable[None]]) -> Press[D]:
    """The handler takes exactly the kind of button beside it. It must be safe to run twice."""
    return Press(kind, cast(Callable[[D, UpdateContext, CallbackData], Awaitable[None]], handle))


def no_work(_: object) -> Sequence[Work]:
    """A feature without background work."""
    return ()


def no_personal_data(_: object) -> Sequence[PersonalData]:
    """A feature that keeps nothing about people beside its stores."""
    return ()


@dataclass(frozen=True, slots=True)
class OnCard(Generic[D_contra]):
    """What the feature puts on a product's card: see `bot.products.card.CardPart`."""

    rows: Callable[[D_contra, Product, str, Texts], Rows]
    least: Role = Role.CUSTOMER
    beside: Place = ""

    def of(self, services: D_contra) -> CardPart:
        """As cards take it."""
        return CardPart(partial(self.rows, services), self.least, self.beside)


@dataclass(frozen=True, slots=True)
class OnReply(Generic[D_contra]):
    """Takes answers to messages of the bot, also in groups: to those that `knows` a chat's and a message's id."""

    knows: Callable[[D_contra, int, int], bool]
    take: Callable[[D_contra, UpdateContext, int, str], Awaitable[None]]
    least: Role

    def of(self, services: D_contra) -> ReplyRoute:
        """As the router takes it."""
        return ReplyRoute(self.least, partial(self.knows, services), partial(self.take, services))


@dataclass(frozen=True, slots=True)
class Feature(Generic[D]):
    """A feature; `D` is what its handlers stand on, a small frozen dataclass of its own.

    build: makes it from what all features share. A feature that reads another stands after it in the list.
    connect: opens what the feature alone asks of servers; `build` finds it by its type (`base.shared.get`).
    stores: what it keeps in `chat_state`; personal: what it keeps about people elsewhere.
    texts: takes a text that was asked for, or leaves it to the next feature; any_text: answers what nobody took.
    replies: takes what answers a message of the bot.
    documents: takes a file that was sent in private, or leaves it to the next feature.
    links: opens /start's payload, or leaves it to the next feature. inline: answers inline queries.
    home: what it offers on /start, with how that stands now.
    card, list_part: what it puts under product cards and result lists, as that stands for a pseudonym.
    work: what goes on in the background, from the moment when Telegram is connected until the bot stops.
    """

    name: str
    build: Callable[[Foundation], D]
    connect: Callable[[Servers], AbstractAsyncContextManager[object]] | None = None
    stores: tuple[AnySpec, ...] = ()
    commands: tuple[Command[D], ...] = ()
    buttons: tuple[Press[D], ...] = ()
    texts: Callable[[D, UpdateContext, str], Awaitable[bool]] | None = None
    replies: OnReply[D] | None = None
    documents: Callable[[D, UpdateContext, Document], Awaitable[bool]] | None = None
    links: Callable[[D, UpdateContext, str], Awaitable[bool]] | None = None
    any_text: Callable[[D, UpdateContext, str], Awaitable[None]] | None = None
    inline: Callable[[D, UpdateContext, str, str, str], Awaitable[None]] | None = None
    home: Callable[[D, UpdateContext], Sequence[HomeButton]] | None = None
    card: OnCard[D] | None = None
    list_part: Callable[[D, ListState, str, Texts], tuple[Button, ...]] | None = None
    personal: Callable[[D], Sequence[PersonalData]] = no_personal_data
    work: Callable[[D], Sequence[Work]] = no_work


AnyFeature: TypeAlias = Feature[Any]
