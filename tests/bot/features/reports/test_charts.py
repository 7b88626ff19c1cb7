"""The charts: three pictures of a phone's shape in both languages, with bars as long as the figures say."""

import asyncio
import io
import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from matplotlib.image import imread
from numpy.typing import NDArray

from bot.features.reports.charts import draw
from bot.features.reports.drawing import Drawing
from bot.features.reports.figures import (
    AlertFigures,
    DelayFigures,
    OwnerFigures,
    Query,
    Report,
    SearchFigures,
    Slot,
)
from bot.ui.chart_style import AMBER, BLUE, GREEN, RED
from bot.ui.locale import MOSCOW, Language
from bot.ui.span import Period, span_of

NOW = datetime(2026, 11, 24, 20, 5, tzinfo=UTC)
# What a bar of one colour may differ from its share by, in pixels: its edges are softened.
EDGE = 3


def _report(period: Period, *, empty: bool) -> Report:
    span = span_of(period, NOW, MOSCOW)
    if empty:
        return Report(span, SearchFigures(), None, None, AlertFigures())
    slots = tuple(Slot(span.start + timedelta(hours=hour), 10 + hour, hour % 3) for hour in range(24))
    queries = tuple(Query(f"очень длинный запрос номер {number} $x$ <b>", 90 - number, 9) for number in range(8))
    searches = SearchFigures(1204, 88, 310, 1180, slots, queries, queries, (420, 210, 130, 80, 41))
    owners = (OwnerFigures("Мария", 3, 95, 840), OwnerFigures("", 1, None, 7200))
    held = (("category:Электроника / Умные часы", 214), ("keyword:реплика", 9))
    return Report(span, searches, held, DelayFigures(0.8, 2.1, 4.6, 2100), AlertFigures(4, 1, owners))


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(("period", "empty"), [("day", False), ("week", True)])
async def test_pictures_are_drawn_without_holding_up_the_others(
    language: Language, period: Period, empty: bool
) -> None:
    drawing = asyncio.create_task(Drawing().pictures(_report(period, empty=empty), language))
    turns = 0
    while not drawing.done():
        await asyncio.sleep(0.01)
        turns += 1
    pictures = await drawing
    assert turns > 3, "others had their turn meanwhile, and not only before and after"
    assert len(pictures) == 3
    for picture in pictures:
        assert picture.startswith(b"\x89PNG")
        assert struct.unpack(">II", picture[16:24]) == (1080, 1350)
        assert len(picture) < 1_000_000


@pytest.mark.parametrize("language", ["ru", "en"])
def test_bars_are_as_long_as_their_figures_say(language: Language) -> None:
    searches, queries, running = draw(_report("day", empty=False), language)
    _in_proportion(_bars(searches, GREEN), (420, 210, 130, 80, 41))
    _in_proportion(_bars(queries, BLUE), tuple(90 - number for number in range(8)))
    _in_proportion(_bars(queries, RED), tuple(90 - number for number in range(8)))
    *refused, taken = _bars(running, AMBER)
    _in_proportion(refused, (214, 9))
    *delays, over, nobodys = _bars(running, GREEN)
    _in_proportion(delays, (0.8, 2.1, 4.6))
    _in_proportion([nobodys, over, taken], (7200, 840, 95))


def test_more_searches_that_find_nothing_are_more_of_their_colour_over_time() -> None:
    few = _report("day", empty=False)
    slots = tuple(replace(slot, missed=3 * slot.missed + 1) for slot in few.searches.slots)
    many = replace(few, searches=replace(few.searches, slots=slots))
    assert 0 < _pixels(draw(few, "ru")[0], RED) < _pixels(draw(many, "ru")[0], RED)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_pictures_of_an_empty_report_have_words_and_no_bar(language: Language) -> None:
    for picture in draw(_report("week", empty=True), language):
        assert [_bars(picture, colour) for colour in (RED, GREEN, AMBER)] == [[], [], []]
        assert len(np.unique(_colours(picture))) > 10, "not an empty picture: there are words"


def _colours(picture: bytes) -> NDArray[np.int64]:
    """The picture as numbers 0xRRGGBB, a row of the array for each row of pixels."""
    red, green, blue = np.moveaxis((imread(io.BytesIO(picture))[..., :3] * 255).round().astype(np.int64), -1, 0)
    colours: NDArray[np.int64] = (red << 16) + (green << 8) + blue
    return colours


def _is(picture: bytes, colour: str) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = _colours(picture) == int(colour.removeprefix("#"), 16)
    return found


def _pixels(picture: bytes, colour: str) -> int:
    return int(_is(picture, colour).sum())


def _bars(picture: bytes, colour: str) -> list[int]:
    """How long the horizontal bars of this colour are, in pixels, from the top."""
    rows = _is(picture, colour).sum(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (rows > 0).astype(np.int64), [0]))))
    return [int(rows[top:bottom].max()) for top, bottom in zip(edges[::2], edges[1::2], strict=True)]


def _in_proportion(bars: list[int], figures: tuple[float, ...]) -> None:
    assert len(bars) == len(figures)
    longest = max(bars)
    assert longest > 200
    for bar, figure in zip(bars, figures, strict=True):
        assert abs(bar - longest * figure / max(figures)) <= EDGE, (bars, figures)
