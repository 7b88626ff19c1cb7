"""Our application, echoing: the contender of `bench_bot` that this project has to answer for."""

import sys

import uvloop

from bot.access import Access
from bot.application import COMMANDS, build, menu_lines
from bot.gate import Gate
from bot.intake import Intake
from bot.lists import Lists
from bot.menus import Menus
from bot.people import People
from bot.pseudonyms import Pseudonyms
from bot.replies.reply import Reply
from bot.replies.text import escaped
from bot.router import Router
from bot.services import Services
from bot.suggestions import Suggestions
from bot.transport.pace import Limit, Limits
from bot.turn import Turn
from ops.service import Service
from pipeline.contracts.chat_state import ListState, PersonSettings, RoleGrant
from tests.bot.memory import Clock, MemoryBans, MemoryCatalog, MemoryRecords, MemoryState

FREELY = Limits(overall=Limit(1e9, 1e9), private=Limit(1e9, 1e9), group=Limit(1e9, 1e9))


async def echo(services: Services, turn: Turn, text: str) -> None:
    """Say what was said."""
    await turn.say(Reply(escaped(text)))


async def serve(url: str) -> None:
    """Echo until killed."""
    application, source = build("7:BENCH", url, limits=FREELY)
    router = Router(_services(), {command.name: command for command in COMMANDS}, {}, echo)
    application.add_handler(router)
    application.add_error_handler(router.on_error)
    async with application:
        await application.start()
        await Intake(application, router, source, Service("bot")).run()


def _services() -> Services:
    clock, catalog, pseudonyms = Clock(), MemoryCatalog(), Pseudonyms(b"0" * 32)
    gate = Gate(MemoryBans(), clock)
    access = Access(MemoryState[RoleGrant](), pseudonyms)
    return Services(
        catalog=catalog,
        gate=gate,
        lists=Lists(MemoryState[ListState](), clock),
        people=People(MemoryState[PersonSettings]()),
        access=access,
        pseudonyms=pseudonyms,
        records=MemoryRecords(),
        menus=Menus(menu_lines(), access),
        suggestions=Suggestions(catalog, gate, clock),
        clock=clock,
    )


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1]))
