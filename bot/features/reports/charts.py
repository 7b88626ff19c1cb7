"""The report's charts: searches over time, queries, and how the marketplace runs.

Runs in a process of its own (`drawing`): matplotlib takes a second to begin, and half a second a picture.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure

from bot.features.reports.figures import DelayFigures, OwnerFigures, Query, Report, SearchFigures, Slot
from bot.features.reports.words import seconds_words
from bot.products.rule_words import rule_name
from bot.ui.chart_style import (
    AMBER,
    BLUE,
    GREEN,
    GRID,
    LEFT,
    PALE,
    RED,
    STYLE,
    Bar,
    as_png,
    bar_panel,
    empty_panel,
    new_figure,
)
from bot.ui.locale import Language, Texts, number, texts
from bot.ui.span import span_words
from bot.ui.text import cut

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABEL_LIMIT = 24


def draw(report: Report, language: Language) -> tuple[bytes, ...]:
    """Three pictures as PNG: searches over time, queries, and how the marketplace runs."""
    words = texts(language)
    with mpl.rc_context(rc=STYLE):  # type: ignore[arg-type]  # its names of settings are one huge literal
        return _searches(report, words), _queries(report, words), _running(report, words)


def _searches(report: Report, words: Texts) -> bytes:
    figure = new_figure(words.plain("Searches"), span_words(report.span, words))
    _headline(figure, report.searches, words)
    over_time, places = figure.subplots(2, 1, gridspec_kw={"height_ratios": (3, 2)})
    _over_time(over_time, report, words)
    bar_panel(
        places,
        words.plain("Cards opened, by place in the list"),
        [
            Bar(words.plain("place {n}", n=place), count, number(count, words.language), GREEN)
            for place, count in enumerate(report.searches.opened, start=1)
        ],
        words,
    )
    return as_png(figure, top=0.795)


def _queries(report: Report, words: Texts) -> bytes:
    figure = new_figure(words.plain("What people look for"), span_words(report.span, words))
    top, nothing = figure.subplots(2, 1)
    bar_panel(top, words.plain("Searched most"), _query_bars(report.searches.top, BLUE, words), words)
    bar_panel(nothing, words.plain("Found nothing"), _query_bars(report.searches.nothing, RED, words), words)
    return as_png(figure)


def _running(report: Report, words: Texts) -> bytes:
    figure = new_figure(words.plain("How the marketplace runs"), span_words(report.span, words))
    refused, delay, alerts = figure.subplots(3, 1, gridspec_kw={"height_ratios": (4, 3, 4)})
    rules = [
        Bar(cut(rule_name(rule, words), LABEL_LIMIT), count, number(count, words.language), AMBER)
        for rule, count in (report.refused or ())[:5]
    ]
    bar_panel(refused, words.plain("Products held back by rules"), rules, words)
    bar_panel(delay, words.plain("Time to searchable"), _delay_bars(report.delay, words), words, 3)
    _alerts(alerts, report.alerts.owners, words)
    return as_png(figure)


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
        empty_panel(axes, words)
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
        name = cut(owner.owner, 12) if owner.owner else words.plain("unacknowledged")
        if owner.acknowledged_s is not None:
            label = words.plain("{name}: acknowledged", name=name)
            bars.append(Bar(label, owner.acknowledged_s, seconds_words(owner.acknowledged_s, words), AMBER))
        if owner.resolved_s is not None:
            label = words.plain("{name}: resolved", name=name)
            bars.append(Bar(label, owner.resolved_s, seconds_words(owner.resolved_s, words), GREEN))
    bar_panel(axes, words.plain("Alerts: time to acknowledge / resolve"), bars, words)
