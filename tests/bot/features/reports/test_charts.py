"""The charts: three pictures of a phone's shape in both languages, whatever there is to show, drawn elsewhere."""

import asyncio
import struct
from datetime import UTC, datetime, timedelta

import pytest

from bot.features.reports.drawing import Drawing
from bot.features.reports.figures import (
    AlertFigures,
    DelayFigures,
    OwnerFigures,
    Period,
    Query,
    Report,
    SearchFigures,
    Slot,
)
from bot.features.reports.reporter import span_of
from bot.ui.locale import Language

NOW = datetime(2026, 11, 24, 20, 5, tzinfo=UTC)


def _report(period: Period, *, empty: bool) -> Report:
    span = span_of(period, NOW, 3)
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
