"""How every service is."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from bot.container.foundation import Foundation
from bot.container.parts import Servers
from bot.container.registration import Command, Feature, on
from bot.core.alerting_state import AlertingState
from bot.core.home import HomeButton
from bot.core.update_context import UpdateContext
from bot.features.status.buttons import RefreshStatus
from bot.features.status.handlers import refresh_status, show_status
from bot.features.status.neighbours import Neighbours
from bot.features.status.prometheus import Prometheus
from bot.features.status.report import StatusReport
from bot.features.status.services import Look, StatusServices
from bot.ui.buttons import OpenCommand
from bot.ui.locale import later
from bot.ui.reply import Button
from bot.ui.roles import Role
from ops.stack.control import LocalStack
from pipeline.contracts.messages import now


@dataclass(frozen=True, slots=True)
class StatusPorts:
    """How the services are looked at."""

    look: Look


@contextlib.asynccontextmanager
async def connect(servers: Servers) -> AsyncIterator[StatusPorts]:
    """Ask the neighbours of a local stack, or Prometheus where there is none."""
    settings = servers.settings
    neighbours, prometheus = (
        Neighbours(LocalStack(settings.stack_dir), now),
        Prometheus(settings.bot.prometheus_url, now),
    )

    async def look() -> StatusReport:
        asked = neighbours if neighbours.known() or not settings.bot.prometheus_url else prometheus
        return await asked.look()

    yield StatusPorts(look)


def build(base: Foundation) -> StatusServices:
    """The services; alerts must have been built before."""
    return StatusServices(base.shared.get(StatusPorts).look, base.shared.get(AlertingState))


def home(_: StatusServices, context: UpdateContext) -> Sequence[HomeButton]:
    """The way to the services; how they are is asked of them only there."""
    return (HomeButton(Button(context.texts.plain("🩺 Services"), OpenCommand("status")), Role.OPERATOR),)


STATUS = Feature(
    name="status",
    build=build,
    connect=connect,
    commands=(Command("status", show_status, Role.OPERATOR, later("how every service is")),),
    buttons=(on(RefreshStatus, refresh_status),),
    home=home,
)
