"""`python -m analytics run JOB`: by the running schedule if there is one, else by this process."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid

import orjson

from analytics import jobs
from analytics.answers import Failed, Finished, Order, Progress
from analytics.schedule_command import open_ledger
from analytics.spark import IDENTITY, session
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.jobs import JOB, JOB_REQUEST, JobOutcome, JobRequest, JobRun, JobStatus
from pipeline.contracts.messages import HEADERS, encode
from pipeline.contracts.topics import CHAT_STATE
from pipeline.kafka.live_view import LiveView

ENDED = (JobOutcome.DONE, JobOutcome.FAILED)


async def run(settings: Settings, name: str, by: str) -> JobRun:
    """Run a job to its end, with its progress on standard error. Raises StartupError for an unknown job."""
    job = jobs.named(name).name
    return await (_ask(settings, job, by) if _schedule_runs(settings) else _perform(settings, job, by))


def told(run: JobRun) -> str:
    """A run's end in one line."""
    seconds = (run.ended_at - run.started_at).total_seconds() if run.ended_at and run.started_at else 0.0
    if run.outcome is JobOutcome.FAILED:
        return f"{run.job} failed after {seconds:.1f} s: {run.reason}"
    note = f" ({run.stage})" if run.stage else ""
    return f"{run.job} done in {seconds:.1f} s: {run.rows_in:,} rows in, {run.rows_out:,} rows out{note}"


async def statuses(settings: Settings) -> list[JobStatus]:
    """What is known of every job."""
    async with LiveView(Kafka(settings, IDENTITY), CHAT_STATE, JobStatus, prefix=JOB) as view:
        known = {key.removeprefix(JOB): status for key, status in view.items()}
    return [known.get(job.name, JobStatus(name=job.name, about=job.about)) for job in jobs.JOBS]


async def _ask(settings: Settings, job: str, by: str) -> JobRun:
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


async def _perform(settings: Settings, job: str, by: str) -> JobRun:
    from analytics.performing import perform

    kafka = Kafka(settings, IDENTITY)
    async with kafka.producer(linger_ms=0) as producer:
        ledger = await open_ledger(kafka, producer, settings)
        run = JobRun(run_id=uuid.uuid4().hex[:12], job=job, outcome=JobOutcome.WAITING, by=by)
        run = await ledger.begin(run)
        progresses: asyncio.Queue[Progress] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def report(stage: str, percent: int) -> None:
            loop.call_soon_threadsafe(progresses.put_nowait, Progress(stage=stage, percent=percent))

        def work() -> Finished | Failed:
            report("starting Spark", 0)
            with session(settings, brief=True) as spark:
                return perform(spark, settings, Order(job=job, run_id=run.run_id), report)

        task = asyncio.create_task(asyncio.to_thread(work))
        while not task.done():
            getter = asyncio.create_task(progresses.get())
            await asyncio.wait({task, getter}, return_when=asyncio.FIRST_COMPLETED)
            if getter.done():
                run = await ledger.go_on(run, getter.result())
                _show(run.stage, run.percent)
            getter.cancel()
        return await ledger.end(run, task.result())


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
