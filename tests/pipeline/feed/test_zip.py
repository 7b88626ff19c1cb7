"""A price list inside a zip archive: the first file counts, within the same bounds as gzip."""

import io
import zipfile
from pathlib import Path

import pytest

from pipeline.feed.rows import UnreadableFile
from pipeline.feed.source import FeedFormat, opened
from pipeline.feed.unpacking import MEBIBYTE, UNBOUNDED, ReadingBounds

ROWS = b'{"product_id": "1"}\n' * 40_000


def packed(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED, streamed: bool = False) -> bytes:
    """An archive of these files; `streamed`: sizes and checksums stand after the bytes, as pipes write them."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.parts: list[bytes] = []

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.parts.append(bytes(data))  # type: ignore[call-overload]
            return len(self.parts[-1])

    pipe, memory = Pipe(), io.BytesIO()
    with zipfile.ZipFile(pipe if streamed else memory, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return b"".join(pipe.parts) if streamed else memory.getvalue()


def read(path: Path, data: bytes, bounds: ReadingBounds = UNBOUNDED) -> tuple[bytes, str | None, FeedFormat]:
    path.write_bytes(data)
    with opened(path, bounds=bounds) as source:
        window, found = source.window, b""
        while True:
            found += bytes(window.data[window.pos :])
            window.pos = len(window.data)
            if not window.more():
                return found, window.fault, source.kind


@pytest.mark.parametrize(
    ("method", "streamed"), [(zipfile.ZIP_STORED, False), (zipfile.ZIP_DEFLATED, False), (zipfile.ZIP_DEFLATED, True)]
)
def test_the_first_file_is_read_and_folders_are_passed_over(tmp_path: Path, method: int, streamed: bool) -> None:
    data = packed(("prices/", b""), ("prices/all.jsonl", ROWS), ("other.txt", b"no"), method=method, streamed=streamed)
    assert read(tmp_path / "all.zip", data) == (ROWS, None, FeedFormat.LINES)


def test_what_is_cut_off_or_changed_is_told(tmp_path: Path) -> None:
    data = packed(("all.jsonl", ROWS))
    _, fault, _ = read(tmp_path / "cut.zip", data[: len(data) // 2])
    assert fault is not None
    assert "cut off or broken" in fault
    stored = bytearray(packed(("all.jsonl", ROWS), method=zipfile.ZIP_STORED))
    stored[len(stored) // 2] ^= 1
    _, fault, _ = read(tmp_path / "changed.zip", bytes(stored))
    assert fault is not None
    assert "checksum" in fault


def test_a_bomb_is_stopped(tmp_path: Path) -> None:
    data = packed(("bomb.jsonl", b'{"product_id": "1"}' + b" " * (8 * MEBIBYTE)))
    found, fault, _ = read(tmp_path / "bomb.zip", data, ReadingBounds(unpacked_mb=2))
    assert fault is not None
    assert "unpacks to more than 2 MB" in fault
    assert len(found) <= 3 * MEBIBYTE


def test_an_archive_without_a_price_list_is_refused_in_one_sentence(tmp_path: Path) -> None:
    locked = bytearray(packed(("all.jsonl", ROWS)))
    locked[6] |= 1
    for data, said in (
        (packed(("folder/", b"")), "there is no file"),
        (bytes(locked), "password"),
        (packed(("all.jsonl", ROWS), method=zipfile.ZIP_BZIP2), "plain zip or gzip"),
    ):
        with pytest.raises(UnreadableFile, match=said):
            read(tmp_path / "bad.zip", data)
