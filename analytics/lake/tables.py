"""The lake's tables as a Spark session sees them: Delta Lake, that is Parquet in HDFS with a log of whole commits.

Readers see the last whole commit, never a part of one, also when its writer was killed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analytics.lake import commits
from analytics.lake.faults import LakeFault
from analytics.lake.hdfs import Hdfs
from analytics.transforms.schema import shaped
from pipeline.contracts.lake import Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, Row, SparkSession

    from ops.settings import Settings

READERS_HOURS = 1
"""So long what was replaced can still be read by those who began before."""


class Lake:
    """Tables of one HDFS, through one session."""

    def __init__(self, session: SparkSession, settings: Settings) -> None:
        self.session = session
        self.settings = settings
        self.hdfs = Hdfs(settings)

    def exists(self, table: Table) -> bool:
        return self.hdfs.exists(f"{table.path}/_delta_log")

    def create(self, table: Table) -> bool:
        """Make the table unless it is there; columns that are new in the contract are added, filled with null.

        Whether anything had to be made or added.
        """
        if not self.exists(table):
            partitioned = f"PARTITIONED BY ({', '.join(f'`{name}`' for name in table.partitioned_by)})"
            self.session.sql(
                f"CREATE TABLE IF NOT EXISTS {self._sql(table)} ({table.ddl}) USING delta "
                f"{partitioned if table.partitioned_by else ''} TBLPROPERTIES ("
                f"'delta.dataSkippingStatsColumns' = '{','.join(table.indexed)}', "
                f"'delta.deletedFileRetentionDuration' = 'interval {READERS_HOURS} hour', "
                "'delta.logRetentionDuration' = 'interval 1 day')"
            )
            return True
        known = set(self._load(table).columns)
        new = [column for column in table.columns if column.name not in known]
        if new:
            columns = ", ".join(f"`{column.name}` {column.kind}" for column in new)
            self.session.sql(f"ALTER TABLE {self._sql(table)} ADD COLUMNS ({columns})")
        return bool(new)

    def read(self, table: Table) -> DataFrame:
        """The table as of now, in the contract's columns. Raises LakeFault when no run has made it yet."""
        if not self.exists(table):
            raise LakeFault(f"There is no table {table.name} yet; `python -m analytics run ingest` makes it.")
        return shaped(self._load(table), table)

    def append(self, frame: DataFrame, table: Table) -> None:
        """Add rows in one commit."""
        shaped(frame, table).write.format("delta").mode("append").save(self.url(table))

    def replace(self, frame: DataFrame, table: Table, note: str = "") -> int:
        """Put these rows in the place of all, in one commit with a note; see `note`. How many they are."""
        writer = shaped(frame, table).write.format("delta").mode("overwrite").option("userMetadata", note)
        writer.option("overwriteSchema", "true").save(self.url(table))
        return commits.rows_written(self.hdfs, table)

    def forget(self, table: Table, people: DataFrame, until: str) -> None:
        """Delete the rows of people, a frame of (person, until), that are not later; their bytes stay until `vacuum`.

        A MERGE and no DELETE: the table's log keeps the condition of a deletion, which must name nobody.
        """
        people.createOrReplaceTempView("people_to_forget")
        self.session.sql(
            f"MERGE INTO {self._sql(table)} AS kept USING people_to_forget AS gone "
            f"ON kept.`{table.personal}` = gone.person AND {until} <= gone.until WHEN MATCHED THEN DELETE"
        )

    def compact(self, table: Table) -> tuple[int, int]:
        """Join small files; (files taken away, files made)."""
        metrics = self._first(f"OPTIMIZE {self._sql(table)}")["metrics"]
        return int(metrics["numFilesRemoved"]), int(metrics["numFilesAdded"])

    def vacuum(self, table: Table, keep_hours: int = READERS_HOURS) -> None:
        """Delete the files that no commit of the last hours needs.

        With 0 hours nothing is left of what was deleted, and who is reading an older commit is told to read again.
        """
        self.session.sql(f"VACUUM {self._sql(table)} RETAIN {keep_hours} HOURS")

    def version(self, table: Table) -> int:
        """The number of the last commit."""
        return commits.version(self.hdfs, table)

    def note(self, table: Table) -> str:
        """The note of the last replacement, empty when there was none."""
        return commits.note(self.hdfs, table)

    def url(self, table: Table) -> str:
        return f"{self.settings.hdfs.url}{table.path}"

    def _load(self, table: Table) -> DataFrame:
        return self.session.read.format("delta").load(self.url(table))

    def _sql(self, table: Table) -> str:
        return f"delta.`{self.url(table)}`"

    def _first(self, statement: str) -> Row:
        row = self.session.sql(statement).head()
        if row is None:
            raise LakeFault(f"Spark answers nothing to: {statement}")
        return row


def positions(history: DataFrame) -> Mapping[int, int]:
    """For each partition of Kafka, the offset after the last row of a history."""
    from pyspark.sql import functions as F

    rows = history.groupBy("partition").agg(F.max("offset").alias("last")).collect()
    return {int(row["partition"]): int(row["last"]) + 1 for row in rows}
