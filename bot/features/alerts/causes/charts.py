"""An alert's last hour as a small picture: its lines, the threshold, and when it began."""

import matplotlib as mpl
from matplotlib.figure import Figure

from bot.features.alerts.causes.picture import Picture
from bot.ui.chart_style import AMBER, BLUE, DPI, GREEN, GRID, LEFT, PALE, RED, STYLE, WIDTH, as_png
from bot.ui.text import cut

HEIGHT = 6.4
COLOURS = (BLUE, GREEN, AMBER, PALE, "#b48ce0", "#5cc4c4")
TITLE_LIMIT, LABEL_LIMIT = 46, 34
# What others call things may have signs that would be read as formulas.
PLAIN = {**STYLE, "text.parse_math": False}


def draw(picture: Picture) -> bytes:
    """The picture as PNG."""
    with mpl.rc_context(rc=PLAIN):  # type: ignore[arg-type]  # its names of settings are one huge literal
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI)
        figure.text(LEFT, 0.95, cut(picture.title, TITLE_LIMIT), fontsize=28, fontweight="bold", va="top")
        axes = figure.subplots()
        series = picture.history.series
        common = dict(set(series[0].labels.items()).intersection(*(line.labels.items() for line in series)))
        for line, colour in zip(series, COLOURS, strict=False):
            own = [value for name, value in line.labels.items() if common.get(name) != value]
            # A label that begins with an underscore would be left out.
            label = f"\u200b{cut(', '.join(own), LABEL_LIMIT)}"
            # A line of a single point would not be seen.
            sign = "o" if len(line.points) == 1 else None
            axes.plot(
                *zip(*line.points, strict=True), color=colour, linewidth=5, marker=sign, markersize=14, label=label
            )
        if picture.threshold is not None:
            axes.axhline(picture.threshold, color=RED, linewidth=3, linestyle="--")
        if picture.began is not None:
            axes.axvline(picture.began, color=RED, linewidth=3)
        axes.set_xlim(picture.ticks[0][0], picture.ticks[-1][0])
        axes.set_xticks([at for at, _ in picture.ticks], [said for _, said in picture.ticks], fontsize=22)
        axes.tick_params(axis="both", length=0)
        axes.tick_params(axis="y", colors=PALE, labelsize=22)
        axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(4))
        axes.grid(axis="y", color=GRID, linewidth=2)
        if len(series) > 1:
            axes.legend(fontsize=20, frameon=False, loc="upper left")
        return as_png(figure, top=0.86)
