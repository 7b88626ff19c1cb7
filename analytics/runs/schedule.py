"""The service `analytics`: runs each job by its clock, when people ask, and soon after a ban; one at a time."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from typing import Protocol

from apscheduler.events import EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from analytics.jobs.job import Job
from analytics.runs.run_history import RunHistory
from analytics.runs.spark_worker import OnProgress
from analytics.runs.worker_protocol import Failed, Finished, JobProgress, Order
from ops import logs
from ops.settings import AnalyticsSettings
from pipeline.contracts.jobs import JobOutcome, JobRun

log = logs.get_logger(__name__)
MISFIRE_GRACE_S = 60
LOOK_EVERY_S = 1.0


class JobRunner(Protocol):
    """What is used of a Spark worker."""

    async def run_job(self, order: Order, on_progress: OnProgress) -> Finished | Failed: ...
    async def close_if_idle(self) -> None: ...


class Schedule:
    """The queue of runs. `enqueue` may be called from anywhere in the event loop."""

    def __init__(self, jobs: tuple[Job, ...], history: RunHistory, runner: JobRunner) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._history = history
        self._runner = runner
        self._waiting: list[JobRun] = []
        self._running: JobRun | None = None
        self._changed = asyncio.Condition()

    async def enqueue(self, job: str, by: str = "schedule", request_id: str | None = None) -> JobRun | None:
        """Have the job run as soon as those before it are done; durable when it returns.

        None when the job is unknown, or when a run of it waits already and no person asks.
        """
        if job not in self._jobs:
            log.warning("no such job", job=job, by=by)
            return None
        if request_id is None and any(run.job == job for run in self._waiting):
            return None
        run = JobRun(run_id=uuid.uuid4().hex[:12], job=job, outcome=JobOutcome.WAITING, by=by, request_id=request_id)
        self._waiting.append(run)
        await self._history.wait(run)
        async with self._changed:
            self._changed.notify_all()
        return run

    async def due(self, job: str) -> None:
        """The clock says that the job is due; a run that still waits or goes on is not overtaken."""
        busy = self._running is not None and self._running.job == job
        if busy or await self.enqueue(job) is None:
            await self._history.miss(job)

    async def work(self) -> None:
        """Run what is asked for, until cancelled."""
        while True:
            async with self._changed:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait_for(lambda: bool(self._waiting)), LOOK_EVERY_S)
            if not self._waiting:
                await self._runner.close_if_idle()
                continue
            await self._run(self._waiting.pop(0))

    async def _run(self, run: JobRun) -> None:
        self._running = await self._history.begin(run)

        async def on_progress(progress: JobProgress) -> None:
            if self._running is not None:
                self._running = await self._history.go_on(self._running, progress)

        try:
            ended = await self._runner.run_job(Order(job=run.job, run_id=run.run_id), on_progress)
            await self._history.end(self._running, ended)
        finally:
            self._running = None


def crons(jobs: tuple[Job, ...], settings: AnalyticsSettings) -> dict[str, CronTrigger]:
    """The clock of each job; that a setting is in cron's form is checked when settings are loaded."""
    return {job.name: CronTrigger.from_crontab(job.cron(settings), timezone="UTC") for job in jobs}


@contextlib.asynccontextmanager
async def clocks(schedule: Schedule, history: RunHistory, triggers: dict[str, CronTrigger]) -> AsyncIterator[None]:
    """Let the clocks run: late runs of a job are one, those too late are counted as missed."""
    loop = asyncio.get_running_loop()
    # As long as the loop holds them weakly, somebody must hold the tasks.
    tasks: set[asyncio.Task[None]] = set()
    scheduler = AsyncIOScheduler(timezone="UTC")

    def missed(event: JobExecutionEvent) -> None:
        task = loop.create_task(history.miss(str(event.job_id)))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def due(name: str) -> None:
        await schedule.due(name)
        await plan(name)

    async def plan(name: str) -> None:
        entry = scheduler.get_job(name)
        await history.plan(name, None if entry is None else entry.next_run_time)

    scheduler.add_listener(missed, EVENT_JOB_MISSED)
    for name, trigger in triggers.items():
        scheduler.add_job(
            due, trigger, args=[name], id=name, coalesce=True, max_instances=1, misfire_grace_time=MISFIRE_GRACE_S
        )
    scheduler.start()
    try:
        for name in triggers:
            await plan(name)
        yield
    finally:
        scheduler.shutdown(wait=False)
