"""Rows of a table, chosen for a person or as JSON lines for a script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analytics.lake.faults import sentence
from ops.errors import StartupError
from pipeline.contracts.lake import LAKE, PRODUCT_HISTORY, Table, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from analytics.lake.tables import Lake


def table_named(name: str) -> Table:
    """The table of that name. Raises StartupError that lists the known ones."""
    try:
        return table(name)
    except KeyError:
        known = ", ".join(one.name for one in LAKE)
        raise StartupError(f"There is no table `{name}`; choose from {known}.") from None


def selected_rows(lake: Lake, shown: Table, limit: int | None, where: str) -> DataFrame:
    """Rows of a table without `raw`, a product's versions with what they say; all rows without a limit.

    Raises StartupError for a condition that Spark does not understand.
    """
    from pyspark.errors import AnalysisException, ParseException

    from analytics.transforms.products import parsed

    rows = lake.read(shown)
    frame = (parsed(rows) if shown is PRODUCT_HISTORY else rows).drop("raw")
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
