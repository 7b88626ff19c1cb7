"""A Spark session for tables in memory or in a directory: no HDFS, no Kafka."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from analytics.spark.configuration import DELTA
from ops.downloads.java import java_home
from ops.downloads.report import quiet
from ops.downloads.spark_jars import JARS

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.fixture(scope="session")
def spark() -> Iterator["SparkSession"]:
    """One core, loopback only, no page; with Delta Lake."""
    from pyspark.sql import SparkSession

    os.environ["JAVA_HOME"] = str(java_home(quiet))
    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    for name, value in {
        **DELTA,
        "spark.driver.extraClassPath": ":".join(str(path) for path in JARS.fetch(quiet)),
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": "1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.session.timeZone": "UTC",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()
