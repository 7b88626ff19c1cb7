"""The file of one topic: transactions, damage, versions, what is deleted."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.state.disk.database import BrokenFileError, Change, Database
from bot.state.disk.files import PROCESSES, claimed
from ops.errors import StartupError
from pipeline.kafka.log_position import LogNote

NOTE = LogNote("topic", 3)
TOPIC = "recommendations"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "recommendations.sqlite"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    made = Database.open(path, TOPIC)
    yield made
    made.close()


def content(database: Database) -> dict[bytes, bytes]:
    return dict(database.page(b"", b"\xff" * 8, 10_000))


def test_values_and_positions_are_there_after_the_next_opening(path: Path) -> None:
    first = Database.open(path, TOPIC)
    first.write(
        [Change(b"a", b"{}"), Change(b"b", b"x" * 5000), Change(b"c", b"xyz")], {0: 7, 2: 1}, {0: NOTE, 2: NOTE}
    )
    first.write([Change(b"a", None)], {0: 8}, {0: NOTE})
    first.close()
    second = Database.open(path, TOPIC)
    assert content(second) == {b"b": b"x" * 5000, b"c": b"xyz"}
    assert (second.get(b"a"), second.get(b"c"), second.has(b"b"), second.count(b"b", b"c")) == (
        None,
        b"xyz",
        True,
        1,
    )
    assert second.positions() == {0: (8, NOTE), 2: (1, NOTE)}
    assert 0 <= second.away_s() < 60
    second.close()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_write_that_fails_changes_nothing(database: Database) -> None:
    database.write([Change(b"a", b"1")], {0: 1}, {0: NOTE})
    with pytest.raises(KeyError):
        database.write([Change(b"a", b"2"), Change(b"b", b"2")], {0: 2, 1: 2}, {0: NOTE})
    assert (content(database), database.positions()) == ({b"a": b"1"}, {0: (1, NOTE)})


def test_a_full_disk_changes_nothing_and_reading_goes_on(database: Database) -> None:
    database.write([Change(b"a", b"1")], {0: 1}, {0: NOTE})
    limit_pages(database, 12)
    with pytest.raises(sqlite3.OperationalError, match="full"):
        database.write([Change(b"b%d" % number, bytes(range(256)) * 8) for number in range(500)], {0: 2}, {0: NOTE})
    assert (content(database), database.positions()) == ({b"a": b"1"}, {0: (1, NOTE)})
    limit_pages(database, 100_000)
    database.write([Change(b"b", b"2")], {0: 2}, {0: NOTE})
    assert database.get(b"b") == b"2"


def limit_pages(database: Database, pages: int) -> None:
    """A disk that has room for so many pages."""
    database._writer.execute(f"PRAGMA max_page_count = {pages}")


@pytest.mark.parametrize("damage", ["no database", "empty", "version", "topic"])
def test_what_is_not_ours_is_made_anew(path: Path, damage: str) -> None:
    database = Database.open(path, "bans" if damage == "topic" else TOPIC)
    database.write([Change(b"a", b"1")], {0: 1}, {0: NOTE})
    database.close()
    if damage == "no database":
        path.write_bytes(b"no database at all" * 1000)
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "version":
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()
    again = Database.open(path, TOPIC)
    assert (content(again), again.positions(), again.whole) == ({}, {}, False)
    again.close()


def test_damage_in_the_middle_is_told_and_the_next_opening_makes_the_file_anew(path: Path) -> None:
    database = Database.open(path, TOPIC)
    database.write([Change(b"%05d" % number, b"%d" % number * 300) for number in range(3000)], {0: 1}, {0: NOTE})
    database.truncate()
    database.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\x5a" * (len(whole) // 2))
    damaged = Database.open(path, TOPIC)
    with pytest.raises(BrokenFileError):
        for number in range(3000):
            damaged.get(b"%05d" % number)
    damaged.close()
    again = Database.open(path, TOPIC)
    assert (content(again), again.positions()) == ({}, {})
    again.close()


def test_what_is_deleted_is_in_no_file_after_the_journal_was_emptied(path: Path, database: Database) -> None:
    secret = b"the person who asked to be forgotten"
    database.write([Change(b"seen:anna", secret), Change(b"seen:oliver", b"{}")], {0: 1}, {0: NOTE})
    assert any(secret in one.read_bytes() for one in path.parent.iterdir())
    database.write([Change(b"seen:anna", None)], {0: 2}, {0: NOTE})
    database.truncate()
    for one in path.parent.iterdir():
        assert secret not in one.read_bytes() and b"anna" not in one.read_bytes(), one.name


def test_what_a_topic_that_is_read_again_does_not_bring_is_left_over(database: Database) -> None:
    database.write([Change(b"stays", b"1"), Change(b"goes", b"1")], {0: 2}, {0: NOTE})
    database.note_whole()
    database.begin_again()
    assert (database.positions(), database.whole) == ({}, False)
    database.write([Change(b"stays", b"1")], {0: 1}, {0: NOTE})
    assert database.left_over(10) == [b"goes"]
    database.note_whole()
    assert database.whole


def test_each_process_has_a_directory_of_its_own_and_the_next_takes_over_what_is_free(tmp_path: Path) -> None:
    with claimed(tmp_path / "state") as first:
        with claimed(tmp_path / "state") as second:
            assert first != second
        with claimed(tmp_path / "state") as third:
            assert third == second
    with claimed(tmp_path / "state") as again:
        assert again == first
        assert again.stat().st_mode & 0o777 == 0o700


def test_a_directory_with_too_many_processes_is_refused_with_the_setting(tmp_path: Path) -> None:
    claims = [claimed(tmp_path) for _ in range(PROCESSES)]
    for one in claims:
        one.__enter__()
    with pytest.raises(StartupError, match="YARMARKA_BOT__STATE_DIR"), claimed(tmp_path):
        pass
    for one in claims:
        one.__exit__(None, None, None)


def test_a_directory_that_cannot_be_written_is_refused_with_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StartupError, match="YARMARKA_BOT__STATE_DIR"), claimed(tmp_path / "file"):
        pass
    with pytest.raises(StartupError, match="YARMARKA_BOT__STATE_DIR"):
        Database.open(tmp_path / "file" / "x.sqlite", TOPIC)


KEYS = st.sampled_from([b"", b"a", b"a:", b"a:b", b"a;", b"b", b"\xc3\xa9", b"x" * 300])
VALUES = st.none() | st.sampled_from([b"", b"{}", b"x", b"x\x9c", b"{" * 600, bytes(range(256)) * 9])
STEPS = st.lists(
    st.tuples(st.just("write"), st.dictionaries(KEYS, VALUES, max_size=5))
    | st.tuples(st.sampled_from(["reopen", "again", "truncate"]), st.just({})),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_it_is_a_dictionary(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, dict[bytes, bytes]]]
) -> None:
    path = tmp_path_factory.mktemp("state") / "x.sqlite"
    database = Database.open(path, TOPIC)
    model: dict[bytes, bytes] = {}
    fresh: set[bytes] = set()
    position, again = 0, False
    for kind, changes in steps:
        if kind == "write":
            position += 1
            database.write([Change(*one) for one in changes.items()], {0: position}, {0: NOTE})
            model = {key: value for key, value in {**model, **changes}.items() if value is not None}
            fresh |= changes.keys()
        elif kind == "again":
            database.begin_again()
            fresh, position, again = set(), 0, True
        elif kind == "truncate":
            database.truncate()
        else:
            database.close()
            database = Database.open(path, TOPIC)
        assert content(database) == model
        assert database.positions() == ({0: (position, NOTE)} if position else {})
        assert set(database.left_over(100)) == (model.keys() - fresh if again else set())
    database.close()
