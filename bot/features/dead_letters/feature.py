"""Messages that failed, to be looked at, replayed or discarded: how the feature is registered."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.container.foundation import Foundation
from bot.container.parts import Servers
from bot.container.registration import Command, Feature, on
from bot.core.background_tasks import Work
from bot.core.looking_up import OPEN_S
from bot.features.dead_letters.buttons import ShowDeadLetters
from bot.features.dead_letters.handlers import dead_letters, show_dead_letters
from bot.features.dead_letters.job import LetterJobs
from bot.features.dead_letters.job_messages import JobMessages
from bot.features.dead_letters.models import JOBS
from bot.features.dead_letters.services import DeadLetterServices
from bot.features.dead_letters.store import DeadLetterAccess
from bot.ui.locale import later
from bot.ui.roles import Role
from pipeline.dead_letters.store import open_store

DIRECTORY = "bot"


@dataclass(frozen=True, slots=True)
class DeadLetterPorts:
    """Where dead letters are counted, read and settled."""

    access: DeadLetterAccess


@asynccontextmanager
async def connect(servers: Servers) -> AsyncIterator[DeadLetterPorts]:
    """The topic by an identity of its own, and the numbers of what is open in a file of the bot."""
    async with open_store(servers.settings, DIRECTORY, open_within_s=OPEN_S) as store:
        yield DeadLetterPorts(store)


def build(base: Foundation) -> DeadLetterServices:
    """Over the port and the job's own store: the pipeline's store writes the audit itself."""
    access = base.shared.get(DeadLetterPorts).access
    messages = JobMessages(base.delivery.bot, base.delivery.outbox)
    return DeadLetterServices(access, LetterJobs(base.stores.of(JOBS), access, messages), base.clock)


def work(services: DeadLetterServices) -> Sequence[Work]:
    """Counting what is open, and settling what was ordered."""
    return (Work("dead-letters", services.dead_letters.run), Work("letter-job", services.jobs.run))


DEAD_LETTERS = Feature(
    name="dead_letters",
    build=build,
    connect=connect,
    stores=(JOBS,),
    commands=(Command("dead_letters", dead_letters, Role.ADMIN, later("messages that failed")),),
    buttons=(on(ShowDeadLetters, show_dead_letters),),
    work=work,
)
