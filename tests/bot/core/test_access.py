"""Every command and every button has a least role, and nobody below it gets anywhere, on any path."""

from dataclasses import replace

import pytest
from telegram import Update

from bot.application.framework import build
from bot.core.routes import CommandRoute, Routes
from bot.core.update_context import UpdateContext
from bot.telegram.pace import Pace
from bot.ui.buttons import ShowHelp
from bot.ui.callback_data import encode
from bot.ui.roles import Role
from ops.sandbox.server import DEMO_TOKEN
from tests.bot.world.routing import router_of
from tests.bot.world.tables import COMMANDS, KINDS
from tests.bot.world.world import FREELY, World

LEVELS = {1001: Role.CUSTOMER, 3001: Role.OPERATOR, 2001: Role.ADMIN}


def test_no_command_and_no_button_is_without_a_role() -> None:
    assert all(isinstance(command.least, Role) for command in COMMANDS)
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)
    assert all(isinstance(kind.LEAST, Role) for kind in KINDS)


@pytest.mark.parametrize("user_id", LEVELS)
@pytest.mark.parametrize("least", list(Role))
async def test_a_command_is_run_only_for_its_role_and_refusals_are_audited(
    world: World, user_id: int, least: Role
) -> None:
    ran: list[int] = []

    async def handle(context: UpdateContext, _: str) -> None:
        ran.append(context.user_id)

    application, _ = build(DEMO_TOKEN, world.sandbox.url, pace=Pace(FREELY))
    base = world.made(application.bot).base
    routes = Routes({"do": CommandRoute(least, handle)}, {})
    router = router_of(base, routes)
    application.add_handler(router)
    await world.person(user_id).writes("/start")
    async with application:
        raw = _message(user_id, "/do it")
        await application.process_update(Update.de_json(raw, application.bot))
    allowed = LEVELS[user_id] >= least
    assert ran == ([user_id] if allowed else [])
    assert [entry.action for entry in world.records.audits] == ([] if allowed else ["/do"])
    if not allowed:
        await world.person(user_id).sees("Это могут только")


async def test_a_forged_button_is_refused_like_a_command(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ShowHelp, "LEAST", Role.ADMIN)
    async with world.bot():
        anna = world.person(1001)
        await anna.writes("/start")
        hello = await anna.sees("Здравствуйте")
        toast = await anna.presses(replace(hello, data=()), encode(ShowHelp()))
        assert toast.alert
        assert "могут только администраторы" in toast.text
    assert [entry.action for entry in world.records.audits] == ["ShowHelp"]


def _message(user_id: int, text: str) -> dict[str, object]:
    person = {"id": user_id, "is_bot": False, "first_name": "Имя", "language_code": "ru"}
    return {
        "update_id": 1,
        "message": {
            "message_id": 5,
            "date": 1,
            "chat": {"id": user_id, "type": "private", "first_name": "Имя"},
            "from": person,
            "text": text,
        },
    }
