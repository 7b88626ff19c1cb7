"""/check: everything that the bot stands on, tried now, as `python -m ops check` does before the first start."""

import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

import aiohttp

from bot.container.foundation import Foundation
from bot.container.parts import Servers
from bot.container.registration import Command, Feature, on
from bot.core.update_context import UpdateContext
from bot.features.check.buttons import CheckAgain
from bot.features.check.checks import WITHIN_S, CheckPorts, Checks
from bot.features.check.replies import check_page
from bot.ui.locale import later
from bot.ui.roles import Role
from ops.preflight.bot_api import BotApi
from ops.proxies import telegram_proxy


@dataclass(frozen=True, slots=True)
class CheckServices:
    """The looks."""

    checks: Checks


@contextlib.asynccontextmanager
async def connect(servers: Servers) -> AsyncIterator[CheckPorts]:
    """Nothing is asked before somebody does. Raises StartupError for a proxy that cannot be used."""
    settings = servers.settings
    token = settings.telegram_token.get_secret_value() if settings.telegram_token is not None else ""
    proxy = telegram_proxy(settings.telegram, os.environ)

    @contextlib.asynccontextmanager
    async def telegram() -> AsyncIterator[BotApi]:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WITHIN_S)) as session:
            yield BotApi(session, settings.telegram.base_url, token, proxy)

    # What it is for, not `info`: the bot may read the products and ask nothing of the cluster.
    yield CheckPorts(partial(servers.elasticsearch.count, index=settings.search.alias), telegram)


def build(base: Foundation) -> CheckServices:
    """Over the ports."""
    settings = base.settings
    return CheckServices(Checks(base.shared.get(CheckPorts), settings.bot, base.kafka, base.clock, settings.stack_dir))


async def check(services: CheckServices, context: UpdateContext, _: str) -> None:
    """Every finding, in the person's language."""
    await context.say(check_page(await context.typing(services.checks.all()), context.texts))


async def check_again(services: CheckServices, context: UpdateContext, _: CheckAgain) -> None:
    """The same in place of the last answer."""
    await context.change(check_page(await context.typing(services.checks.all()), context.texts))


CHECK = Feature(
    name="check",
    build=build,
    connect=connect,
    commands=(Command("check", check, Role.ADMIN, later("is everything the bot needs in order")),),
    buttons=(on(CheckAgain, check_again),),
)
