"""`python -m analytics run JOB`: by the running schedule if there is one, else by this process."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid

import orjson

from analytics import jobs
from analytics.identity import IDENTITY
from analytics.jobs.job import Job
from analytics.runs.run_history import open_run_history
from analytics.runs.spark_worker import SparkWorker
from analytics.runs.worker_protocol import Failed, JobProgress, Order
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.jobs import JOB, JOB_REQUEST, JobOutcome, JobRequest, JobRun, JobStatus
from pipeline.contracts.messages import HEADERS, encode
from pipeline.contracts.topics import CHAT_STATE
from pipeline.kafka.live_view import LiveView

GRACE_S = 60.0
STOPPED = "It was stopped by the person who ran it."
ENDED = (JobOutcome.DONE, JobOutcome.FAILED)


async def run_now(settings: Settings, name: str, by: str) -> JobRun:
    """Run a job to its end, with its progress on standard error; a job that takes too long is ended as by the schedule.

    Raises StartupError for an unknown job, and when the schedule falls silent.
    """
    job = jobs.named(name)
    return await (_ask_schedule(settings, job.name, by) if _schedule_runs(settings) else _run_here(settings, job, by))


async def _ask_schedule(settings: Settings, job: str, by: str) -> JobRun:
    kafka, request_id = Kafka(settings, IDENTITY), uuid.uuid4().hex[:12]
    changed: asyncio.Queue[JobStatus] = asyncio.Queue()

    async def listen(_: str, __: JobStatus | None, status: JobStatus | None) -> None:
        if status is not None:
            changed.put_nowait(status)

    async with LiveView(kafka, CHAT_STATE, JobStatus, prefix=f"{JOB}{job}") as view, kafka.producer() as producer:
        view.subscribe(listen)
        request = JobRequest(job=job, requested_by=by)
        key = f"{JOB_REQUEST}{request_id}".encode()
        await producer.send_and_wait(CHAT_STATE.name, encode(request), key=key, headers=HEADERS)
        while True:
            try:
                status = await asyncio.wait_for(changed.get(), settings.analytics.job_timeout_s + GRACE_S)
            except TimeoutError:
                raise StartupError(
                    f"The schedule has said nothing of {job} for {settings.analytics.job_timeout_s + GRACE_S:g} s; "
                    "`python -m analytics jobs` shows what became of the run."
                ) from None
            for run in status.runs:
                if run.request_id == request_id and status.name == job:
                    _show(run.stage or run.outcome.value, run.percent)
                    if run.outcome in ENDED:
                        return run


async def _run_here(settings: Settings, job: Job, by: str) -> JobRun:
    kafka, worker = Kafka(settings, IDENTITY), SparkWorker(settings, job.lane, brief=True)
    async with kafka.producer(linger_ms=0) as producer:
        history = await open_run_history(kafka, producer, settings)
        run = JobRun(run_id=uuid.uuid4().hex[:12], job=job.name, outcome=JobOutcome.WAITING, by=by)
        run = await history.begin(run)

        async def on_progress(progress: JobProgress) -> None:
            nonlocal run
            run = await history.go_on(run, progress)
            _show(run.stage, run.percent)

        try:
            ended = await worker.run_job(Order(job=job.name, run_id=run.run_id), on_progress)
        except asyncio.CancelledError:
            await history.end(run, Failed(reason=STOPPED))
            raise
        finally:
            await worker.close()
        return await history.end(run, ended)


def _schedule_runs(settings: Settings) -> bool:
    for entry in (settings.stack_dir / "run").glob("analytics.*.json"):
        pid = int(orjson.loads(entry.read_bytes())["pid"])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            continue
        except PermissionError:
            return True
        return True
    return False


def _show(stage: str, percent: int) -> None:
    sys.stderr.write(f"{percent:3d} %  {stage}\n")
    sys.stderr.flush()
