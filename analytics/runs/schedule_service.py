"""`python -m analytics schedule`: the service around the schedule."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiokafka import AIOKafkaProducer

from analytics.identity import IDENTITY
from analytics.jobs import JOBS
from analytics.lake.lock import Lane
from analytics.runs.retractions import retractions
from analytics.runs.run_history import open_run_history
from analytics.runs.schedule import Retry, Schedule, clocks, crons
from analytics.runs.spark_worker import SparkWorker
from ops.kafka import Kafka
from ops.service import Service, running
from ops.settings import Settings
from pipeline.contracts.jobs import JOB_REQUEST, JobRequest
from pipeline.contracts.topics import CHAT_STATE
from pipeline.kafka.live_view import LiveView


async def serve(settings: Settings) -> None:
    """Until it is stopped; what runs then is ended, and run again by the next start."""
    kafka = Kafka(settings, IDENTITY)
    triggers = crons(JOBS, settings.analytics)
    async with (
        running("analytics", settings) as service,
        kafka.producer(linger_ms=0) as producer,
        LiveView(kafka, CHAT_STATE, JobRequest, prefix=JOB_REQUEST) as requests,
        _workers(settings) as workers,
    ):
        history = await open_run_history(kafka, producer, settings)
        schedule = Schedule(JOBS, history, workers, Retry(settings.analytics.retries, settings.analytics.retry_pause_s))
        taken = _JobRequests(schedule, producer)
        requests.subscribe(taken.changed)
        async with clocks(schedule, history, triggers):
            first = dict.fromkeys([*await history.close_interrupted(), *(job.name for job in JOBS if job.at_start)])
            for key, request in list(requests.items()):
                await taken.changed(key, None, request)
            service.ready("schedule")
            await _until_stopped(service, schedule, kafka, settings, tuple(first))


class _JobRequests:
    """Takes what people ask for in `chat_state`, and clears it away."""

    def __init__(self, schedule: Schedule, producer: AIOKafkaProducer) -> None:
        self._schedule = schedule
        self._producer = producer

    async def changed(self, key: str, _: JobRequest | None, request: JobRequest | None) -> None:
        if request is None:
            return
        await self._schedule.enqueue(request.job, request.requested_by or "unknown", key.removeprefix(JOB_REQUEST))
        await self._producer.send_and_wait(CHAT_STATE.name, None, key=key.encode())


async def _ask_first(schedule: Schedule, names: tuple[str, ...], delay_s: float) -> None:
    # The start of a stack is busy enough without Spark.
    await asyncio.sleep(delay_s)
    for name in names:
        await schedule.enqueue(name)
    await asyncio.Event().wait()


async def _until_stopped(
    service: Service, schedule: Schedule, kafka: Kafka, settings: Settings, first: tuple[str, ...]
) -> None:
    delay = settings.analytics.start_delay_s
    tasks = [asyncio.create_task(schedule.work()), asyncio.create_task(_ask_first(schedule, first, delay))]
    if settings.analytics.retract_within_s:
        tasks.append(asyncio.create_task(retractions(kafka, schedule, settings.analytics.retract_within_s)))
    stopping = asyncio.create_task(service.stopping.wait())
    try:
        done, _ = await asyncio.wait({stopping, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in (stopping, *tasks):
            task.cancel()
        await asyncio.gather(stopping, *tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def _workers(settings: Settings) -> AsyncIterator[dict[Lane, SparkWorker]]:
    workers = {lane: SparkWorker(settings, lane) for lane in Lane}
    try:
        yield workers
    finally:
        await asyncio.gather(*(worker.close() for worker in workers.values()))
