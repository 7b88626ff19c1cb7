"""The lake's tables as a Spark session sees them: Delta Lake, that is Parquet in HDFS with a log of whole commits.

Readers see the last whole commit, never a part of one, also when its writer was killed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from analytics.lake import commits
from analytics.lake.faults import LakeFault
from analytics.lake.hdfs import Hdfs
from analytics.spark.session import configured
from analytics.transforms.forgetting import NAMELESS, PSEUDONYM
from analytics.transforms.schema import shaped
from pipeline.contracts.lake import Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, Row, SparkSession

    from ops.settings import Settings

NOTE = "spark.databricks.delta.commitInfo.userMetadata"
# Files of a keyed table lie in the order of the key, and small enough that those with a few keys are soon looked
# through: joined are the remains of single changes, and files of which many rows were replaced, not all into one.
KEYED_FILES = {
    "spark.databricks.delta.optimize.minFileSize": str(4 << 20),
    "spark.databricks.delta.optimize.maxFileSize": str(16 << 20),
}
EARLIER_KAFKA = 1 << 44
"""So far below what they were are the offsets of rows of an earlier Kafka: more than a partition will ever hold, and
less than the 500,000th part of a BIGINT."""
A_DAY = 24
"""So many hours a table's log is kept at least."""
PER_FILE = 50_000
"""Rows of a file of a keyed table that is written anew."""


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
            names = ", ".join(f"`{name}`" for name in table.partitioned_by)
            self.session.sql(
                f"CREATE TABLE IF NOT EXISTS {self._sql(table)} ({table.ddl}) USING delta "
                f"{f'PARTITIONED BY ({names})' if names else ''} TBLPROPERTIES ({self._properties(table)})"
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

    def replace(self, frame: DataFrame, table: Table, note: str, rows: int) -> int:
        """Put these rows, about so many, in the place of all, in one commit with a note; how many they are."""
        rows_now = shaped(frame, table)
        if table.key is not None:
            files = -(-rows // PER_FILE)
            rows_now = rows_now.repartitionByRange(files, table.key) if files > 1 else rows_now.coalesce(1)
        # The table may be of an earlier release.
        self.session.sql(f"ALTER TABLE {self._sql(table)} SET TBLPROPERTIES ({self._properties(table)})")
        writer = rows_now.write.format("delta").mode("overwrite").option("userMetadata", note)
        writer.option("overwriteSchema", "true").save(self.url(table))
        return commits.rows_written(self.hdfs, table)

    def put(self, frame: DataFrame, table: Table, keys: Collection[str], note: str) -> None:
        """Put these rows in the place of all that have these keys, in one commit with a note.

        Costs what is put, and a look through the files that may hold such keys. Keys stand in the table's log.
        """
        those = f"`{table.key}` IN ({', '.join(map(_literal, keys))})"
        writer = shaped(frame, table).write.format("delta").mode("overwrite").option("userMetadata", note)
        writer.option("replaceWhere", those).save(self.url(table))

    def merge(self, frame: DataFrame, gone: DataFrame, table: Table, beginnings: Collection[str], note: str) -> None:
        """The same for as many rows as there may be; `gone` holds the keys of rows to delete.

        Only keys with these beginnings are looked for; without any, all.
        """
        nulls = (f"CAST(NULL AS {one.kind}) AS `{one.name}`" for one in table.columns if one.name != table.key)
        rows = shaped(frame, table).selectExpr("*", "false AS gone")
        rows.unionByName(gone.selectExpr(f"`{table.key}`", *nulls, "true AS gone")).createOrReplaceTempView("news")
        within = " OR ".join(
            f"(kept.`{table.key}` >= {_literal(start)} AND kept.`{table.key}` < {_literal(_after(start))})"
            for start in beginnings
        )
        statement = (
            f"MERGE INTO {self._sql(table)} AS kept USING news ON kept.`{table.key}` = news.`{table.key}`",
            f"AND ({within})" if within else "",
            "WHEN MATCHED AND news.gone THEN DELETE",
            f"WHEN MATCHED THEN UPDATE SET {', '.join(f'kept.`{name}` = news.`{name}`' for name in table.names)}",
            f"WHEN NOT MATCHED AND NOT news.gone THEN INSERT ({', '.join(f'`{name}`' for name in table.names)})",
            f"VALUES ({', '.join(f'news.`{name}`' for name in table.names)})",
        )
        with configured(self.session, {NOTE: note}):
            self.session.sql(" ".join(statement))

    def set_aside(self, table: Table, since: Mapping[int, int]) -> None:
        """Have the rows from these offsets on, by partition, be of an earlier Kafka, before all that are so already.

        In one commit; a repeat changes nothing but the distance.
        """
        those = " OR ".join(f"(`partition` = {number} AND `offset` >= {offset})" for number, offset in since.items())
        statement = (f"UPDATE {self._sql(table)}", f"SET `offset` = `offset` - {EARLIER_KAFKA}",
                     f"WHERE `offset` < 0 OR {those}")  # fmt: skip
        self.session.sql(" ".join(statement))

    def delete(self, table: Table, where: str) -> None:
        """Delete the rows for which this holds, in one commit. It stands in the table's log: it must name nobody."""
        self.session.sql(f"DELETE FROM {self._sql(table)} WHERE {where}")  # noqa: S608 - the caller's own words

    def forget(self, table: Table, people: DataFrame, until: str) -> None:
        """Delete the rows of people, a frame of (person, until), that are not later; their bytes stay until `vacuum`.

        A MERGE and no DELETE: the table's log keeps the condition of a deletion, which must name nobody.
        """
        people.createOrReplaceTempView("people_to_forget")
        self.session.sql(
            f"MERGE INTO {self._sql(table)} AS kept USING people_to_forget AS gone "
            f"ON kept.`{table.personal}` = gone.person AND {until} <= gone.until WHEN MATCHED THEN DELETE"
        )

    def take_names_out(self, table: Table) -> None:
        """Of messages whose person is not known, take every pseudonym out of the text; in one commit, if any."""
        statement = (f"UPDATE {self._sql(table)}", f"SET raw = regexp_replace(raw, '{PSEUDONYM}', '{NAMELESS}')",
                     f"WHERE `{table.personal}` IS NULL AND raw RLIKE '{PSEUDONYM}'")  # fmt: skip
        self.session.sql(" ".join(statement))

    def compact(self, table: Table) -> tuple[int, int]:
        """Join small files; (files taken away, files made)."""
        # The note goes on with the log, of which commits older than a day are cleared away.
        note = self.note(table)
        values = ({NOTE: note} if note else {}) | (KEYED_FILES if table.key is not None else {})
        with configured(self.session, values):
            metrics = self._first(f"OPTIMIZE {self._sql(table)}")["metrics"]
        return int(metrics["numFilesRemoved"]), int(metrics["numFilesAdded"])

    def vacuum(self, table: Table, keep_hours: int | None = None) -> None:
        """Delete the files that no commit of the last hours needs; how many hours, a setting says, if nobody else.

        With 0 hours nothing is left of what was deleted, and who is reading an older commit is told to read again.
        """
        hours = self.settings.analytics.versions_kept_hours if keep_hours is None else keep_hours
        self.session.sql(f"VACUUM {self._sql(table)} RETAIN {hours} HOURS")

    def version(self, table: Table) -> int:
        """The number of the last commit."""
        return commits.version(self.hdfs, table)

    def note(self, table: Table) -> str:
        """The note of the last commit that has one, empty when there is none."""
        return commits.note(self.hdfs, table)

    def url(self, table: Table) -> str:
        return f"{self.settings.hdfs.url}{table.path}"

    def _properties(self, table: Table) -> str:
        """What a table knows of itself. Rows of a keyed one are replaced by marking them: no file is written anew."""
        hours = self.settings.analytics.versions_kept_hours
        known = {
            "delta.dataSkippingStatsColumns": ",".join(table.indexed),
            "delta.deletedFileRetentionDuration": f"interval {hours} hour",
            "delta.logRetentionDuration": f"interval {max(hours, A_DAY)} hour",
            "delta.enableDeletionVectors": str(table.key is not None).lower(),
        }
        return ", ".join(f"'{name}' = '{value}'" for name, value in known.items())

    def _load(self, table: Table) -> DataFrame:
        return self.session.read.format("delta").load(self.url(table))

    def _sql(self, table: Table) -> str:
        return f"delta.`{self.url(table)}`"

    def _first(self, statement: str) -> Row:
        row = self.session.sql(statement).head()
        if row is None:
            raise LakeFault(f"Spark answers nothing to: {statement}")
        return row


def _literal(text: str) -> str:
    """A text as Spark's SQL reads it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _after(start: str) -> str:
    """The first text behind all that begin so."""
    return start[:-1] + chr(ord(start[-1]) + 1)


def positions(history: DataFrame) -> Mapping[int, int]:
    """For each partition of Kafka, the offset after the last row of a history."""
    from pyspark.sql import functions as F

    rows = history.groupBy("partition").agg(F.max("offset").alias("last")).collect()
    return {int(row["partition"]): int(row["last"]) + 1 for row in rows}
