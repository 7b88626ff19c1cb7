"""The queue of runs, with a job runner and the history's producer in memory."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analytics.jobs.job import Job, JobResult
from analytics.lake.lock import Lane
from analytics.runs.run_history import INTERRUPTED, RunHistory
from analytics.runs.schedule import Retry, Schedule, crons, interval
from analytics.runs.spark_worker import OnProgress
from analytics.runs.worker_protocol import Failed, Finished, JobProgress, Order
from ops import metrics
from ops.settings import AnalyticsSettings
from pipeline.contracts.jobs import JobOutcome, JobRun, JobStatus
from pipeline.contracts.messages import decode
from tests.waiting import until

COUNTED = Job("count", "counts", lambda settings: settings.ingest_cron, lambda context: JobResult(0, 0))
OTHER = Job("other", "waits", lambda settings: settings.compact_cron, lambda context: JobResult(0, 0))


class Topic:
    """What the history has written, by key."""

    def __init__(self) -> None:
        self.written: list[tuple[str, JobStatus]] = []

    async def send_and_wait(self, _: str, value: bytes, *, key: bytes, headers: object) -> None:
        assert headers
        self.written.append((key.decode(), decode(JobStatus, value)))

    def last(self, job: str) -> JobStatus:
        return next(status for key, status in reversed(self.written) if key == f"job:{job}")


class FakeRunner:
    """Runs what it gets, when it is let."""

    def __init__(self, ends_with: Finished | Failed) -> None:
        self.ends_with = ends_with
        self.orders: list[str] = []
        self.may = asyncio.Event()
        self.may.set()
        self.began = asyncio.Event()
        self.most = self._now = 0

    async def run_job(self, order: Order, on_progress: OnProgress) -> Finished | Failed:
        self.orders.append(order.job)
        self.began.set()
        self._now += 1
        self.most = max(self.most, self._now)
        await on_progress(JobProgress(stage="counting", percent=50))
        await self.may.wait()
        self._now -= 1
        return self.ends_with

    async def close_if_idle(self) -> None:
        return


def run_history(topic: Topic, known: Mapping[str, JobStatus] | None = None) -> RunHistory:
    return RunHistory(topic, (COUNTED, OTHER), {"count": "*/5 * * * *"}, dict(known or {}))


async def until_ended(topic: Topic, job: str, runs: int = 1) -> JobStatus:
    def ended() -> bool:
        told = [status for key, status in topic.written if key == f"job:{job}"]
        return bool(told) and sum(run.ended_at is not None for run in told[-1].runs) >= runs

    await until(ended, f"{job} has ended {runs} times", look_s=0.005)
    return topic.last(job)


async def test_a_run_is_recorded_from_its_request_to_its_end() -> None:
    topic, runner = Topic(), FakeRunner(Finished(taken=7, written=3, note="seven"))
    history = run_history(topic)
    schedule = Schedule((COUNTED, OTHER), history, {Lane.LONG: runner})
    work = asyncio.create_task(schedule.work())
    await schedule.enqueue("count", by="Anna", request_id="q1")
    run = (await until_ended(topic, "count")).last
    work.cancel()
    assert run is not None
    assert (run.outcome, run.by, run.request_id, run.rows_in, run.rows_out) == (JobOutcome.DONE, "Anna", "q1", 7, 3)
    outcomes = [status.last.outcome for _, status in topic.written if status.last is not None]
    assert [outcomes[0], outcomes[1]] == [JobOutcome.WAITING, JobOutcome.RUNNING]
    assert metrics.REGISTRY.get_sample_value("yarmarka_job_failed", {"job_name": "count"}) == 0


async def test_a_failure_has_its_reason_until_a_run_ends_well() -> None:
    topic, runner = Topic(), FakeRunner(Failed(reason="HDFS is in safe mode."))
    history = run_history(topic)
    schedule = Schedule((COUNTED,), history, {Lane.LONG: runner})
    labels = {"job_name": "count", "reason": "HDFS is in safe mode."}
    work = asyncio.create_task(schedule.work())
    await schedule.enqueue("count")
    await until_ended(topic, "count")
    assert metrics.REGISTRY.get_sample_value("yarmarka_job_failed", {"job_name": "count"}) == 1
    assert metrics.REGISTRY.get_sample_value("yarmarka_job_failure_info", labels) == 1
    runner.ends_with = Finished(taken=0, written=0)
    await schedule.enqueue("count")
    await until_ended(topic, "count", runs=2)
    work.cancel()
    assert metrics.REGISTRY.get_sample_value("yarmarka_job_failed", {"job_name": "count"}) == 0
    assert metrics.REGISTRY.get_sample_value("yarmarka_job_failure_info", labels) is None


async def test_runs_never_overlap_and_late_ones_are_one() -> None:
    topic, runner = Topic(), FakeRunner(Finished(taken=0, written=0))
    runner.may.clear()
    schedule = Schedule((COUNTED, OTHER), run_history(topic), {Lane.LONG: runner})
    work = asyncio.create_task(schedule.work())
    await schedule.enqueue("count")
    async with asyncio.timeout(5):
        await runner.began.wait()
    await schedule.due("count")
    assert await schedule.enqueue("other") is not None
    assert await schedule.enqueue("other") is None
    assert await schedule.enqueue("unheard of") is None
    runner.may.set()
    await until_ended(topic, "other")
    work.cancel()
    assert runner.orders == ["count", "other"]
    assert runner.most == 1
    assert topic.last("count").missed == 1


async def test_what_takes_in_news_does_not_wait_for_what_takes_long() -> None:
    topic, long, intake = Topic(), FakeRunner(Finished(taken=0, written=0)), FakeRunner(Finished(taken=1, written=1))
    long.may.clear()
    quick = replace(COUNTED, lane=Lane.INTAKE)
    schedule = Schedule((quick, OTHER), run_history(topic), {Lane.LONG: long, Lane.INTAKE: intake})
    work = asyncio.create_task(schedule.work())
    await schedule.enqueue("other")
    async with asyncio.timeout(5):
        await long.began.wait()
    behind = await schedule.enqueue("other", by="Anna", request_id="q1")
    assert behind is not None
    assert behind.stage == "waiting for other"
    await schedule.enqueue("count", by="a ban")
    status = await until_ended(topic, "count")
    work.cancel()
    assert status.last is not None
    assert (status.last.outcome, long.orders, intake.orders) == (JobOutcome.DONE, ["other"], ["count"])


async def test_what_failed_is_tried_again_so_often_and_what_a_person_asked_for_is_not() -> None:
    topic, runner = Topic(), FakeRunner(Failed(reason="HDFS is in safe mode."))
    schedule = Schedule((COUNTED, OTHER), run_history(topic), {Lane.LONG: runner}, Retry(times=2, pause_s=0.01))
    work = asyncio.create_task(schedule.work())
    await schedule.enqueue("other", by="Anna", request_id="q1")
    await schedule.enqueue("count")
    await until_ended(topic, "count", runs=3)
    await asyncio.sleep(0.1)
    work.cancel()
    assert runner.orders == ["other", "count", "count", "count"]


async def test_a_run_that_was_cut_off_is_run_again() -> None:
    cut = JobStatus(name="count", runs=(JobRun(run_id="r", job="count", outcome=JobOutcome.RUNNING),))
    topic = Topic()
    assert await run_history(topic, {"count": cut}).close_interrupted() == ["count"]
    last = topic.last("count").last
    assert last is not None
    assert (last.outcome, last.reason) == (JobOutcome.FAILED, INTERRUPTED)


async def test_who_waited_behind_it_is_closed_too_and_the_order_stays() -> None:
    outcomes = (JobOutcome.WAITING, JobOutcome.RUNNING, JobOutcome.DONE)
    runs = tuple(JobRun(run_id=f"r{n}", job="count", outcome=outcome) for n, outcome in enumerate(outcomes))
    topic = Topic()
    history = run_history(topic, {"count": JobStatus(name="count", runs=runs)})
    assert await history.close_interrupted() == ["count"]
    after = topic.last("count").runs
    assert [(run.run_id, run.outcome) for run in after] == [
        ("r0", JobOutcome.FAILED), ("r1", JobOutcome.FAILED), ("r2", JobOutcome.DONE),
    ]  # fmt: skip


@pytest.mark.parametrize(("cron", "seconds"), [("*/5 * * * *", 300), ("30 3 * * *", 86_400), ("0 0 30 2 *", 0)])
def test_how_old_results_may_be_follows_from_the_clock(cron: str, seconds: float) -> None:
    trigger = crons((COUNTED,), AnalyticsSettings(ingest_cron=cron))["count"]
    assert interval(trigger, datetime(2026, 11, 28, 3, 7, tzinfo=UTC)) == seconds


def test_results_are_as_old_after_a_start_as_before() -> None:
    at = datetime(2026, 11, 27, tzinfo=UTC)
    runs = (
        JobRun(run_id="b", job="count", outcome=JobOutcome.FAILED, reason="HDFS is in safe mode.", ended_at=at),
        JobRun(run_id="a", job="count", outcome=JobOutcome.DONE, ended_at=at),
    )
    run_history(Topic(), {"count": JobStatus(name="count", runs=runs)})
    labels = {"job_name": "count"}
    value = metrics.REGISTRY.get_sample_value("yarmarka_job_last_success_timestamp_seconds", labels)
    assert (value, metrics.REGISTRY.get_sample_value("yarmarka_job_failed", labels)) == (at.timestamp(), 1)
