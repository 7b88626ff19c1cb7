"""The one way to Spark: a small local session with Delta Lake tables in HDFS."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from analytics.spark.configuration import configuration
from analytics.spark.scratch import scratch
from ops import logs
from ops.downloads.java import java_home
from ops.downloads.report import quiet
from ops.errors import StartupError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from ops.settings import Settings

log = logs.get_logger(__name__)
ENDS_WITHIN_S = 10.0
OUT_OF_MEMORY = 3
"""The exit status of a virtual machine that ends itself for want of memory."""
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
    with scratch((settings.stack_dir / "spark").resolve()) as home:
        for name, value in configuration(settings, home, brief=brief).items():
            builder = builder.config(name, value)
        try:
            yield builder.getOrCreate()
        finally:
            _end()


@contextlib.contextmanager
def interpreted(session: SparkSession) -> Iterator[None]:
    """Interpret plans inside the block: for a few rows a plan takes longer to compile than to run."""
    with configured(session, INTERPRETED):
        yield


@contextlib.contextmanager
def configured(session: SparkSession, values: Mapping[str, str]) -> Iterator[None]:
    """Settings of Spark's that hold inside the block."""
    before = {name: session.conf.get(name, None) for name in values}
    for name, value in values.items():
        session.conf.set(name, value)
    try:
        yield
    finally:
        for name, old in before.items():
            if old is None:
                session.conf.unset(name)
            else:
                session.conf.set(name, old)


def driver_status(within_s: float = 2.0) -> int | None:
    """The exit status of the session's virtual machine; None while it runs."""
    from pyspark import SparkContext

    process: subprocess.Popen[bytes] | None = getattr(SparkContext._gateway, "proc", None)
    if process is None:
        return None
    try:
        return process.wait(within_s)
    except subprocess.TimeoutExpired:
        return None


def _end() -> None:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    gateway = SparkContext._gateway
    try:
        active = SparkSession.getActiveSession()
        if active is not None:
            active.stop()
    except Exception as error:  # noqa: BLE001 - a driver that was killed cannot be asked or stopped, and is gone anyway
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
