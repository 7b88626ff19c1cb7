"""The shop's week in one picture: how often it was found, what was opened, and by which searches."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl

from bot.features.my_shop.figures import Week
from bot.ui.chart_style import BLUE, GREEN, GRID, PALE, STYLE, Bar, as_png, bar_panel, empty_panel, new_figure
from bot.ui.locale import Language, Texts, number, texts
from bot.ui.span import span_words
from bot.ui.text import clean, cut

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLE_LIMIT = 34
LABEL_LIMIT = 24


def draw(week: Week, shop: str, language: Language) -> bytes:
    """The picture as PNG."""
    words = texts(language)
    with mpl.rc_context(rc=STYLE):  # type: ignore[arg-type]  # its names of settings are one huge literal
        figure = new_figure(cut(clean(shop), TITLE_LIMIT), span_words(week.span, words))
        shown, opened, searches = figure.subplots(3, 1, gridspec_kw={"height_ratios": (3, 3, 4)})
        shown.set_title(words.plain("Found in searches"))
        _by_day(shown, week, [day.shown for day in week.days], BLUE, words)
        opened.set_title(words.plain("Cards opened"))
        _by_day(opened, week, [day.opened for day in week.days], GREEN, words)
        bars = [
            Bar(cut(found.text, LABEL_LIMIT), found.searches, number(found.searches, language))
            for found in week.searches
        ]
        bar_panel(searches, words.plain("Searches that found you"), bars, words)
        return as_png(figure)


def _by_day(axes: "Axes", week: Week, counts: Sequence[int], colour: str, words: Texts) -> None:
    if not any(counts):
        empty_panel(axes, words)
        return
    places = range(len(counts))
    axes.bar(places, counts, color=colour, width=0.78)
    labels = [f"{week.span.local(day.start):%d.%m}" for day in week.days]
    axes.set_xticks(list(places), labels, fontsize=21)
    axes.tick_params(axis="both", length=0)
    axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(3, integer=True, steps=[1, 2, 5, 10]))
    axes.tick_params(axis="y", colors=PALE)
    axes.grid(axis="y", color=GRID, linewidth=2)
    axes.set_axisbelow(True)
