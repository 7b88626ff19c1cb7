"""The report's charts, all in one style that reads on a phone: few words, large, dark on light.

Runs in a process of its own (`drawing`): matplotlib takes a second to begin, and half a second a picture.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure

from bot.features.reports.figures import DelayFigures, OwnerFigures, Query, Report, SearchFigures, Slot
from bot.features.reports.replies import rule_words, seconds_words, span_words
from bot.ui.locale import Language, Texts, number, texts
from bot.ui.text import cut

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Telegram shows a picture of this shape as wide as the chat, 1080 pixels.
WIDTH, HEIGHT, DPI = 10.8, 13.5, 100
PAPER, INK, PALE, GRID = "#ffffff", "#1c2733", "#6b7a89", "#e4e9ee"
BLUE, RED, GREEN, AMBER = "#2f7dd1", "#d6494b", "#3c9a5f", "#d98a1f"
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
LABEL_LIMIT = 24
LEFT = 0.06
# A panel with less has bars as thick as one with so many.
LEAST_BARS = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """A horizontal bar: what it is about, how long it is, what is written at its end, and its colour."""

    label: str
    value: float
    said: str
    colour: str = BLUE


def draw(report: Report, language: Language) -> tuple[bytes, ...]:
    """Three pictures as PNG: searches over time, queries, and how the marketplace runs."""
    words = texts(language)
    with mpl.rc_context(rc=STYLE):  # type: ignore[arg-type]  # its names of settings are one huge literal
        return _searches(report, words), _queries(report, words), _running(report, words)


def _searches(report: Report, words: Texts) -> bytes:
    figure = _figure(words.plain("Searches"), report, words)
    _headline(figure, report.searches, words)
    over_time, places = figure.subplots(2, 1, gridspec_kw={"height_ratios": (3, 2)})
    _over_time(over_time, report, words)
    _bars(
        places,
        words.plain("Cards opened, by place in the list"),
        [
            Bar(words.plain("place {n}", n=place), count, number(count, words.language), GREEN)
            for place, count in enumerate(report.searches.opened, start=1)
        ],
        words,
    )
    return _png(figure, top=0.795)


def _queries(report: Report, words: Texts) -> bytes:
    figure = _figure(words.plain("What people look for"), report, words)
    top, nothing = figure.subplots(2, 1)
    _bars(top, words.plain("Searched most"), _query_bars(report.searches.top, BLUE, words), words)
    _bars(nothing, words.plain("Found nothing"), _query_bars(report.searches.nothing, RED, words), words)
    return _png(figure)


def _running(report: Report, words: Texts) -> bytes:
    figure = _figure(words.plain("How the marketplace runs"), report, words)
    held, delay, alerts = figure.subplots(3, 1, gridspec_kw={"height_ratios": (4, 3, 4)})
    rules = [
        Bar(cut(rule_words(rule, words), LABEL_LIMIT), count, number(count, words.language), AMBER)
        for rule, count in (report.held_back or ())[:5]
    ]
    _bars(held, words.plain("Products held back by rules"), rules, words)
    _bars(delay, words.plain("From the shop to the search"), _delay_bars(report.delay, words), words, 3)
    _alerts(alerts, report.alerts.owners, words)
    return _png(figure)


def _figure(title: str, report: Report, words: Texts) -> Figure:
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI)
    figure.text(LEFT, 0.965, title, fontsize=40, fontweight="bold", va="top")
    figure.text(LEFT, 0.918, span_words(report.span, words), fontsize=26, color=PALE, va="top")
    return figure


def _headline(figure: Figure, searches: SearchFigures, words: Texts) -> None:
    told = (
        (number(searches.searches, words.language), words.plain("searches")),
        (number(searches.people, words.language), words.plain("people")),
        (f"{searches.missed_share:.0f} %", words.plain("found nothing")),
        (f"{searches.opened_per_hundred:.0f}", words.plain("cards opened\nper 100 searches")),
    )
    for place, (value, label) in enumerate(told):
        at = LEFT + 0.225 * place
        figure.text(at, 0.872, value, fontsize=42, fontweight="bold", color=BLUE, va="top")
        figure.text(at, 0.828, label, fontsize=21, color=PALE, va="top", linespacing=1.1)


def _over_time(axes: "Axes", report: Report, words: Texts) -> None:
    slots = report.searches.slots
    axes.set_title(words.plain("By hour") if report.span.period == "day" else words.plain("By day"))
    if not any(slot.found + slot.missed for slot in slots):
        _nothing(axes, words)
        return
    places = range(len(slots))
    found = [slot.found for slot in slots]
    axes.bar(places, found, color=BLUE, width=0.78, label=words.plain("found"))
    axes.bar(
        places, [slot.missed for slot in slots], bottom=found, color=RED, width=0.78, label=words.plain("found nothing")
    )
    step = 6 if report.span.period == "day" else 1
    axes.set_xticks(list(places)[::step], [_slot_label(slot, report) for slot in slots][::step], fontsize=21)
    axes.tick_params(axis="both", length=0)
    axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(4, integer=True, steps=[1, 2, 5, 10]))
    axes.tick_params(axis="y", colors=PALE)
    axes.grid(axis="y", color=GRID, linewidth=2)
    axes.set_axisbelow(True)
    axes.legend(loc="upper right", bbox_to_anchor=(1.0, 1.22), ncols=2, frameon=False, fontsize=23, handlelength=1.0)


def _slot_label(slot: Slot, report: Report) -> str:
    local = report.span.local(slot.start)
    return f"{local:%H:%M}" if report.span.period == "day" else f"{local:%d.%m}"


def _query_bars(queries: Sequence[Query], colour: str, words: Texts) -> list[Bar]:
    return [
        Bar(cut(query.text, LABEL_LIMIT), query.searches, number(query.searches, words.language), colour)
        for query in queries
    ]


def _delay_bars(delay: DelayFigures | None, words: Texts) -> list[Bar]:
    if delay is None:
        return []
    shares = (
        (words.plain("half of them"), delay.median_s),
        (words.plain("95 of 100"), delay.p95_s),
        (words.plain("99 of 100"), delay.p99_s),
    )
    return [Bar(label, seconds, seconds_words(seconds, words), GREEN) for label, seconds in shares]


def _alerts(axes: "Axes", owners: Sequence[OwnerFigures], words: Texts) -> None:
    bars = []
    for owner in owners[:3]:
        name = cut(owner.owner, 14) if owner.owner else words.plain("nobody")
        if owner.acknowledged_s is not None:
            label = words.plain("{name}: taken", name=name)
            bars.append(Bar(label, owner.acknowledged_s, seconds_words(owner.acknowledged_s, words), AMBER))
        if owner.resolved_s is not None:
            label = words.plain("{name}: over", name=name)
            bars.append(Bar(label, owner.resolved_s, seconds_words(owner.resolved_s, words), GREEN))
    _bars(axes, words.plain("Alerts: time until taken, until over"), bars, words)


def _bars(axes: "Axes", title: str, bars: Sequence[Bar], words: Texts, least: int = LEAST_BARS) -> None:
    axes.set_title(title)
    if not any(bar.value for bar in bars):
        _nothing(axes, words)
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


def _nothing(axes: "Axes", words: Texts) -> None:
    axes.text(0.5, 0.5, words.plain("no data"), transform=axes.transAxes, ha="center", va="center", color=PALE)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)


def _png(figure: Figure, top: float = 0.885) -> bytes:
    figure.tight_layout(rect=(0.035, 0.02, 0.98, top), h_pad=2.4)
    for axes in figure.axes:
        # Every title begins where the picture's own does, however long the labels are.
        place = axes.get_position()
        axes.set_title(axes.get_title(loc="left"), x=(LEFT - place.x0) / place.width)
    with io.BytesIO() as written:
        figure.savefig(written, format="png")
        return written.getvalue()
