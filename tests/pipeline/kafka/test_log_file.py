"""A file of what was read of a log is what it was, or empty; never a reason not to start."""

import sqlite3
from pathlib import Path

import pytest

from pipeline.kafka.log_file import open_log_file

TABLES = "create table if not exists kept(number integer);"
ROWS = "insert into kept select 7 where not exists (select 1 from kept)"


def opened(path: Path, version: int = 1) -> list[tuple[int]]:
    base = open_log_file(path, TABLES, version, wait_s=1, pragmas=("page_size = 8192",), rows=ROWS)
    try:
        base.execute("insert into kept values(1)")
        return base.execute("select number from kept").fetchall()
    finally:
        base.close()


def test_what_is_there_stays_and_another_version_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "log.sqlite"
    assert opened(path) == [(7,), (1,)]
    assert opened(path) == [(7,), (1,), (1,)]
    assert opened(path, version=2) == [(7,), (1,)]


def test_a_damaged_file_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    path.write_bytes(b"this is no database" * 1000)
    assert opened(path) == [(7,), (1,)]


def test_a_folder_in_its_place_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        opened(tmp_path)
