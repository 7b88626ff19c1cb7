"""The history of all runs: in `chat_state` for people, in metrics for alerts."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime

from aiokafka import AIOKafkaProducer

from analytics.identity import IDENTITY
from analytics.jobs import JOBS
from analytics.jobs.job import Job
from analytics.runs.worker_protocol import Failed, Finished, JobProgress
from ops import logs, metrics
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.jobs import JOB, RUNS_KEPT, JobOutcome, JobRun, JobStatus
from pipeline.contracts.messages import HEADERS, encode, now
from pipeline.contracts.topics import CHAT_STATE
from pipeline.kafka.live_view import LiveView

log = logs.get_logger(__name__)
PUBLISH_EVERY_S = 1.0
INTERRUPTED = "It was interrupted in the middle; it is run again."


class RunHistory:
    """Statuses of the given jobs, going on from what an earlier process has written."""

    def __init__(self, producer: AIOKafkaProducer, jobs: Iterable[Job], crons: dict[str, str],
                 known: dict[str, JobStatus]) -> None:  # fmt: skip
        self._producer = producer
        self._published_at: dict[str, float] = {}
        self._reasons: dict[str, str] = {}
        self._statuses = {
            job.name: known.get(job.name, JobStatus(name=job.name)).model_copy(
                update={"about": job.about, "cron": crons.get(job.name, "")}
            )
            for job in jobs
        }
        for status in self._statuses.values():
            done = next(
                (run for run in status.runs if run.outcome is JobOutcome.DONE and run.ended_at is not None), None
            )
            # Results are as old as they are, also after a start.
            for run in filter(None, (done, status.last)):
                self._count_failure(run)

    def status(self, job: str) -> JobStatus:
        return self._statuses[job]

    async def close_interrupted(self) -> list[str]:
        """Record the runs as failed that an earlier process was killed in; the names of their jobs."""
        found = dict[str, None]()
        ended = {"outcome": JobOutcome.FAILED, "ended_at": now(), "reason": INTERRUPTED}
        for status in list(self._statuses.values()):
            # Behind the one that ran, others may have waited.
            for run in reversed(status.runs):
                if run.outcome in (JobOutcome.RUNNING, JobOutcome.WAITING):
                    self._put(run.model_copy(update=ended))
                    found[status.name] = None
        for name in found:
            await self._publish(name)
        return list(found)

    async def wait(self, run: JobRun) -> None:
        """A run is asked for and waits."""
        await self._record(run)

    async def begin(self, run: JobRun) -> JobRun:
        started = run.model_copy(update={"outcome": JobOutcome.RUNNING, "started_at": now()})
        await self._record(started)
        return started

    async def go_on(self, run: JobRun, progress: JobProgress) -> JobRun:
        """Record a progress; written at most once a second."""
        changed = run.model_copy(update={"stage": progress.stage, "percent": progress.percent})
        self._put(changed)
        if time.monotonic() - self._published_at.get(run.job, 0.0) >= PUBLISH_EVERY_S:
            await self._publish(run.job)
        return changed

    async def end(self, run: JobRun, ended: Finished | Failed) -> JobRun:
        """Durable when it returns."""
        closed = run.model_copy(update={"ended_at": now(), **_outcome(ended)})
        if isinstance(ended, Finished):
            for topic, finding in ended.differences:
                metrics.LOG_DIFFERENCE.labels("analytics", topic, finding).set_to_current_time()
        self._count(closed)
        await self._record(closed)
        log.info("job ended", job=run.job, outcome=closed.outcome, reason=closed.reason, rows_in=closed.rows_in,
                 rows_out=closed.rows_out, run_id=run.run_id)  # fmt: skip
        return closed

    async def miss(self, job: str) -> None:
        """A run was due and could not be started."""
        metrics.JOB_MISSED.labels(job).inc()
        status = self._statuses[job]
        self._statuses[job] = status.model_copy(update={"missed": status.missed + 1})
        await self._publish(job)

    async def plan(self, job: str, next_at: datetime | None) -> None:
        if self._statuses[job].next_at != next_at:
            self._statuses[job] = self._statuses[job].model_copy(update={"next_at": next_at})
            await self._publish(job)

    async def _record(self, run: JobRun) -> None:
        self._put(run)
        await self._publish(run.job)

    def _put(self, run: JobRun) -> None:
        status = self._statuses[run.job]
        others = tuple(one for one in status.runs if one.run_id != run.run_id)
        self._statuses[run.job] = status.model_copy(update={"runs": (run, *others)[:RUNS_KEPT]})

    async def _publish(self, job: str) -> None:
        self._published_at[job] = time.monotonic()
        await self._producer.send_and_wait(
            CHAT_STATE.name, encode(self._statuses[job]), key=f"{JOB}{job}".encode(), headers=HEADERS
        )

    def _count(self, run: JobRun) -> None:
        if run.started_at is not None and run.ended_at is not None:
            seconds = (run.ended_at - run.started_at).total_seconds()
            metrics.JOB_SECONDS.labels(run.job, run.outcome.value).observe(seconds)
        if run.outcome is JobOutcome.DONE:
            metrics.JOB_ROWS.labels(run.job, "in").set(run.rows_in)
            metrics.JOB_ROWS.labels(run.job, "out").set(run.rows_out)
        self._count_failure(run)

    def _count_failure(self, run: JobRun) -> None:
        before = self._reasons.pop(run.job, None)
        if before is not None:
            metrics.JOB_FAILURE.remove(run.job, before)
        failed = run.outcome is JobOutcome.FAILED and run.reason != INTERRUPTED
        metrics.JOB_FAILED.labels(run.job).set(failed)
        if failed:
            self._reasons[run.job] = run.reason
            metrics.JOB_FAILURE.labels(run.job, run.reason).set(1)
        elif run.outcome is JobOutcome.DONE and run.ended_at is not None:
            metrics.JOB_LAST_SUCCESS.labels(run.job).set(run.ended_at.timestamp())


async def open_run_history(kafka: Kafka, producer: AIOKafkaProducer, settings: Settings) -> RunHistory:
    """The history, with what earlier processes have written."""
    known = await _written(kafka)
    return RunHistory(producer, JOBS, {job.name: job.cron(settings.analytics) for job in JOBS}, known)


async def job_statuses(settings: Settings) -> list[JobStatus]:
    """What is known of every job."""
    known = await _written(Kafka(settings, IDENTITY))
    return [known.get(job.name, JobStatus(name=job.name, about=job.about)) for job in JOBS]


async def _written(kafka: Kafka) -> dict[str, JobStatus]:
    async with LiveView(kafka, CHAT_STATE, JobStatus, prefix=JOB) as view:
        return {key.removeprefix(JOB): status for key, status in view.items()}


def _outcome(ended: Finished | Failed) -> dict[str, object]:
    if isinstance(ended, Failed):
        return {"outcome": JobOutcome.FAILED, "reason": ended.reason}
    return {"outcome": JobOutcome.DONE, "rows_in": ended.taken, "rows_out": ended.written, "percent": 100,
            "stage": ended.note}  # fmt: skip
