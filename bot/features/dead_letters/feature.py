"""Messages that failed, to be looked at, replayed or discarded: how the feature is registered."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.container.foundation import Foundation
from bot.container.parts import Servers
from bot.container.registration import Command, Feature, on
from bot.core.looking_up import OPEN_S
from bot.features.dead_letters.buttons import ShowDeadLetters
from bot.features.dead_letters.handlers import dead_letters, show_dead_letters
from bot.features.dead_letters.services import DeadLetterServices
from bot.features.dead_letters.store import DeadLetterAccess
from bot.ui.locale import later
from bot.ui.roles import Role
from pipeline.dead_letters.store import DeadLetterStore


@dataclass(frozen=True, slots=True)
class DeadLetterPorts:
    """Where dead letters are read and settled."""

    access: DeadLetterAccess


@asynccontextmanager
async def connect(servers: Servers) -> AsyncIterator[DeadLetterPorts]:
    """The topic, asked anew at each look by an identity of its own."""
    yield DeadLetterPorts(DeadLetterStore(servers.settings, open_within_s=OPEN_S))


def build(base: Foundation) -> DeadLetterServices:
    """Over the port alone: the pipeline's store writes the audit itself."""
    return DeadLetterServices(base.shared.get(DeadLetterPorts).access)


DEAD_LETTERS = Feature(
    name="dead_letters",
    build=build,
    connect=connect,
    commands=(Command("dead_letters", dead_letters, Role.ADMIN, later("messages that were put aside")),),
    buttons=(on(ShowDeadLetters, show_dead_letters),),
)
