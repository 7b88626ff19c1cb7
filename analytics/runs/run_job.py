"""One run of one job, from the first look at the servers to its account."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from analytics import jobs
from analytics.identity import IDENTITY
from analytics.jobs.job import JobContext, Report
from analytics.lake.faults import DRIVER_ENDED, HEAP, MEMORY, reason
from analytics.lake.hdfs import Hdfs
from analytics.lake.lock import Lane, lake_lock
from analytics.runs.worker_protocol import Failed, Finished, Order
from analytics.spark.session import OUT_OF_MEMORY, driver_status
from ops import logs
from ops.kafka import Kafka

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from ops.settings import Settings

log = logs.get_logger(__name__)
INTAKE_HEAP = "YARMARKA_ANALYTICS__INTAKE_HEAP_MB"


def run_job(session: SparkSession, settings: Settings, order: Order, report: Report) -> Finished | Failed:
    """Run the job to its end. Never raises for a fault of the job: that is in the reply, as a sentence.

    Only one job of a lane at a time runs on a stack's lake, whichever process it is in; another waits here.
    """
    from analytics.lake.tables import Lake

    try:
        job = jobs.named(order.job)
        with lake_lock(settings, lambda stage: report(stage, 0), job.lane, job.holds):
            _check_servers(settings)
            result = job.run(JobContext(Lake(session, settings), settings, order.run_id, report))
    except Exception as error:
        # A job may fail by anything that Spark, HDFS or the data hold; the schedule goes on and the card says why.
        said = _said(error, order.job)
        log.warning("job failed", job=order.job, run_id=order.run_id, reason=said)
        log.debug("job failed", exc_info=error)
        return Failed(reason=said)
    return Finished(taken=result.taken, written=result.written, note=result.note, differences=result.differences)


def _said(error: Exception, job: str) -> str:
    said = reason(error)
    memory = said == MEMORY.format(setting=HEAP) or (said == DRIVER_ENDED and driver_status() == OUT_OF_MEMORY)
    if not memory:
        return said
    intake = any(one.name == job and one.lane is Lane.INTAKE for one in jobs.JOBS)
    return MEMORY.format(setting=INTAKE_HEAP if intake else HEAP)


def _check_servers(settings: Settings) -> None:
    """Raise at once, and in plain words, what Spark would take a minute to say in its own."""
    Hdfs(settings).exists("/")
    asyncio.run(Kafka(settings, IDENTITY).verify())
