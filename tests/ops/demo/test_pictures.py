"""The drawn pictures: whole PNG files, one for every offer, and nothing for other addresses."""

import struct
import zlib

import pytest

from ops.demo.canvas import Canvas
from ops.demo.offers import offers
from ops.demo.pictures import SCHEME, drawings, picture


def _pixels(png: bytes) -> list[bytes]:
    """The rows of an RGB PNG, after checking every chunk's sum."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    place, size, packed = 8, 0, b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        assert png[place + 8 + length : place + 12 + length] == struct.pack(">I", zlib.crc32(kind + content))
        if kind == b"IHDR":
            size = struct.unpack(">I", content[:4])[0]
        packed += content if kind == b"IDAT" else b""
        place += 12 + length
    raw = zlib.decompress(packed)
    return [raw[row * (3 * size + 1) + 1 : (row + 1) * (3 * size + 1)] for row in range(size)]


def test_every_offer_has_its_picture() -> None:
    for name in sorted({offer.picture for offer in offers()}):
        drawing, _, _ = name.rpartition("-")
        assert drawing in drawings(), name
    png = picture(f"{SCHEME}watch-black")
    assert png is not None
    assert len(png) < 30_000
    assert len(_pixels(png)) == 480


@pytest.mark.parametrize("drawing", sorted(drawings()))
def test_every_drawing_can_be_drawn(drawing: str) -> None:
    png = picture(f"{SCHEME}{drawing}-blue")
    assert png is not None
    assert len(set(_pixels(png))) > 50


@pytest.mark.parametrize(
    "url", ["https://shop.example/watch-black.png", "demo:", "demo:watch", "demo:watch-nocolour", "demo:../watch-black"]
)
def test_other_addresses_have_none(url: str) -> None:
    assert picture(url) is None


def test_edges_are_mixed_by_the_part_that_is_covered() -> None:
    canvas = Canvas(10, (0, 0, 0))
    canvas.polygon([(0, 0), (25, 0), (25, 100), (0, 100)], (200, 100, 0))
    row = _pixels(canvas.png())[5]
    assert row[:6] == bytes((200, 100, 0) * 2)
    assert row[6:9] == bytes((100, 50, 0))
    assert row[9:] == bytes(21)


def test_a_slope_and_a_shape_beyond_the_edge_are_cut() -> None:
    canvas = Canvas(10, (0, 0, 0))
    canvas.polygon([(-50, -50), (50, -50), (50, 50), (-50, 50)], (255, 255, 255))
    rows = _pixels(canvas.png())
    assert [row.count(255) for row in rows] == [15] * 5 + [0] * 5
