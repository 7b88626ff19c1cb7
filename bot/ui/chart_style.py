"""The style of charts, which reads on a phone and at night: few words, large, light on dark."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from bot.ui.locale import Texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Telegram shows a picture of this shape as wide as the chat, 1080 pixels.
WIDTH, HEIGHT, DPI = 10.8, 13.5, 100
PAPER, INK, PALE, GRID = "#17212b", "#f2f6fa", "#9db0c2", "#2c3b49"
BLUE, RED, GREEN, AMBER = "#4f9ee8", "#ea6466", "#4fb878", "#e9a23b"
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 27,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": PALE,
    "ytick.color": INK,
    "axes.edgecolor": GRID,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.titlesize": 30,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 18,
}
LEFT = 0.06
# A panel with less has bars as thick as one with so many.
LEAST_BARS = 3


@dataclass(frozen=True, slots=True)
class Bar:
    """A horizontal bar: what it is about, how long it is, what is written at its end, and its colour."""

    label: str
    value: float
    said: str
    colour: str = BLUE


def new_figure(title: str, about: str) -> Figure:
    """A picture with its title, and below it the time that it is about."""
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI)
    figure.text(LEFT, 0.965, title, fontsize=40, fontweight="bold", va="top")
    figure.text(LEFT, 0.918, about, fontsize=26, color=PALE, va="top")
    return figure


def bar_panel(axes: "Axes", title: str, bars: Sequence[Bar], words: Texts, least: int = LEAST_BARS) -> None:
    """A panel of horizontal bars; as thick as with `least` bars when there are fewer."""
    axes.set_title(title)
    if not any(bar.value for bar in bars):
        empty_panel(axes, words)
        return
    longest = max(bar.value for bar in bars)
    places = range(len(bars))
    axes.barh(places, [bar.value for bar in bars], color=[bar.colour for bar in bars], height=0.66)
    for place, bar in enumerate(bars):
        axes.text(bar.value + 0.02 * longest, place, bar.said, va="center", fontsize=26, fontweight="bold")
    axes.set_yticks(list(places), [bar.label for bar in bars])
    axes.set_ylim(max(len(bars), least) - 0.4, -0.6)
    axes.set_xlim(0, 1.32 * longest)
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0)
    axes.spines["bottom"].set_visible(False)


def empty_panel(axes: "Axes", words: Texts) -> None:
    """A panel that says that there is nothing to show."""
    axes.text(0.5, 0.5, words.plain("no data"), transform=axes.transAxes, ha="center", va="center", color=PALE)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)


def as_png(figure: Figure, top: float = 0.885) -> bytes:
    """The picture with its panels in place, below `top`."""
    figure.tight_layout(rect=(0.035, 0.02, 0.98, top), h_pad=2.4)
    for axes in figure.axes:
        # Every title begins where the picture's own does, however long the labels are.
        place = axes.get_position()
        axes.set_title(axes.get_title(loc="left"), x=(LEFT - place.x0) / place.width)
    with io.BytesIO() as written:
        figure.savefig(written, format="png")
        return written.getvalue()
