"""Reading a file within bounds: a packed one may not unpack to anything, and every block counts as progress."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from pipeline.feed.window import ByteStream, UnpacksToTooMuch
from pipeline.feed.zip_member import ZIP, ZipMember

GZIP = b"\x1f\x8b"
MEBIBYTE = 1 << 20
RATIO_FROM_MB = 64
"""Below so many unpacked MB the ratio does not matter: a small feed of blanks does no harm."""


def _nothing() -> None:
    return


@dataclass(frozen=True, slots=True)
class ReadingBounds:
    """How far a file is followed. `on_block` is called for every block that was read."""

    unpacked_mb: float = float("inf")
    unpacked_ratio: float = float("inf")
    follow_links: bool = True
    on_block: Callable[[], None] = _nothing


UNBOUNDED = ReadingBounds()


def unpacked(file: BinaryIO, bounds: ReadingBounds) -> ByteStream:
    """The file's bytes: of one packed with gzip, or of the first file of a zip archive, those inside.

    Raises UnreadableFile when an archive has no file that can be read.
    """
    first = file.read(4)
    file.seek(0)
    if first.startswith(GZIP):
        return Unpacked(file, gzip.GzipFile(fileobj=file), bounds)
    return Unpacked(file, ZipMember(file), bounds) if first == ZIP else file


class Unpacked:
    """The bytes inside a packed file. Raises UnpacksToTooMuch when they are more than the bounds allow."""

    def __init__(self, file: BinaryIO, stream: ByteStream, bounds: ReadingBounds) -> None:
        self._packed = file
        self._stream = stream
        self._bounds = bounds
        self._unpacked = 0

    def read(self, size: int, /) -> bytes:
        block = self._stream.read(size)
        self._unpacked += len(block)
        bounds, packed = self._bounds, max(1, self._packed.tell())
        if self._unpacked > bounds.unpacked_mb * MEBIBYTE:
            raise UnpacksToTooMuch(
                f"it unpacks to more than {bounds.unpacked_mb} MB (YARMARKA_FEED__UNPACKED_MB); send it in parts"
            )
        if self._unpacked > max(RATIO_FROM_MB * MEBIBYTE, bounds.unpacked_ratio * packed):
            raise UnpacksToTooMuch(
                f"it unpacks to more than {bounds.unpacked_ratio} times its size (YARMARKA_FEED__UNPACKED_RATIO), "
                "as no catalogue does; send it unpacked"
            )
        return block


class Counted:
    """A stream that tells of every block."""

    def __init__(self, stream: ByteStream, on_block: Callable[[], None]) -> None:
        self._stream = stream
        self._on_block = on_block

    def read(self, size: int, /) -> bytes:
        block = self._stream.read(size)
        self._on_block()
        return block
