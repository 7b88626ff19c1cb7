"""The Spark worker's process: it holds the warm session, and ends with its standard input, that is with its parent.

The schedule itself never imports Spark: a session that dies, hangs or eats memory is ended as a process.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, BinaryIO

from analytics.lake.faults import reason
from analytics.lake.lock import Lane
from analytics.runs.run_job import run_job
from analytics.runs.worker_protocol import Failed, JobProgress, Order, WorkerReply, line
from analytics.spark.session import session
from ops import logs

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from ops.settings import Settings

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def serve(settings: Settings, lane: Lane, *, brief: bool) -> None:
    """Take orders from standard input and reply on standard output, until the input ends or the session is lost."""
    settings = sized(settings, lane)
    bound_threads(settings.analytics.cores)
    logs.configure(settings.log, "analytics-worker")
    output = _own_output()

    def reply(message: WorkerReply) -> None:
        output.write(line(message))
        output.flush()

    def report(stage: str, percent: int) -> None:
        reply(JobProgress(stage=stage, percent=percent))

    try:
        report("starting Spark", 0)
        with session(settings, brief=brief) as spark:
            for text in sys.stdin.buffer:
                reply(run_job(spark, settings, Order.model_validate_json(text), report))
                if not _alive(spark):
                    break
    except Exception as error:  # noqa: BLE001 - the parent gets it, and records it
        reply(Failed(reason=reason(error)))


def bound_threads(cores: int) -> None:
    """Have the libraries of linear algebra use no more threads than the job has cores; before they are loaded."""
    for name in THREADS:
        os.environ[name] = str(cores)


def sized(settings: Settings, lane: Lane) -> Settings:
    """The settings with the heap that jobs of this lane have."""
    if lane is Lane.LONG:
        return settings
    heap = {"heap_mb": settings.analytics.intake_heap_mb}
    return settings.model_copy(update={"analytics": settings.analytics.model_copy(update=heap)})


def _own_output() -> BinaryIO:
    """Standard output for replies alone: whatever Java or a library prints goes to standard error."""
    own = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return own


def _alive(spark: SparkSession) -> bool:
    try:
        return spark.range(1).count() == 1
    except Exception:  # noqa: BLE001 - whatever it says, it is of no more use
        return False
