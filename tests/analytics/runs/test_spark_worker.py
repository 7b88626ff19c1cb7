"""The Spark worker, with small programs in the place of its process."""

import sys

from analytics.runs.spark_worker import SparkWorker
from analytics.runs.worker_protocol import Failed, Finished, JobProgress, Order
from ops.settings import AnalyticsSettings, Settings

SAYS = """\
import sys
for order in sys.stdin:
    print('{"kind": "progress", "stage": "half", "percent": 50}', flush=True)
    print('{"kind": "finished", "taken": 1, "written": 2}', flush=True)
"""
DIES = "import os, sys; sys.stdin.readline(); os.kill(os.getpid(), 9)"
HANGS = "import sys, time; sys.stdin.readline(); time.sleep(600)"
ORDER = Order(job="count", run_id="r")


def spark_worker(program: str, timeout: float = 60) -> SparkWorker:
    settings = Settings(analytics=AnalyticsSettings(job_timeout_s=timeout, idle_close_s=10))
    return SparkWorker(settings, command=(sys.executable, "-I", "-c", program))


async def no_matter(_: JobProgress) -> None:
    return


async def test_one_process_serves_all_runs() -> None:
    spark, seen = spark_worker(SAYS), list[JobProgress]()

    async def on_progress(progress: JobProgress) -> None:
        seen.append(progress)

    assert await spark.run_job(ORDER, on_progress) == Finished(taken=1, written=2)
    pid = spark.pid
    assert await spark.run_job(ORDER, on_progress) == Finished(taken=1, written=2)
    assert (spark.pid, len(seen)) == (pid, 2)
    await spark.close_if_idle()
    assert spark.pid == pid
    await spark.close()
    assert spark.pid is None


async def test_a_process_that_is_killed_is_a_failed_run_and_the_next_has_a_new_one() -> None:
    spark = spark_worker(DIES)
    first = await spark.run_job(ORDER, no_matter)
    assert isinstance(first, Failed)
    assert "killed by SIGKILL" in first.reason
    assert spark.pid is None
    assert isinstance(await spark.run_job(ORDER, no_matter), Failed)


async def test_a_run_that_takes_too_long_is_ended() -> None:
    spark = spark_worker(HANGS, timeout=0.2)
    reply = await spark.run_job(ORDER, no_matter)
    assert isinstance(reply, Failed)
    assert "YARMARKA_ANALYTICS__JOB_TIMEOUT_S" in reply.reason
    assert spark.pid is None
