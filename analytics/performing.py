"""One run of one job, from the first look at the servers to its account."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from analytics import jobs
from analytics.answers import Failed, Finished, Order
from analytics.faults import reason
from analytics.hdfs import Hdfs
from analytics.jobs.job import Report, Work
from ops import logs
from ops.kafka import Kafka

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from ops.settings import Settings

log = logs.get_logger(__name__)


def perform(session: SparkSession, settings: Settings, order: Order, report: Report) -> Finished | Failed:
    """Run the job to its end. Never raises for a fault of the job: that is in the answer, as a sentence.

    Only one job at a time runs on a stack's lake, whichever process it is in; another waits here.
    """
    from analytics.tables import Lake

    try:
        with alone(settings, report):
            _look(settings)
            rows = jobs.named(order.job).run(Work(Lake(session, settings), settings, order.run_id, report))
    except Exception as error:
        # A job may fail by anything that Spark, HDFS or the data hold; the schedule goes on and the card says why.
        said = reason(error)
        log.warning("job failed", job=order.job, run_id=order.run_id, reason=said)
        log.debug("job failed", exc_info=error)
        return Failed(reason=said)
    return Finished(taken=rows.taken, written=rows.written, note=rows.note)


def _look(settings: Settings) -> None:
    """Raise at once, and in plain words, what Spark would take a minute to say in its own."""
    Hdfs(settings).exists("/")
    asyncio.run(Kafka(settings, "spark").verify())


@contextmanager
def alone(settings: Settings, report: Report) -> Iterator[None]:
    """Hold the lake for writing; waits for whoever holds it now."""
    path = settings.stack_dir / "run" / "lake.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("waiting for another job", 0)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
