"""What is read of a view is the newest, wherever it is: not written yet, being written, or in the file."""

import asyncio
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.state.disk.view import DiskView
from ops.kafka import Kafka
from ops.settings import load
from pipeline.contracts.topics import CHAT_STATE
from pipeline.kafka.log_position import LogNote

NOTE = LogNote("topic", 1)
KEYS = (b"seen:a", b"seen:a:1", b"seen:ab", b"watch:a", b"x")
MARKS = (b"due", b"offer 1")
PREFIXES = (b"", b"seen:", b"seen:a:", b"watch:", b"nobody:")

Entry = tuple[bytes, tuple[bytes, ...]]


@dataclass
class Opened:
    """A view that nobody follows, beside what it has to be; `written` is what a kill leaves."""

    path: Path
    entries: dict[bytes, Entry] = field(default_factory=dict)
    written: dict[bytes, Entry] = field(default_factory=dict)
    position: int = 0

    def __post_init__(self) -> None:
        self.view = self._made()

    def _made(self) -> DiskView:
        return DiskView(
            Kafka(load({"YARMARKA_STACK_DIR": str(self.path), "YARMARKA_KAFKA__BOOTSTRAP": "nobody:1"}), "bot"),
            CHAT_STATE,
            self.path,
        )

    def put(self, key: bytes, value: bytes | None, marks: tuple[bytes, ...]) -> None:
        self.view.put(key, value, marks if value is not None else ())
        self.entries.pop(key, None)
        if value is not None:
            self.entries[key] = (value, marks)

    async def keep(self) -> None:
        self.position += 1
        await self.view.keep({0: self.position}, {0: NOTE})
        self.written = dict(self.entries)

    async def fail_to_keep(self) -> None:
        """The disk is full."""
        self.view._database._writer.execute("PRAGMA query_only = ON")
        await self.view.keep({0: self.position + 1}, {0: NOTE})
        self.view._database._writer.execute("PRAGMA query_only = OFF")

    def kill(self) -> None:
        self.view._database.close()
        self.view = self._made()
        self.entries = dict(self.written)

    async def read_again(self, keys: tuple[bytes, ...]) -> None:
        """The topic is another one, which has these keys alone."""
        await self.view.begin_again()
        self.written = dict(self.entries)
        for key in keys:
            self.put(key, b"again", MARKS[:1])
        self.entries = {key: entry for key, entry in self.entries.items() if key in keys}
        await self.view.whole()
        await self.keep()

    def check(self) -> None:
        for key in KEYS:
            assert self.view.get(key) == self.entries.get(key, (None, ()))[0]
            assert self.view.has(key) == (key in self.entries)
        for prefix in PREFIXES:
            there = {key: value for key, (value, _) in self.entries.items() if key.startswith(prefix)}
            assert dict(self.view.items(prefix)) == there
            assert self.view.count(prefix) == len(there)
        for mark in MARKS:
            assert sorted(self.view.marked(mark)) == sorted(
                key for key, (_, marks) in self.entries.items() if mark in marks
            )


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("put", "put", "put", "keep", "full", "kill", "again")),
        st.sampled_from(KEYS),
        st.sampled_from((None, b"{}", b"[1]" * 400)),
        st.sets(st.sampled_from(MARKS)).map(tuple),
    ),
    max_size=20,
)
Step = tuple[str, bytes, bytes | None, tuple[bytes, ...]]


@settings(max_examples=80)
@given(steps=STEPS)
def test_a_view_is_a_dictionary(tmp_path_factory: pytest.TempPathFactory, steps: list[Step]) -> None:
    opened = Opened(tmp_path_factory.mktemp("state"))

    async def live() -> None:
        for kind, key, value, marks in steps:
            if kind == "put":
                opened.put(key, value, marks)
            elif kind == "keep":
                await opened.keep()
            elif kind == "full":
                await opened.fail_to_keep()
            elif kind == "kill":
                opened.kill()
            else:
                await opened.read_again((key,))
            opened.check()

    asyncio.run(live())
    opened.view._database.close()


def test_what_refuses_a_write_is_what_a_full_disk_raises(tmp_path: Path) -> None:
    """What `fail_to_keep` stands on."""
    with sqlite3.connect(tmp_path / "x", isolation_level=None) as connection:
        connection.execute("CREATE TABLE one (a)")
        connection.execute("PRAGMA query_only = ON")
        with pytest.raises(sqlite3.OperationalError):
            connection.execute("INSERT INTO one VALUES (1)")
