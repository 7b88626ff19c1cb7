"""The one way to Spark: a small local session with Delta Lake tables in HDFS, and Kafka over mutual TLS."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ops import logs
from ops.downloads.java import java_home
from ops.downloads.report import quiet
from ops.downloads.spark_jars import JARS
from ops.errors import StartupError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from ops.settings import Settings

log = logs.get_logger(__name__)
IDENTITY = "spark"
ENDS_WITHIN_S = 10.0
INTERPRETED = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
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


@contextlib.contextmanager
def session(settings: Settings, *, brief: bool = False) -> Iterator[SparkSession]:
    """A session with two cores and a small heap; its virtual machine ends with the block, or with this process.

    `brief` is for one command: the virtual machine then spends less on making itself fast, half of the time in all.
    One at a time in a process. Raises StartupError without Java, HDFS' address or the certificate.
    """
    from pyspark.sql import SparkSession

    if not settings.hdfs.url:
        raise StartupError("YARMARKA_HDFS__URL is not set; start a stack with `make demo` or name a server.")
    os.environ["JAVA_HOME"] = str(java_home(quiet))
    os.environ["HADOOP_USER_NAME"] = settings.hdfs.user
    # PySpark writes every error with its whole Java stack, besides raising it.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    builder = SparkSession.builder.master(f"local[{settings.analytics.cores}]").appName("yarmarka")
    for name, value in _configuration(settings, brief).items():
        builder = builder.config(name, value)
    try:
        yield builder.getOrCreate()
    finally:
        _end()


@contextlib.contextmanager
def interpreted(session: SparkSession) -> Iterator[None]:
    """Interpret plans inside the block: for a few rows a plan takes longer to compile than to run."""
    own = {name: session.conf.get(name) for name in INTERPRETED}
    for name, value in INTERPRETED.items():
        session.conf.set(name, value)
    try:
        yield
    finally:
        for name, before in own.items():
            if before is not None:
                session.conf.set(name, before)


def kafka_options(settings: Settings) -> Mapping[str, str]:
    """How Spark's Kafka source signs in, and that it sees only what the filter has committed."""
    own = settings.credentials.resolve() / IDENTITY / "client.pem"
    if not own.is_file():
        raise StartupError(f"YARMARKA_CREDENTIALS: {own} is not there; `python -m ops certs issue` makes it.")
    return {
        "kafka.bootstrap.servers": settings.kafka.bootstrap,
        "kafka.security.protocol": "SSL",
        "kafka.ssl.keystore.type": "PEM",
        "kafka.ssl.keystore.location": str(own),
        "kafka.ssl.truststore.type": "PEM",
        "kafka.ssl.truststore.location": str(settings.credentials.resolve() / "ca.pem"),
        "kafka.isolation.level": "read_committed",
        "kafka.request.timeout.ms": str(settings.kafka.request_timeout_ms),
        "kafka.default.api.timeout.ms": str(2 * settings.kafka.request_timeout_ms),
        "fetchOffset.numRetries": "1",
        "failOnDataLoss": "true",
    }


def _configuration(settings: Settings, brief: bool) -> dict[str, str]:
    home = (settings.stack_dir / "spark").resolve()
    home.mkdir(parents=True, exist_ok=True)
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
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.databricks.delta.snapshotPartitions": "1",
        "spark.databricks.delta.schema.autoMerge.enabled": "true",
        # Deleted rows must be gone from the disk when the job says so, and jobs never run beside each other.
        "spark.databricks.delta.retentionDurationCheck.enabled": "false",
        "spark.databricks.delta.vacuum.parallelDelete.enabled": "false",
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


def _end() -> None:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    active = SparkSession.getActiveSession()
    gateway = SparkContext._gateway
    if active is not None:
        try:
            active.stop()
        except Exception as error:  # noqa: BLE001 - a driver that was killed cannot be stopped, and is gone anyway
            log.warning("Spark did not stop in order", error=type(error).__name__)
    if gateway is None:
        return
    process: subprocess.Popen[bytes] | None = getattr(gateway, "proc", None)
    gateway.shutdown()
    SparkContext._gateway = None
    SparkContext._jvm = None
    if process is not None:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
