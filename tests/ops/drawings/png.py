"""Reads a PNG back, as strictly as its format wants it."""

import struct
import zlib


def pixels(png: bytes) -> list[bytes]:
    """The rows of an RGB PNG, after checking every chunk's sum."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    place, width, height, packed = 8, 0, 0, b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        assert png[place + 8 + length : place + 12 + length] == struct.pack(">I", zlib.crc32(kind + content))
        if kind == b"IHDR":
            width, height = struct.unpack(">II", content[:8])
        packed += content if kind == b"IDAT" else b""
        place += 12 + length
    raw = zlib.decompress(packed)
    return [raw[row * (3 * width + 1) + 1 : (row + 1) * (3 * width + 1)] for row in range(height)]
