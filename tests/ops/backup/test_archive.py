"""A topic's file: what is written is read again, and what is not whole is found out."""

import gzip
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.backup.archive import ArchivedRecord, ArchiveHead, head_of, pack, records, unpack, verify, writing
from ops.errors import StartupError

HEAD = ArchiveHead(format=1, topic="bans", partitions=1, taken_at="2026-01-01T00:00:00+00:00")
TOMBSTONE = ArchivedRecord(partition=0, timestamp_ms=1, key=pack(b"product:x"), value=None, headers=())
BAN = ArchivedRecord(
    partition=0, timestamp_ms=2, key=pack(b"product:y"), value=pack(b"{}"), headers=(("schema_version", "MQ=="),)
)


def written(place: Path, *lines: ArchivedRecord) -> Path:
    path = place / "bans.jsonl.gz"
    with writing(path, HEAD) as writer:
        for line in lines:
            writer.write(line)
    return path


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, TOMBSTONE, BAN)
    assert head_of(path) == HEAD
    assert list(records(path)) == [TOMBSTONE, BAN]
    assert verify(path) == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["bans.jsonl.gz"]


def test_an_empty_topic_is_a_whole_file(tmp_path: Path) -> None:
    assert verify(written(tmp_path)) == 0


@given(st.none() | st.binary())
def test_any_bytes_and_none_come_back(content: bytes | None) -> None:
    assert unpack(pack(content)) == content


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9, 0.99])
def test_a_file_that_broke_off_is_found_out(tmp_path: Path, part: float) -> None:
    path = written(tmp_path, *[TOMBSTONE, BAN] * 200)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    with pytest.raises(StartupError, match=r"is not a complete backup .*; take another copy of it\.$"):
        verify(path)


def test_a_file_without_its_last_line_is_found_out(tmp_path: Path) -> None:
    path = written(tmp_path, TOMBSTONE, BAN)
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    for kept in (lines[:-1], lines[:1], [], [*lines[:2], lines[-1]]):
        path.write_bytes(gzip.compress(b"".join(kept)))
        with pytest.raises(StartupError, match="is not a complete backup"):
            verify(path)


def test_a_later_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bans.jsonl.gz"
    with writing(path, HEAD.model_copy(update={"format": 2})):
        pass
    with pytest.raises(StartupError, match="it has format 2, and this version reads 1"):
        verify(path)


def test_what_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), writing(tmp_path / "bans.jsonl.gz", HEAD) as writer:
        writer.write(BAN)
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
