"""`python -m analytics run JOB`: by the running schedule if there is one, else by this process."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid

import orjson

from analytics import jobs
from analytics.identity import IDENTITY
from analytics.runs.run_history import open_run_history
from analytics.runs.worker_protocol import Failed, Finished, JobProgress, Order
from analytics.spark.session import session
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.jobs import JOB, JOB_REQUEST, JobOutcome, JobRequest, JobRun, JobStatus
from pipeline.contracts.messages import HEADERS, encode
from pipeline.contracts.topics import CHAT_STATE
from pipeline.kafka.live_view import LiveView

ENDED = (JobOutcome.DONE, JobOutcome.FAILED)


async def run_now(settings: Settings, name: str, by: str) -> JobRun:
    """Run a job to its end, with its progress on standard error. Raises StartupError for an unknown job."""
    job = jobs.named(name).name
    return await (_ask_schedule(settings, job, by) if _schedule_runs(settings) else _run_here(settings, job, by))


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
            status = await changed.get()
            for run in status.runs:
                if run.request_id == request_id and status.name == job:
                    _show(run.stage or run.outcome.value, run.percent)
                    if run.outcome in ENDED:
                        return run


async def _run_here(settings: Settings, job: str, by: str) -> JobRun:
    from analytics.runs.run_job import run_job

    kafka = Kafka(settings, IDENTITY)
    async with kafka.producer(linger_ms=0) as producer:
        history = await open_run_history(kafka, producer, settings)
        run = JobRun(run_id=uuid.uuid4().hex[:12], job=job, outcome=JobOutcome.WAITING, by=by)
        run = await history.begin(run)
        progresses: asyncio.Queue[JobProgress] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def report(stage: str, percent: int) -> None:
            loop.call_soon_threadsafe(progresses.put_nowait, JobProgress(stage=stage, percent=percent))

        def work() -> Finished | Failed:
            report("starting Spark", 0)
            with session(settings, brief=True) as spark:
                return run_job(spark, settings, Order(job=job, run_id=run.run_id), report)

        task = asyncio.create_task(asyncio.to_thread(work))
        while not task.done():
            getter = asyncio.create_task(progresses.get())
            await asyncio.wait({task, getter}, return_when=asyncio.FIRST_COMPLETED)
            if getter.done():
                run = await history.go_on(run, getter.result())
                _show(run.stage, run.percent)
            getter.cancel()
        return await history.end(run, task.result())


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
