"""The one way to Spark: a small local session with Delta Lake tables in HDFS."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analytics.spark.configuration import configuration
from ops import logs
from ops.downloads.java import java_home
from ops.downloads.report import quiet
from ops.errors import StartupError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from ops.settings import Settings

log = logs.get_logger(__name__)
ENDS_WITHIN_S = 10.0
INTERPRETED = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}


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
    for name, value in configuration(settings, brief=brief).items():
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
