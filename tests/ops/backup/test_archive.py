"""A topic's or table's stream: what is written is read again, and what is not whole is found out."""

import gzip
import io

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.backup import archive
from ops.backup.archive import ArchivedRecord, ArchiveHead, Reader, pack, unpack, writing
from ops.errors import StartupError

HEAD = ArchiveHead(topic="bans", partitions=1, taken_at="2026-01-01T00:00:00+00:00")
TOMBSTONE = ArchivedRecord(partition=0, timestamp_ms=1, key=pack(b"product:x"), value=None, headers=())
BAN = ArchivedRecord(
    partition=0, timestamp_ms=2, key=pack(b"product:y"), value=pack(b"{}"), headers=(("schema_version", "MQ=="),)
)


def written(*lines: ArchivedRecord, head: ArchiveHead = HEAD) -> bytes:
    raw = io.BytesIO()
    with writing(raw, head) as writer:
        for line in lines:
            writer.write(line)
    return raw.getvalue()


def verify(content: bytes) -> int:
    return Reader(io.BytesIO(content), "bans.jsonl.gz").verify()


def test_what_was_written_is_read() -> None:
    reader = Reader(io.BytesIO(written(TOMBSTONE, BAN)), "bans")
    assert reader.head == HEAD
    assert list(reader.records()) == [TOMBSTONE, BAN]
    assert verify(written(TOMBSTONE, BAN)) == 2


def test_an_empty_topic_is_a_whole_stream() -> None:
    assert verify(written()) == 0


def test_rows_of_a_table_are_lines_as_they_are() -> None:
    raw = io.BytesIO()
    with writing(raw, ArchiveHead(table="purchases", columns="`user` STRING", taken_at="2026-01-01")) as writer:
        writer.row(orjson.dumps({"user": "x"}))
    raw.seek(0)
    assert list(Reader(raw, "purchases").rows()) == [b'{"user":"x"}']


@given(st.none() | st.binary())
def test_any_bytes_and_none_come_back(content: bytes | None) -> None:
    assert unpack(pack(content)) == content


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9, 0.99])
def test_a_stream_that_broke_off_is_found_out(part: float) -> None:
    content = written(*[TOMBSTONE, BAN] * 200)
    with pytest.raises(StartupError, match=r"bans\S* is not a complete backup .*; take another copy of it\.$"):
        verify(content[: int(len(content) * part)])


def test_a_stream_without_its_last_line_is_found_out() -> None:
    lines = gzip.decompress(written(TOMBSTONE, BAN)).splitlines(keepends=True)
    for kept in (lines[:-1], lines[:1], [], [*lines[:2], lines[-1]]):
        with pytest.raises(StartupError, match="is not a complete backup"):
            verify(gzip.compress(b"".join(kept)))


def test_another_format_is_refused() -> None:
    with pytest.raises(StartupError, match="it has format 1, and this version reads 2"):
        verify(written(head=HEAD.model_copy(update={"format": 1})))


def test_a_line_without_an_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LONGEST_LINE", 10_000)
    with pytest.raises(StartupError, match="a line is longer than any that was ever written"):
        verify(gzip.compress(b"x" * 1_000_000))
