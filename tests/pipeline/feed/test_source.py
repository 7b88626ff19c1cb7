"""What is in a file, by its bytes."""

import gzip

import pytest

from pipeline.feed.reader import Accepted, read
from pipeline.feed.rows import UnreadableFile
from pipeline.feed.source import FeedFormat, opened, sniff
from tests.pipeline.feed.conftest import Write

ROW = '{"product_id": "1", "name": "Часы", "price": {"amount": 1, "currency": "RUB"}, "store_id": "s"}'


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b'  <?xml version="1.0"?>', "feed.json", FeedFormat.YML),
        (b"\n [", "feed.xml", FeedFormat.OBJECTS),
        (b'{"a": 1}', "feed", FeedFormat.OBJECTS),
        (b'{"a": 1}', "feed.jsonl", FeedFormat.LINES),
        (b'{"a": 1}', "feed.NDJSON.GZ", FeedFormat.LINES),
        (b'{"a": 1}\n{"b": 2}', "feed.json", FeedFormat.LINES),
        (b'{"a": 1,\n "b": 2}', "feed.json", FeedFormat.OBJECTS),
        (b'{"a": broken\n{"b": 2}', "feed.json", FeedFormat.LINES),
    ],
)
def test_kinds(head: bytes, name: str, kind: FeedFormat) -> None:
    assert sniff(head, name) is kind


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (f"[{ROW}]".encode(), None),
        (b"\xef\xbb\xbf" + f"[{ROW}]".encode(), None),
        (f"[{ROW}]".encode("utf-16"), None),
        (f"[{ROW}]".encode("utf-16-be"), None),
        (f"[{ROW}]".encode("utf-32"), None),
        (f"[{ROW}]".encode("windows-1251"), "windows-1251"),
        (gzip.compress(f"{ROW}\n{ROW}\n".encode(), mtime=0), None),
        (gzip.compress(f"{ROW}\n".encode(), mtime=0) + gzip.compress(f"{ROW}\n".encode(), mtime=0), None),
    ],
)
def test_encodings_and_packing(write: Write, content: bytes, encoding: str | None) -> None:
    outcomes = list(read(write("feed", content), encoding=encoding))
    assert outcomes
    assert all(isinstance(row, Accepted) and row.product.name == "Часы" for row in outcomes)


@pytest.mark.parametrize(
    ("content", "encoding", "message"),
    [
        (b"", None, "it is empty"),
        (b"\x89PNG\r\n", None, "neither JSON nor YML"),
        (b"\x1f\x8b\x08", None, "cut off or broken"),
        (b"[]", "klingon", "--encoding klingon is unknown"),
        (b"[]", "utf-16", "leave the option out"),
    ],
)
def test_what_cannot_be_read(write: Write, content: bytes, encoding: str | None, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        list(read(write("feed", content), encoding=encoding))


def test_a_file_that_is_not_there(write: Write) -> None:
    path = write("feed", "[]")
    path.unlink()
    with pytest.raises(UnreadableFile, match="cannot be opened"), opened(path):
        pass
