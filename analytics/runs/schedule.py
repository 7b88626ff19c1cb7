"""The service `analytics`: runs each job by its clock, when people ask, and soon after a ban; in lanes."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from apscheduler.events import EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from analytics.jobs.job import Job
from analytics.lake.lock import Lane
from analytics.runs.run_history import RunHistory
from analytics.runs.spark_worker import OnProgress
from analytics.runs.worker_protocol import Failed, Finished, JobProgress, Order
from ops import logs, metrics
from ops.settings import AnalyticsSettings
from pipeline.contracts.jobs import JobOutcome, JobRun

log = logs.get_logger(__name__)
MISFIRE_GRACE_S = 60
LOOK_EVERY_S = 1.0


class JobRunner(Protocol):
    """What is used of a Spark worker."""

    async def run_job(self, order: Order, on_progress: OnProgress) -> Finished | Failed: ...
    async def close_if_idle(self) -> None: ...


@dataclass(frozen=True)
class Retry:
    """How often a failed run is tried again, and after what pause; each is twice as long as that before."""

    times: int = 0
    pause_s: float = 0.0


class _Line:
    """Runs of one lane: one at a time, the others wait in the order in which they were asked for."""

    def __init__(self, history: RunHistory, runner: JobRunner, retry: Retry) -> None:
        self._history = history
        self._runner = runner
        self._retry = retry
        self._failed: Counter[str] = Counter()
        self._again: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Condition()
        self.waiting: list[JobRun] = []
        self.running: JobRun | None = None

    async def add(self, run: JobRun) -> None:
        self.waiting.append(run)
        await self._history.wait(run)
        async with self._changed:
            self._changed.notify_all()

    async def work(self) -> None:
        """Run what is asked for, until cancelled."""
        while True:
            async with self._changed:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait_for(lambda: bool(self.waiting)), LOOK_EVERY_S)
            if not self.waiting:
                await self._runner.close_if_idle()
                continue
            await self._run(self.waiting.pop(0))

    async def _run(self, run: JobRun) -> None:
        self.running = await self._history.begin(run)

        async def on_progress(progress: JobProgress) -> None:
            if self.running is not None:
                self.running = await self._history.go_on(self.running, progress)

        try:
            ended = await self._runner.run_job(Order(job=run.job, run_id=run.run_id), on_progress)
            await self._history.end(self.running, ended)
            self._settle(run, failed=isinstance(ended, Failed))
        finally:
            self.running = None

    def _settle(self, run: JobRun, *, failed: bool) -> None:
        """Have a run that failed be tried again after a pause; who asked for one sees it fail, and may ask again."""
        tried = self._failed[run.job]
        if not failed or run.request_id is not None or tried >= self._retry.times:
            self._failed[run.job] = 0
            return
        self._failed[run.job] += 1
        task = asyncio.create_task(self._try_again(run, self._retry.pause_s * 2**tried))
        self._again.add(task)
        task.add_done_callback(self._again.discard)

    async def _try_again(self, run: JobRun, pause_s: float) -> None:
        await asyncio.sleep(pause_s)
        if not any(other.job == run.job for other in (*self.waiting, *filter(None, (self.running,)))):
            await self.add(new_run(run.job, run.by, None, self))


class Schedule:
    """The queues of runs, one a lane. `enqueue` may be called from anywhere in the event loop."""

    def __init__(
        self, jobs: tuple[Job, ...], history: RunHistory, runners: Mapping[Lane, JobRunner], retry: Retry = Retry()
    ) -> None:
        self._history = history
        self._lines = {lane: _Line(history, runner, retry) for lane, runner in runners.items()}
        self._line_of = {job.name: self._lines[job.lane] for job in jobs}

    async def enqueue(self, job: str, by: str = "schedule", request_id: str | None = None) -> JobRun | None:
        """Have the job run as soon as those of its lane before it are done; durable when it returns.

        None when the job is unknown, or when a run of it waits already and no person asks.
        """
        line = self._line_of.get(job)
        if line is None:
            log.warning("no such job", job=job, by=by)
            return None
        if request_id is None and any(run.job == job for run in line.waiting):
            return None
        run = new_run(job, by, request_id, line)
        await line.add(run)
        return run

    async def due(self, job: str) -> None:
        """The clock says that the job is due; a run that still waits or goes on is not overtaken."""
        running = self._line_of[job].running
        busy = running is not None and running.job == job
        if busy or await self.enqueue(job) is None:
            await self._history.miss(job)

    async def work(self) -> None:
        """Run what is asked for, until cancelled."""
        async with asyncio.TaskGroup() as lanes:
            for line in self._lines.values():
                lanes.create_task(line.work())


def new_run(job: str, by: str, request_id: str | None, line: _Line) -> JobRun:
    """A run that waits in its line, and says behind which job."""
    before = line.waiting[-1] if line.waiting else line.running
    stage = f"waiting for {before.job}" if before is not None else ""
    return JobRun(
        run_id=uuid.uuid4().hex[:12], job=job, outcome=JobOutcome.WAITING, by=by, request_id=request_id, stage=stage
    )


def crons(jobs: tuple[Job, ...], settings: AnalyticsSettings) -> dict[str, CronTrigger]:
    """The clock of each job; that a setting is in cron's form is checked when settings are loaded."""
    return {job.name: CronTrigger.from_crontab(job.cron(settings), timezone="UTC") for job in jobs}


def interval(trigger: CronTrigger, at: datetime) -> float:
    """Seconds between the next two times at which the job is due; 0 when there are not two."""
    first = trigger.get_next_fire_time(None, at)
    second = first and trigger.get_next_fire_time(first, first + timedelta(microseconds=1))
    return (second - first).total_seconds() if first and second else 0.0


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
        for name, trigger in triggers.items():
            await plan(name)
            metrics.JOB_INTERVAL.labels(name).set(interval(trigger, datetime.now(UTC)))
        yield
    finally:
        scheduler.shutdown(wait=False)
