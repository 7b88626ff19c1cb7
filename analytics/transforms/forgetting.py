"""Rows without those of people who asked to be forgotten after they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from ops.backup.forgotten import Forgotten
    from pipeline.contracts.lake import Table


PSEUDONYM = "[0-9a-f]{32,}"
"""How a person's pseudonym looks, and hardly anything else."""
NAMELESS = "…"


def without_forgotten(rows: DataFrame, table: Table, forgotten: Forgotten) -> DataFrame:
    """The table's new rows, a stream too, but what somebody did before they asked: however late it comes."""
    if table.personal is None or not forgotten.until:
        return rows
    people = rows.sparkSession.createDataFrame(sorted(forgotten.until.items()), "person STRING, until TIMESTAMP")
    done = F.coalesce("at", "written_at") if "written_at" in table.names else F.col("at")
    theirs = (F.sha2(F.col(table.personal), 256) == people["person"]) & (done <= people["until"])
    return rows.join(F.broadcast(people), theirs, "left_anti")
