"""Command menus, and what else a bot says about itself."""

import pytest

from ops.sandbox.objects import Json
from tests.ops.sandbox.people import Caller

HELP: Json = [{"command": "help", "description": "Help"}]
HELP_RU: Json = [{"command": "help", "description": "Помощь"}]
BAN: Json = [{"command": "ban", "description": "Ban"}]


async def shown(caller: Caller, person: int, chat: int | None = None) -> list[str]:
    commands = (await caller.get(f"/user/{person}/chats/{chat or person}/commands")).body["commands"]
    assert isinstance(commands, list)
    return [str(command["description"]) for command in commands if isinstance(command, dict)]


async def test_the_narrowest_scope_and_the_persons_language_win(caller: Caller) -> None:
    await caller.say(2002, "hello")
    await caller.bot("setMyCommands", commands=HELP)
    await caller.bot("setMyCommands", commands=HELP_RU, language_code="ru")
    await caller.bot("setMyCommands", commands=BAN, scope={"type": "chat", "chat_id": 2002})
    assert await shown(caller, 1001) == ["Помощь"]
    assert await shown(caller, 1002) == ["Help"]
    assert await shown(caller, 2002) == ["Ban"]
    assert await shown(caller, 2002, -100500) == ["Help"]
    await caller.bot("deleteMyCommands", scope={"type": "chat", "chat_id": 2002})
    assert await shown(caller, 2002) == ["Help"]
    assert (await caller.bot("getMyCommands", language_code="ru")).body["result"] == HELP_RU
    assert (await caller.bot("getMyCommands", scope={"type": "all_private_chats"})).body["result"] == []


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"commands": [{"command": "Bad-Name", "description": "x"}]}, "Bad Request: BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "a", "description": ""}]}, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [{"command": "a", "description": "x"}] * 101}, "Bad Request: BOT_COMMANDS_TOO_MUCH"),
        (
            {"commands": [], "scope": {"type": "planet"}},
            "Bad Request: can't parse BotCommandScope: Unsupported type specified",
        ),
        ({"commands": [], "scope": {"type": "chat", "chat_id": 4242}}, "Bad Request: chat not found"),
    ],
)
async def test_refusals(caller: Caller, parameters: dict[str, Json], error: str) -> None:
    assert (await caller.bot("setMyCommands", **parameters)).description == error


async def test_name_and_description(caller: Caller) -> None:
    await caller.bot("setMyName", name="Fair")
    await caller.bot("setMyName", name="Ярмарка", language_code="ru")
    await caller.bot("setMyDescription", description="Finds things")
    assert (await caller.bot("getMyName", language_code="ru")).result == {"name": "Ярмарка"}
    assert (await caller.bot("getMyName", language_code="de")).result == {"name": "Fair"}
    assert (await caller.bot("getMe")).result["first_name"] == "Fair"
    assert (await caller.get("/people")).body["descriptions"] == {"": "Finds things"}


async def test_members_of_the_group(caller: Caller) -> None:
    member = await caller.bot("getChatMember", chat_id=-100500, user_id=3001)
    assert member.result["status"] == "member"
    assert (await caller.bot("getChatMember", chat_id=-100500, user_id=2001)).result["status"] == "administrator"
    assert (await caller.bot("getChat", chat_id=-100500)).result["is_forum"] is True
    administrators = (await caller.bot("getChatAdministrators", chat_id=-100500)).body["result"]
    assert isinstance(administrators, list) and len(administrators) == 3
