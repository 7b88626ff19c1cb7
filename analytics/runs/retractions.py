"""Bans reach the lake within seconds: a tombstone in `filtered_products` asks for an ingest."""

from __future__ import annotations

import asyncio
from typing import Protocol

from aiokafka.errors import KafkaError

from ops import logs
from ops.errors import StartupError
from ops.kafka import Kafka
from pipeline.contracts.jobs import JobRun
from pipeline.contracts.topics import FILTERED_PRODUCTS

log = logs.get_logger(__name__)
JOB = "ingest"
RETRY_S = 5.0


class RunQueue(Protocol):
    """What is used of the schedule."""

    async def enqueue(self, job: str, by: str = "schedule", request_id: str | None = None) -> JobRun | None: ...


async def retractions(kafka: Kafka, schedule: RunQueue, within_s: float) -> None:
    """Follow the topic from its end and ask once for all that is taken back within `within_s`. Until cancelled."""
    while True:
        try:
            await _follow(kafka, schedule, within_s)
        except (KafkaError, StartupError) as error:
            log.warning("bans reach the lake by the clock only", error=str(error), again_in_s=RETRY_S)
            await asyncio.sleep(RETRY_S)


async def _follow(kafka: Kafka, schedule: RunQueue, within_s: float) -> None:
    async with kafka.consumer(FILTERED_PRODUCTS.name, from_beginning=False) as consumer:
        while True:
            batches = await consumer.getmany(timeout_ms=1_000)
            if any(record.value is None for records in batches.values() for record in records):
                # A ban of a shop takes many products back: all of them in one run.
                await asyncio.sleep(within_s)
                await schedule.enqueue(JOB, by="a ban")
