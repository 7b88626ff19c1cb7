"""A file of the bot's state that turns out to be damaged while it is read."""

import asyncio
from pathlib import Path

import pytest

from bot.application.service import _watch_files
from bot.state.disk.database import BrokenFileError, Change, Database
from bot.state.disk.files import StateFiles
from ops.kafka import Kafka
from ops.service import Service
from ops.settings import load
from pipeline.contracts.topics import CHAT_STATE


async def test_it_ends_the_service_and_the_next_process_begins_with_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "chat_state.sqlite"
    database = Database.open(path, CHAT_STATE.name)
    database.write([Change(b"seen:%05d" % number, b"%d" % number * 300) for number in range(3_000)], {}, {})
    database.truncate()
    database.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\x5a" * (len(whole) // 2))
    kafka = Kafka(load({"YARMARKA_STACK_DIR": str(tmp_path), "YARMARKA_KAFKA__BOOTSTRAP": "nobody:1"}), "bot")
    files, service = StateFiles(kafka, tmp_path), Service("bot")
    view = files.view(CHAT_STATE)
    with pytest.raises(BrokenFileError):
        list(view.items(b"seen:"))
    watching = asyncio.create_task(_watch_files(files, service))
    await asyncio.wait_for(service.stopping.wait(), 5)
    watching.cancel()
    assert str(path) in str(service.failure)
    assert list(StateFiles(kafka, tmp_path).view(CHAT_STATE).items(b"")) == []
