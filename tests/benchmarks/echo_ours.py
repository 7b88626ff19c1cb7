"""Our application, echoing: the contender of `bench_bot` that this project has to answer for."""

import sys
from typing import cast

import aiohttp
import uvloop

from bot.application import COMMANDS, build
from bot.core.intake import Intake
from bot.core.router import Router
from bot.core.update_context import UpdateContext
from bot.services import Services
from bot.ui.reply import Reply
from bot.ui.text import escaped
from ops.sandbox.server import Sandbox
from ops.service import Service
from tests.bot.conftest import FREELY, World


async def echo(services: Services, context: UpdateContext, text: str) -> None:
    """Say what was said."""
    await context.say(Reply(escaped(text)))


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
