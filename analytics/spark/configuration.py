"""The settings of the Spark session, by what they are for: the driver, queries, Delta Lake, HDFS."""

from __future__ import annotations

from pathlib import Path

from ops.downloads.report import quiet
from ops.downloads.spark_jars import JARS
from ops.settings import Settings

LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}] %p %c{1}: %m%n
rootLogger.level = error
rootLogger.appenderRef.console.ref = console
# A file system that fails is told by the job, in one sentence.
logger.hdfs.name = org.apache.hadoop.hdfs
logger.hdfs.level = off
logger.query.name = org.apache.spark.sql.execution.streaming
logger.query.level = off
"""
DELTA = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.databricks.delta.schema.autoMerge.enabled": "true",
    # Deleted rows must be gone from the disk when the job says so, and jobs never run beside each other.
    "spark.databricks.delta.retentionDurationCheck.enabled": "false",
    "spark.databricks.delta.vacuum.parallelDelete.enabled": "false",
}


def configuration(settings: Settings, home: Path, *, brief: bool) -> dict[str, str]:
    """Spark's own names and values, for a session that works in the directory `home`.

    `brief` is for one command: the virtual machine spends less on making itself fast.
    """
    return {**_driver(settings, home, brief=brief), **_queries(settings, home), **DELTA, **_hdfs(settings)}


def _driver(settings: Settings, home: Path, *, brief: bool) -> dict[str, str]:
    log4j = home / "log4j2.properties"
    log4j.write_text(LOGGING, encoding="utf-8")
    java = (
        "-XX:+UseSerialGC",
        *(("-XX:TieredStopAtLevel=1",) if brief else ()),
        "-XX:+ExitOnOutOfMemoryError",
        f"-Dlog4j2.configurationFile={log4j.as_uri()}",
        f"-Dderby.system.home={home}",
    )
    return {
        "spark.driver.memory": f"{settings.analytics.heap_mb}m",
        "spark.driver.extraJavaOptions": " ".join(java),
        "spark.driver.extraClassPath": ":".join(str(path) for path in JARS.fetch(quiet)),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.local.dir": str(home),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }


def _queries(settings: Settings, home: Path) -> dict[str, str]:
    return {
        "spark.sql.shuffle.partitions": str(settings.analytics.cores),
        # Its default of 10,000 tasks is for object stores; here a directory is listed in a moment.
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": str(settings.analytics.cores),
        # Rows need no sorting by their partition before they are written, as long as there are few partitions.
        "spark.sql.maxConcurrentOutputFileWriters": "4",
        # No message is like another: to look for repetitions in them only costs.
        "spark.hadoop.parquet.enable.dictionary#raw": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(home / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }


def _hdfs(settings: Settings) -> dict[str, str]:
    return {
        "spark.hadoop.fs.defaultFS": settings.hdfs.url,
        "spark.hadoop.dfs.client.block.write.replace-datanode-on-failure.policy": "NEVER",
        # A file is closed when the NameNode has heard of its last block, some milliseconds later: by default the client
        # looks again after 400. In all it waits as long as before, for a NameNode that is busy.
        "spark.hadoop.dfs.client.block.write.locateFollowingBlock.initial.delay.ms": "10",
        "spark.hadoop.dfs.client.block.write.locateFollowingBlock.retries": "11",
        "spark.hadoop.dfs.client.use.datanode.hostname": "false",
        "spark.hadoop.ipc.client.connect.max.retries": "3",
        "spark.hadoop.ipc.client.connect.max.retries.on.timeouts": "2",
        "spark.hadoop.ipc.client.connect.timeout": "5000",
        "spark.hadoop.dfs.replication": str(settings.hdfs.replication),
    }
