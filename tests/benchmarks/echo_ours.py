"""Our application, echoing: the contender of `bench_bot` that this project has to answer for."""

import sys
from typing import cast

import aiohttp
import uvloop

from bot.application import COMMANDS, build
from bot.intake import Intake
from bot.replies.reply import Reply
from bot.replies.text import escaped
from bot.router import Router
from bot.services import Services
from bot.turn import Turn
from ops.sandbox.server import Sandbox
from ops.service import Service
from tests.bot.conftest import FREELY, World


async def echo(services: Services, turn: Turn, text: str) -> None:
    """Say what was said."""
    await turn.say(Reply(escaped(text)))


async def serve(url: str) -> None:
    """Echo until killed."""
    application, source = build("7:BENCH", url, limits=FREELY)
    # The services of the conversation tests, without the sandbox that those talk to.
    services = World(cast(Sandbox, None), cast(aiohttp.ClientSession, None)).services()
    router = Router(services, {command.name: command for command in COMMANDS}, {}, echo)
    application.add_handler(router)
    application.add_error_handler(router.on_error)
    async with application:
        await application.start()
        await Intake(application, router, source, Service("bot")).run()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1]))
