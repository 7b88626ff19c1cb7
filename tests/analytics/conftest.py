"""A Spark session for tables in memory: no HDFS, no Kafka, no Delta Lake."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from ops.downloads.java import java_home
from ops.downloads.report import quiet

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.fixture(scope="session")
def spark() -> Iterator["SparkSession"]:
    """One core, loopback only, no page."""
    from pyspark.sql import SparkSession

    os.environ["JAVA_HOME"] = str(java_home(quiet))
    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    for name, value in {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.session.timeZone": "UTC",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()
