"""The first file inside a zip archive, read from its beginning like any stream.

The archive's table of contents is not looked at: it may be as long as the archive, and what it says may be untrue.
"""

import struct
import zlib
from typing import BinaryIO

from pipeline.feed.rows import UnreadableFile

ZIP = b"PK\x03\x04"
DESCRIPTOR = b"PK\x07\x08"
HEADER = struct.Struct("<4sHHHHHIIIHH")
STORED, DEFLATED = 0, 8
ENCRYPTED, SIZES_FOLLOW = 1, 8
MOST_FOLDERS = 100
"""Folders, which archives name before their files, and what macOS adds, are passed over, so many at most."""
BLOCK = 64 * 1024
UNSEEN = ("__MACOSX/",)


class ZipMember:
    """Raises UnreadableFile when there is no such file, and zlib.error or EOFError on one that is broken or cut off."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._flags, self._method, self._crc, self._left = _first_file(file)
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS) if self._method == DEFLATED else None
        self._seen = 0
        self._ended = False

    def read(self, size: int, /) -> bytes:
        if self._ended:
            return b""
        block = self._stored(size) if self._inflate is None else self._inflated(self._inflate, size)
        self._seen = zlib.crc32(block, self._seen)
        if not block:
            self._ended = True
            if self._seen != self._expected():
                raise zlib.error("its checksum is wrong")
        return block

    def _stored(self, size: int) -> bytes:
        block = self._file.read(min(size, self._left))
        if self._left and not block:
            raise EOFError("it ends too early")
        self._left -= len(block)
        return block

    def _inflated(self, inflate: "zlib._Decompress", size: int) -> bytes:
        while not inflate.eof:
            packed = inflate.unconsumed_tail or self._file.read(BLOCK)
            block = inflate.decompress(packed, size)
            if block:
                return block
            if not packed and not inflate.eof:
                raise EOFError("it ends too early")
        return b""

    def _expected(self) -> int:
        """The checksum, which stands before the bytes or after them."""
        if not self._flags & SIZES_FOLLOW or self._inflate is None:
            return self._crc
        rest = self._inflate.unused_data[:8]
        rest += self._file.read(8 - len(rest))
        rest = rest.removeprefix(DESCRIPTOR)
        if len(rest) < 4:
            raise EOFError("it ends too early")
        return int(struct.unpack("<I", rest[:4])[0])


def _first_file(file: BinaryIO) -> tuple[int, int, int, int]:
    """Flags, method, checksum and packed size of the first file; the stream stands at its first byte."""
    for _ in range(MOST_FOLDERS):
        head = file.read(HEADER.size)
        if len(head) < HEADER.size or not head.startswith(ZIP):
            raise UnreadableFile("there is no file in the archive; pack the price list alone")
        _, _, flags, method, _, _, crc, packed, _, name_size, extra_size = HEADER.unpack(head)
        name = file.read(name_size).decode("utf-8", "replace")
        file.seek(extra_size, 1)
        if flags & ENCRYPTED:
            raise UnreadableFile("the archive has a password; send it without one")
        if name.endswith("/") or name.startswith(UNSEEN):
            if flags & SIZES_FOLLOW:
                _pass_empty(file, method)
            else:
                file.seek(packed, 1)
            continue
        if method not in {STORED, DEFLATED} or (method == STORED and flags & SIZES_FOLLOW):
            raise UnreadableFile("the archive is packed in a way that is not read; use plain zip or gzip")
        return flags, method, crc, packed
    raise UnreadableFile("there is no file in the archive; pack the price list alone")


def _pass_empty(file: BinaryIO, method: int) -> None:
    """Pass over a folder whose size stands behind it: it is empty, or nothing says where it ends."""
    if method == DEFLATED:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        if inflate.decompress(file.read(BLOCK), 1) or not inflate.eof:
            raise UnreadableFile("the archive holds more than the price list; pack the price list alone")
        file.seek(-len(inflate.unused_data), 1)
    descriptor = file.read(12)
    if descriptor.startswith(DESCRIPTOR):
        file.seek(4, 1)
