"""Rows of a table for a person, or as JSON lines for a script."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analytics.faults import sentence
from ops.errors import StartupError
from pipeline.contracts.lake import LAKE, PRODUCT_HISTORY, Table, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from analytics.tables import Lake

WIDEST = 36


def find(name: str) -> Table:
    """The table of that name. Raises StartupError that lists the known ones."""
    try:
        return table(name)
    except KeyError:
        known = ", ".join(one.name for one in LAKE)
        raise StartupError(f"There is no table `{name}`; choose from {known}.") from None


def chosen(lake: Lake, shown: Table, limit: int | None, where: str) -> DataFrame:
    """Rows of a table without `raw`, a product's versions with what they say; all rows without a limit.

    Raises StartupError for a condition that Spark does not understand.
    """
    from pyspark.errors import AnalysisException, ParseException

    from analytics.transforms.products import described

    rows = lake.read(shown)
    frame = (described(rows) if shown is PRODUCT_HISTORY else rows).drop("raw")
    try:
        found = frame.where(where) if where else frame
    except (AnalysisException, ParseException) as error:
        raise StartupError(f"--where `{where}`: {sentence((error.getMessage() or '').split('SQLSTATE')[0])}") from None
    return found if limit is None else found.limit(limit)


def json_lines(frame: DataFrame) -> Iterator[str]:
    """Each row as a JSON object; what is null is left out."""
    from pyspark.sql import functions as F

    for row in frame.select(F.to_json(F.struct("*")).alias("line")).toLocalIterator():
        yield row["line"]


def grid(rows: list[dict[str, object]], columns: tuple[str, ...]) -> str:
    """Rows under the names of their columns; long values cut, columns that are empty everywhere left out."""
    used = [name for name in columns if any(row.get(name) is not None for row in rows)]
    if not used:
        return "no rows"
    lines = [[name.upper() for name in used], *([_text(row.get(name)) for name in used] for row in rows)]
    widths = [max(_width(line[place]) for line in lines) for place in range(len(used))]
    return "\n".join(
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    said = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    said = " ".join(said.split())
    return said if len(said) <= WIDEST else said[: WIDEST - 1] + "…"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
