"""Records of `client_requests` → rows of history, whatever is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from analytics.transforms.forgetting import NAMELESS, PSEUDONYM
from analytics.transforms.schema import KAFKA, expect, shaped
from pipeline.contracts.lake import REQUEST_HISTORY

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

OWN = ("fault", "raw", "partition", "offset", "written_at", "date")
SENT = tuple(column for column in REQUEST_HISTORY.columns if column.name not in OWN)
MESSAGE = ", ".join(f"`{column.name}` {column.kind}" for column in SENT)
NOT_JSON, NO_USER, NO_KIND = "not_json", "no_user", "no_kind"


def requests(records: DataFrame) -> DataFrame:
    """Every record as a row of `request_history`; what cannot be understood has a `fault` and is null elsewhere.

    Of a message that names nobody in its place, no pseudonym is kept: its row could not be found when the person asks.

    The day is that of the request, or of its message when it names no time.
    """
    records = expect(records, KAFKA, "client_requests")
    raw = F.col("value").cast("string")
    rows = records.select(
        F.from_json(raw, MESSAGE).alias("sent"),
        raw.alias("raw"),
        "partition",
        "offset",
        F.col("timestamp").alias("written_at"),
    )
    nothing = F.coalesce(*(F.col(f"sent.{column.name}").cast("string") for column in SENT)).isNull()
    fault = (
        F.when(nothing, NOT_JSON).when(F.col("sent.user").isNull(), NO_USER).when(F.col("sent.kind").isNull(), NO_KIND)
    )
    nameless = F.when(F.col("sent.user").isNull(), F.regexp_replace("raw", PSEUDONYM, NAMELESS)).otherwise(F.col("raw"))
    fields = {column.name: F.col(f"sent.{column.name}") for column in SENT}
    date = F.to_date(F.coalesce("sent.at", "written_at"))
    return shaped(rows.withColumns({**fields, "fault": fault, "date": date, "raw": nameless}), REQUEST_HISTORY)
