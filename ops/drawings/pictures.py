"""A drawing for an address: `demo:<drawing>-<colour>` becomes a PNG when it is asked for, without a network.

A feed may name such an address as a product's picture; the demo's shops do. No chat can fetch it: whoever shows the
product turns it into bytes with `picture` and uploads them.
"""

import tomllib
from functools import cache, lru_cache
from pathlib import Path

from ops.drawings.canvas import RGB, Canvas
from ops.drawings.colours import COLOURS

DRAWING_SCHEME = "demo:"
"""How the address of a drawing begins."""
SIZE = 480
MARGIN = 80
"""Pixels beside the drawing: at 4:3 a card's text stands on a phone's first screen, below the picture."""
DRAWINGS = Path(__file__).with_name("drawings.toml")
PLAIN: RGB = (104, 140, 160)
PAPER: RGB = (252, 252, 250)
INK: RGB = (58, 62, 70)


@lru_cache(maxsize=256)
def picture(url: str) -> bytes | None:
    """The PNG behind a `demo:` address, a few kilobytes; None for any other address and for unknown names."""
    drawing, _, colour = url.removeprefix(DRAWING_SCHEME).rpartition("-")
    if not url.startswith(DRAWING_SCHEME) or drawing not in drawings() or colour not in {*COLOURS, "plain"}:
        return None
    return draw(drawing, COLOURS[colour].rgb if colour in COLOURS else PLAIN)


@cache
def drawings() -> dict[str, tuple[str, ...]]:
    """Name → strokes, each `kind tone numbers…`, as drawings.toml explains."""
    return {name: tuple(strokes) for name, strokes in tomllib.loads(DRAWINGS.read_text("utf-8")).items()}


def draw(drawing: str, colour: RGB, size: int = SIZE) -> bytes:
    """The drawing with `colour` as its main paint, as PNG of 4:3."""
    light = sum(colour) / 3
    ground = _mix(colour, (236, 238, 240) if light < 225 else (208, 216, 222), 0.86)
    tones = {
        "main": colour,
        "dark": _mix(colour, (20, 22, 28), 0.3),
        "pale": _mix(colour, (255, 255, 255), 0.45),
        "ink": INK if light > 80 else (24, 26, 30),
        "paper": PAPER,
        "ground": ground,
        "shade": _mix(ground, (60, 66, 74), 0.14),
        "spark": (246, 190, 84),
        "leaf": (92, 150, 84),
        "sky": (126, 186, 214),
    }
    canvas = Canvas(size, ground)
    for stroke in drawings()[drawing]:
        kind, tone, *rest = stroke.split()
        numbers = [float(number) for number in rest]
        paint = tones[tone]
        match kind, numbers:
            case "oval", [x, y, rx, ry]:
                canvas.oval((x, y), (rx, ry), paint)
            case "box", [left, top, right, bottom, radius]:
                canvas.box((left, top), (right, bottom), radius, paint)
            case "line", [x0, y0, x1, y1, width]:
                canvas.line((x0, y0), (x1, y1), width, paint)
            case "poly", [*_]:
                canvas.polygon(list(zip(numbers[::2], numbers[1::2], strict=True)), paint)
            case _:
                raise ValueError(f"{drawing}: no such stroke: {stroke}")
    return canvas.png(MARGIN * size // SIZE)


def _mix(first: RGB, second: RGB, part: float) -> RGB:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(first, second, strict=True))
    return red, green, blue
