"""One run of one job, from the first look at the servers to its account."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from analytics import jobs
from analytics.identity import IDENTITY
from analytics.jobs.job import JobContext, Report
from analytics.lake.faults import reason
from analytics.lake.hdfs import Hdfs
from analytics.lake.lock import lake_lock
from analytics.runs.worker_protocol import Failed, Finished, Order
from ops import logs
from ops.kafka import Kafka

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from ops.settings import Settings

log = logs.get_logger(__name__)


def run_job(session: SparkSession, settings: Settings, order: Order, report: Report) -> Finished | Failed:
    """Run the job to its end. Never raises for a fault of the job: that is in the reply, as a sentence.

    Only one job at a time runs on a stack's lake, whichever process it is in; another waits here.
    """
    from analytics.lake.tables import Lake

    try:
        with lake_lock(settings, lambda stage: report(stage, 0)):
            _check_servers(settings)
            result = jobs.named(order.job).run(JobContext(Lake(session, settings), settings, order.run_id, report))
    except Exception as error:
        # A job may fail by anything that Spark, HDFS or the data hold; the schedule goes on and the card says why.
        said = reason(error)
        log.warning("job failed", job=order.job, run_id=order.run_id, reason=said)
        log.debug("job failed", exc_info=error)
        return Failed(reason=said)
    return Finished(taken=result.taken, written=result.written, note=result.note)


def _check_servers(settings: Settings) -> None:
    """Raise at once, and in plain words, what Spark would take a minute to say in its own."""
    Hdfs(settings).exists("/")
    asyncio.run(Kafka(settings, IDENTITY).verify())
