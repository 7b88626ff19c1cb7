"""A small canvas: convex polygons with smooth edges on one picture, and its PNG. Standard library only."""

import math
import struct
import zlib
from collections.abc import Sequence
from itertools import pairwise

RGB = tuple[int, int, int]
Point = tuple[float, float]
SUBLINES = 4


class Canvas:
    """A square of `size` pixels in one colour, painted over in coordinates from 0 to 100."""

    def __init__(self, size: int, ground: RGB) -> None:
        self.size = size
        self._ground = bytes(ground)
        self._rows = [bytearray(self._ground * size) for _ in range(size)]

    def polygon(self, points: Sequence[Point], paint: RGB) -> None:
        """A convex polygon; points in either direction around it."""
        scale = self.size / 100
        spans = _spans([(x * scale, y * scale) for x, y in points], self.size)
        for y, lines in spans.items():
            self._fill(self._rows[y], lines, paint)

    def oval(self, centre: Point, radii: Point, paint: RGB) -> None:
        """An ellipse around `centre`; `radii` are half its width and half its height."""
        (x, y), (rx, ry) = centre, radii
        turns = [math.tau * step / 64 for step in range(64)]
        self.polygon([(x + rx * math.cos(turn), y + ry * math.sin(turn)) for turn in turns], paint)

    def box(self, top_left: Point, bottom_right: Point, radius: float, paint: RGB) -> None:
        """A rectangle with round corners."""
        (left, top), (right, bottom) = top_left, bottom_right
        corners = (
            (right - radius, bottom - radius, 0),
            (left + radius, bottom - radius, 1),
            (left + radius, top + radius, 2),
            (right - radius, top + radius, 3),
        )
        turns = [(x, y, math.pi / 2 * (quarter + step / 8)) for x, y, quarter in corners for step in range(9)]
        self.polygon([(x + radius * math.cos(t), y + radius * math.sin(t)) for x, y, t in turns], paint)

    def line(self, start: Point, end: Point, width: float, paint: RGB) -> None:
        """A stroke with flat ends."""
        (x0, y0), (x1, y1) = start, end
        length = math.hypot(x1 - x0, y1 - y0)
        dx, dy = (y1 - y0) / length * width / 2, (x0 - x1) / length * width / 2
        self.polygon([(x0 + dx, y0 + dy), (x1 + dx, y1 + dy), (x1 - dx, y1 - dy), (x0 - dx, y0 - dy)], paint)

    def png(self, margin: int = 0) -> bytes:
        """The picture as an 8-bit RGB PNG, with so many pixels of the ground to its left and right."""
        header = struct.pack(">IIBBBBB", self.size + 2 * margin, self.size, 8, 2, 0, 0, 0)
        side = self._ground * margin
        pixels = zlib.compress(b"".join(b"\0" + side + row + side for row in self._rows), 6)
        return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")

    def _fill(self, row: bytearray, lines: Sequence[tuple[float, float]], paint: RGB) -> None:
        """Whole pixels in one slice; those at the edges mixed by the part of them that is covered."""
        outer = max(0, math.floor(min(left for left, _ in lines)))
        end = min(self.size, math.ceil(max(right for _, right in lines)))
        start = stop = end
        if len(lines) == SUBLINES:
            start = min(end, max(outer, math.ceil(max(left for left, _ in lines))))
            stop = max(start, min(end, math.floor(min(right for _, right in lines))))
        row[3 * start : 3 * stop] = bytes(paint) * (stop - start)
        for x in (*range(outer, start), *range(stop, end)):
            covered = sum(max(0.0, min(right, x + 1) - max(left, x)) for left, right in lines) / SUBLINES
            for channel in range(3):
                below = row[3 * x + channel]
                row[3 * x + channel] = round(below + (paint[channel] - below) * covered)


def _spans(points: Sequence[Point], size: int) -> dict[int, list[tuple[float, float]]]:
    """Pixel row → where the polygon begins and ends on each of the row's sublines that it meets."""
    ends: dict[int, list[float]] = {}
    for edge in pairwise((*points, points[0])):
        (x0, y0), (x1, y1) = sorted(edge, key=lambda point: point[1])
        first = max(0, math.ceil(y0 * SUBLINES - 0.5))
        last = min(size * SUBLINES, math.ceil(y1 * SUBLINES - 0.5))
        for line in range(first, last):
            ends.setdefault(line, []).append(x0 + (x1 - x0) * ((line + 0.5) / SUBLINES - y0) / (y1 - y0))
    rows: dict[int, list[tuple[float, float]]] = {}
    for line, crossings in ends.items():
        rows.setdefault(line // SUBLINES, []).append((min(crossings), max(crossings)))
    return rows


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
