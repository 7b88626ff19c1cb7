"""Clients that this project did not write run a small bot against the sandbox, each the same conversation."""

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from ops.sandbox.errors import NOT_MODIFIED
from ops.sandbox.server import running
from tests.ops.sandbox.peers import GRAMMY, grammy_modules, peers_python
from tests.ops.sandbox.people import Caller
from tests.ops.sandbox.test_media import png
from tests.waiting import until

pytestmark = pytest.mark.system
START_SECONDS = 90.0


def aiogram() -> tuple[list[str], dict[str, str]]:
    return [str(peers_python()), str(Path(__file__).parent / "aiogram_peer" / "bot.py")], {}


def grammy() -> tuple[list[str], dict[str, str]]:
    return ["node", str(GRAMMY / "bot.cjs")], {"NODE_PATH": str(grammy_modules())}


PEERS = {"aiogram": aiogram, "grammy": grammy}


@asynccontextmanager
async def playing(peer: str) -> AsyncIterator[Caller]:
    """The sandbox with the peer's bot in it."""
    command, environment = await asyncio.to_thread(PEERS[peer])
    picture = base64.b64encode(png(12, 10)).decode()
    async with running() as sandbox, aiohttp.ClientSession(sandbox.url) as session:
        process = await asyncio.create_subprocess_exec(
            *command, sandbox.url, sandbox.world.token, env={**os.environ, **environment, "PICTURE": picture}
        )
        try:
            caller = Caller(session, sandbox.world.token)
            await _begun(caller, process)
            yield caller
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _begun(caller: Caller, process: asyncio.subprocess.Process) -> None:
    """Wait until the peer has said its commands; importing a client alone may take ten seconds on a busy machine."""

    async def said() -> bool:
        assert process.returncode is None, f"the peer ended with {process.returncode}"
        return bool((await caller.get("/user/1001/chats/1001/commands")).body["commands"])

    await until(said, "the peer has said its commands", within_s=START_SECONDS, look_s=0.05)


@pytest.mark.parametrize("peer", PEERS)
async def test_the_conversation(peer: str) -> None:
    async with playing(peer) as caller:
        await caller.say(1001, "/start p_42")
        hello = await caller.hear(1001, "Hello Анна ru p_42")
        assert hello["entities"][0] == {"type": "bold", "offset": 0, "length": 5}

        press = await caller.person(1001, "press", chat_id=1001, message_id=hello["message_id"], button="Next")
        assert press.body == {"text": "turned", "show_alert": True}
        assert (await caller.hear(1001, "page 2"))["message_id"] == hello["message_id"]

        found = await caller.person(1001, "inline", query="часы")
        assert "about часы" in json.dumps(found.body, ensure_ascii=False)
        chosen = await caller.person(1001, "choose", chat_id=1001, result_id="1", query="часы")
        assert (await caller.messages(1001))[-1]["text"] == "chose часы"

        await caller.person(1001, "edit", chat_id=1001, message_id=1, text="corrected")
        assert (await caller.hear(1001, "now corrected"))["reply_to_message"]["message_id"] == 1
        assert chosen.status == 200

        await caller.say(1001, "/file")
        await caller.hear(1001, "downloaded 5 of 5 bytes")
        assert (await caller.messages(1001))[-2]["document"]["file_name"] == "report.txt"

        await caller.say(1001, "/photo")
        again = await caller.hear(1001, "photo again")
        assert (again["photo"][0]["width"], again["photo"][0]["height"]) == (12, 10)
        async with caller.session.get(again["photo_url"]) as response:
            assert await response.read() == png(12, 10)

        await caller.say(1001, "/errors")
        await caller.hear(1001, "can't parse entities: Can't find end tag corresponding to start tag \"b\"")
        texts = [seen.get("text", "") for seen in await caller.messages(1001)]
        assert NOT_MODIFIED in texts[-3]
        assert "chat not found" in texts[-2]
        assert (await caller.get("/user/1001/chats/1001/commands")).body["commands"] == [
            {"command": "start", "description": "Begin"}
        ]
