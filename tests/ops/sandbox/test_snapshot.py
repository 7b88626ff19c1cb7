"""Chats survive a restart of the sandbox."""

from pathlib import Path

import aiohttp
import pytest

from ops.errors import StartupError
from ops.sandbox.server import running
from tests.ops.sandbox.people import Caller
from tests.ops.sandbox.test_media import png, upload


async def test_a_restart_keeps_chats_menus_and_what_waits_for_the_bot(tmp_path: Path) -> None:
    async with running(state_dir=tmp_path) as sandbox, aiohttp.ClientSession(sandbox.url) as session:
        caller = Caller(session, sandbox.world.token)
        await caller.say(4711, "before")
        await caller.bot("sendMessage", chat_id=4711, text="<b>answer</b>", parse_mode="HTML")
        await caller.bot("createForumTopic", chat_id=-100500, name="Critical")
        await caller.bot("setMyCommands", commands=[{"command": "help", "description": "Help"}])
        picture = {"photo": ("a.png", png(3, 3))}
        await upload(caller, "sendPhoto", picture, chat_id="4711")
        before = await caller.messages(4711)
    async with running(state_dir=tmp_path) as sandbox, aiohttp.ClientSession(sandbox.url) as session:
        caller = Caller(session, sandbox.world.token)
        assert await caller.messages(4711) == before
        updates = (await caller.bot("getUpdates")).body["result"]
        assert isinstance(updates, list) and len(updates) == 1
        assert await caller.say(4711, "after") == 4
        async with session.get(before[-1]["photo_url"]) as response:
            assert await response.read() == png(3, 3)
        assert len(await caller.messages(3001, -100500)) == 1
        topic = (await caller.messages(3001, -100500))[0]["message_thread_id"]
        sent = await caller.bot("sendMessage", chat_id=-100500, text="card", message_thread_id=topic)
        assert sent.status == 200
        assert (await caller.get("/user/4711/chats/4711/commands")).body["commands"] != []


@pytest.mark.parametrize("content", ["{", "[]", '{"version":0}', '{"version":2}', ""])
async def test_a_broken_file_is_set_aside(tmp_path: Path, content: str) -> None:
    file = tmp_path / "sandbox.json"
    file.write_text(content)
    async with running(state_dir=tmp_path) as sandbox, aiohttp.ClientSession(sandbox.url) as session:
        await Caller(session, sandbox.world.token).say(1001, "hello")
    assert (tmp_path / "sandbox.unreadable").read_text() == content
    assert "hello" in file.read_text()


async def test_a_taken_port_is_named() -> None:
    async with running() as sandbox:
        port = int(sandbox.url.rpartition(":")[2])
        with pytest.raises(StartupError, match=rf"cannot listen on 127\.0\.0\.1:{port} .* choose another port"):
            async with running(port=port):
                pass
