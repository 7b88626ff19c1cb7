"""The canvas: smooth edges, and shapes that reach beyond it."""

from ops.drawings.canvas import Canvas
from tests.ops.drawings.png import pixels


def test_edges_are_mixed_by_the_part_that_is_covered() -> None:
    canvas = Canvas(10, (0, 0, 0))
    canvas.polygon([(0, 0), (25, 0), (25, 100), (0, 100)], (200, 100, 0))
    row = pixels(canvas.png())[5]
    assert row[:6] == bytes((200, 100, 0) * 2)
    assert row[6:9] == bytes((100, 50, 0))
    assert row[9:] == bytes(21)


def test_a_slope_and_a_shape_beyond_the_edge_are_cut() -> None:
    canvas = Canvas(10, (0, 0, 0))
    canvas.polygon([(-50, -50), (50, -50), (50, 50), (-50, 50)], (255, 255, 255))
    rows = pixels(canvas.png())
    assert [row.count(255) for row in rows] == [15] * 5 + [0] * 5
