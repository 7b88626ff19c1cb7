"""Every command and every button there is, tried by everybody who may not: refused, on record, without an effect.

The tables follow from the list of features: a new command or button is tried here without a line in this file.
"""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import fields
from typing import get_type_hints

import pytest

from bot.core.access import SELLERS, RoleGrant, ShopSeller
from bot.ui.callback_data import CallbackData, encode
from bot.ui.roles import Role
from ops.sandbox.server import Sandbox
from tests.bot.world.tables import COMMANDS, HANDLED, KINDS
from tests.bot.world.telegram import Telegram, application, happen, message, press
from tests.bot.world.world import PSEUDONYMS, World

GROUP = -100500
# Who: Telegram's id, and the role that they have.
PEOPLE = {
    "customer": (1001, 0),
    "stranger": (987654321, 0),
    "revoked": (2002, 0),
    "seller": (4004, 1),
    "operator": (3001, 2),
}
ROLE_WORDS = {Role.ADMIN: "администратор", Role.OPERATOR: "оператор", Role.SELLER: "продав"}


def test_every_button_that_can_be_made_has_a_handler() -> None:
    assert set(KINDS) == HANDLED


def test_there_is_something_for_each_role() -> None:
    assert {command.least for command in COMMANDS} == {kind.LEAST for kind in KINDS} == set(Role)


@contextlib.asynccontextmanager
async def _market() -> AsyncIterator[tuple[World, Telegram, object]]:
    world = World(Sandbox.__new__(Sandbox), session=None)  # type: ignore[arg-type]  # nobody writes through it
    world.roles.set(PSEUDONYMS.of(2002), RoleGrant(role="customer", user_id=2002))
    seller = ShopSeller(user_id=4004, store_id="sever")
    world.store(SELLERS).set(f"{PSEUDONYMS.of(4004)}:sever", seller)
    async with application(world) as (app, _, telegram):
        yield world, telegram, app


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("chat_id", [None, GROUP])
async def test_a_command_of_a_higher_role_is_refused_on_record_and_without_effect(
    who: str, chat_id: int | None
) -> None:
    user_id, role = PEOPLE[who]
    async with _market() as (world, telegram, app):
        for number, command in enumerate(COMMANDS, start=1):
            if command.least <= role:
                continue
            await happen(app, message(user_id, f"/{command.name} brand:huawei", number, chat_id))  # type: ignore[arg-type]
            said = telegram.said()
            assert len(said) == 1, command.name
            assert ROLE_WORDS[command.least] in said[0]
            assert world.records.audits.pop().action == f"/{command.name}"
        _nothing_happened(world)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("chat_id", [None, GROUP])
async def test_a_forged_button_of_a_higher_role_is_refused_on_record_and_without_effect(
    who: str, chat_id: int | None
) -> None:
    user_id, role = PEOPLE[who]
    async with _market() as (world, telegram, app):
        for number, kind in enumerate(KINDS, start=1):
            if role >= kind.LEAST:
                continue
            for data in _forged(kind):
                await happen(app, press(user_id, data, number, chat_id))  # type: ignore[arg-type]
                said = telegram.said()
                assert len(said) == 1, data
                assert ROLE_WORDS[kind.LEAST] in said[0]
            assert [entry.action for entry in world.records.audits] == [kind.__name__], "once an hour"
            world.records.audits.clear()
        _nothing_happened(world)


async def test_an_admins_forged_buttons_do_nothing_either() -> None:
    async with _market() as (world, telegram, app):
        for number, kind in enumerate(KINDS, start=1):
            if kind.LEAST is not Role.ADMIN:
                continue
            for data in _forged(kind):
                await happen(app, press(2001, data, number))  # type: ignore[arg-type]
                assert 1 <= len(telegram.said()) <= 2, data
        _nothing_happened(world)


async def test_a_decided_request_takes_no_replayed_press() -> None:
    async with _market() as (world, telegram, app):
        await happen(app, message(2001, "/ban brand:huawei — проверка навсегда", 1))  # type: ignore[arg-type]
        request_id = next(name for name, _ in world.requests.entries())
        for number in range(2, 8):
            await happen(app, press(2001, f"bs:{request_id}:confirm", number))  # type: ignore[arg-type]
        for number in range(8, 14):
            await happen(app, press(2001, f"bs:{request_id}:undo", number))  # type: ignore[arg-type]
        await happen(app, press(2001, f"bs:{request_id}:confirm", 14))  # type: ignore[arg-type]
        assert [entry.action for entry in world.audit.written] == ["ban", "unban"]
        assert list(world.bans.items()) == []
        telegram.said()


async def test_another_admins_confirmation_of_my_question_is_refused() -> None:
    async with _market() as (world, telegram, app):
        world.roles.set(PSEUDONYMS.of(5005), RoleGrant(role="admin", user_id=5005))
        await happen(app, message(2001, "/ban brand:huawei", 1))  # type: ignore[arg-type]
        request_id = next(name for name, _ in world.requests.entries())
        telegram.said()
        for step in ("confirm", "cancel"):
            await happen(app, press(5005, f"bs:{request_id}:{step}", 2))  # type: ignore[arg-type]
            assert "тот администратор, который запросил" in telegram.said()[0]
        await happen(app, press(5005, f"bc:{request_id}:r:fake", 3))  # type: ignore[arg-type]
        _nothing_happened(world, requests=1)


def _forged(kind: type[CallbackData]) -> list[str]:
    """Buttons of the kind with likely and unlikely fields."""
    texts = {name for name, hint in get_type_hints(kind).items() if hint is str}
    found = []
    for filling in ("", "x", "yes", "confirm", "undo", "all", "brand", "2001", "replayall", "discardall"):
        values = {each.name: filling if each.name in texts else 0 for each in fields(kind)}
        found.append(encode(kind(**values)))
    return found


def _nothing_happened(world: World, requests: int = 0) -> None:
    assert list(world.bans.items()) == []
    assert len(list(world.requests.entries())) == requests
    assert list(world.synonyms.entries()) == []
    assert list(world.job_requests.entries()) == []
    assert [grant.user_id for _, grant in world.roles.entries() if grant.by] == []
    assert world.audit.written == []
