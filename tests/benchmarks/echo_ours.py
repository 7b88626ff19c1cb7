"""Our application, echoing: the contender of `bench_bot` that this project has to answer for."""

import sys
import tempfile
from pathlib import Path
from typing import cast

import aiohttp
import uvloop

from bot.application.framework import build
from bot.core.intake import Intake
from bot.core.routes import Routes
from bot.core.update_context import UpdateContext
from bot.telegram.pace import Pace
from bot.telegram.update_journal import UpdateJournal
from bot.ui.reply import Reply
from bot.ui.text import escaped
from ops.sandbox.server import Sandbox
from ops.service import Service
from tests.bot.world.routing import router_of
from tests.bot.world.world import FREELY, World


async def echo(context: UpdateContext, text: str) -> None:
    """Say what was said."""
    await context.say(Reply(escaped(text)))


async def serve(url: str) -> None:
    """Echo until killed."""
    application, source = build("7:BENCH", url, pace=Pace(FREELY))
    # The world of the conversation tests, without the sandbox that those talk to.
    base = World(cast(Sandbox, None), cast(aiohttp.ClientSession, None)).made(application.bot).base
    routes = Routes({}, {}, any_text=echo)
    router = router_of(base, routes)
    application.add_handler(router)
    application.add_error_handler(router.on_error)
    with tempfile.TemporaryDirectory() as directory:
        async with application:
            await application.start()
            journal = UpdateJournal(Path(directory), "7")
            await Intake(application, router, source, Service("bot"), journal).run()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1]))
