"""The queue of runs, with a performer and a ledger's producer in memory."""

import asyncio
from collections.abc import Mapping

import pytest

from analytics.answers import Failed, Finished, Order, Progress
from analytics.jobs.job import Job, Rows
from analytics.ledger import INTERRUPTED, Ledger
from analytics.schedule import Schedule, crons
from analytics.warm import Told
from ops import metrics
from ops.errors import StartupError
from ops.settings import AnalyticsSettings
from pipeline.contracts.jobs import JobOutcome, JobRun, JobStatus
from pipeline.contracts.messages import decode

COUNTED = Job("count", "counts", lambda settings: settings.ingest_cron, lambda work: Rows(0, 0))
OTHER = Job("other", "waits", lambda settings: settings.compact_cron, lambda work: Rows(0, 0))


class Topic:
    """What the ledger has written, by key."""

    def __init__(self) -> None:
        self.written: list[tuple[str, JobStatus]] = []

    async def send_and_wait(self, _: str, value: bytes, *, key: bytes, headers: object) -> None:
        assert headers
        self.written.append((key.decode(), decode(JobStatus, value)))

    def last(self, job: str) -> JobStatus:
        return next(status for key, status in reversed(self.written) if key == f"job:{job}")


class Performer:
    """Does as it is told, when it is let."""

    def __init__(self, answer: Finished | Failed) -> None:
        self.answer = answer
        self.orders: list[str] = []
        self.may = asyncio.Event()
        self.may.set()
        self.began = asyncio.Event()
        self.most = self._now = 0

    async def perform(self, order: Order, told: Told) -> Finished | Failed:
        self.orders.append(order.job)
        self.began.set()
        self._now += 1
        self.most = max(self.most, self._now)
        await told(Progress(stage="counting", percent=50))
        await self.may.wait()
        self._now -= 1
        return self.answer

    async def close_if_idle(self) -> None:
        return


def book(topic: Topic, known: Mapping[str, JobStatus] | None = None) -> Ledger:
    return Ledger(topic, (COUNTED, OTHER), {"count": "*/5 * * * *"}, dict(known or {}))


async def until_ended(topic: Topic, job: str, runs: int = 1) -> JobStatus:
    async with asyncio.timeout(5):
        while True:
            ends = [status for key, status in topic.written if key == f"job:{job}"]
            if ends and sum(run.ended_at is not None for run in ends[-1].runs) >= runs:
                return ends[-1]
            await asyncio.sleep(0.005)


async def test_a_run_is_told_from_its_asking_to_its_end() -> None:
    topic, performer = Topic(), Performer(Finished(taken=7, written=3, note="seven"))
    ledger = book(topic)
    schedule = Schedule((COUNTED, OTHER), ledger, performer)
    work = asyncio.create_task(schedule.work())
    await schedule.ask("count", by="Anna", request_id="q1")
    run = (await until_ended(topic, "count")).last
    work.cancel()
    assert run is not None
    assert (run.outcome, run.by, run.request_id, run.rows_in, run.rows_out) == (JobOutcome.DONE, "Anna", "q1", 7, 3)
    outcomes = [status.last.outcome for _, status in topic.written if status.last is not None]
    assert [outcomes[0], outcomes[1]] == [JobOutcome.WAITING, JobOutcome.RUNNING]
    assert metrics.REGISTRY.get_sample_value("yarmarka_job_failed", {"job_name": "count"}) == 0


async def test_a_failure_has_its_reason_until_a_run_ends_well() -> None:
    topic, performer = Topic(), Performer(Failed(reason="HDFS is in safe mode."))
    ledger = book(topic)
    schedule = Schedule((COUNTED,), ledger, performer)
    labels = {"job_name": "count", "reason": "HDFS is in safe mode."}
    work = asyncio.create_task(schedule.work())
    await schedule.ask("count")
    await until_ended(topic, "count")
    assert metrics.REGISTRY.get_sample_value("yarmarka_job_failed", {"job_name": "count"}) == 1
    assert metrics.REGISTRY.get_sample_value("yarmarka_job_failure_info", labels) == 1
    performer.answer = Finished(taken=0, written=0)
    await schedule.ask("count")
    await until_ended(topic, "count", runs=2)
    work.cancel()
    assert metrics.REGISTRY.get_sample_value("yarmarka_job_failed", {"job_name": "count"}) == 0
    assert metrics.REGISTRY.get_sample_value("yarmarka_job_failure_info", labels) is None


async def test_runs_never_overlap_and_late_ones_are_one() -> None:
    topic, performer = Topic(), Performer(Finished(taken=0, written=0))
    performer.may.clear()
    schedule = Schedule((COUNTED, OTHER), book(topic), performer)
    work = asyncio.create_task(schedule.work())
    await schedule.ask("count")
    async with asyncio.timeout(5):
        await performer.began.wait()
    await schedule.due("count")
    assert await schedule.ask("other") is not None
    assert await schedule.ask("other") is None
    assert await schedule.ask("unheard of") is None
    performer.may.set()
    await until_ended(topic, "other")
    work.cancel()
    assert performer.orders == ["count", "other"]
    assert performer.most == 1
    assert topic.last("count").missed == 1


async def test_a_run_that_was_cut_off_is_run_again() -> None:
    cut = JobStatus(name="count", runs=(JobRun(run_id="r", job="count", outcome=JobOutcome.RUNNING),))
    topic = Topic()
    assert await book(topic, {"count": cut}).close_interrupted() == ["count"]
    last = topic.last("count").last
    assert last is not None
    assert (last.outcome, last.reason) == (JobOutcome.FAILED, INTERRUPTED)


def test_a_wrong_clock_is_named() -> None:
    with pytest.raises(StartupError, match=r"clock of the job count is `every day`"):
        crons((COUNTED,), AnalyticsSettings(ingest_cron="every day"))
