"""The hold on the worker's process, with small programs in its place."""

import sys

from analytics.answers import Failed, Finished, Order, Progress
from analytics.warm import WarmWorker
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


def worker(program: str, timeout: float = 60) -> WarmWorker:
    settings = Settings(analytics=AnalyticsSettings(job_timeout_s=timeout, idle_close_s=10))
    return WarmWorker(settings, (sys.executable, "-I", "-c", program))


async def no_matter(_: Progress) -> None:
    return


async def test_one_process_serves_all_runs() -> None:
    warm, seen = worker(SAYS), list[Progress]()

    async def told(progress: Progress) -> None:
        seen.append(progress)

    assert await warm.perform(ORDER, told) == Finished(taken=1, written=2)
    pid = warm.pid
    assert await warm.perform(ORDER, told) == Finished(taken=1, written=2)
    assert (warm.pid, len(seen)) == (pid, 2)
    await warm.close_if_idle()
    assert warm.pid == pid
    await warm.close()
    assert warm.pid is None


async def test_a_process_that_is_killed_is_a_failed_run_and_the_next_has_a_new_one() -> None:
    warm = worker(DIES)
    first = await warm.perform(ORDER, no_matter)
    assert isinstance(first, Failed)
    assert "killed by SIGKILL" in first.reason
    assert warm.pid is None
    assert isinstance(await warm.perform(ORDER, no_matter), Failed)


async def test_a_run_that_takes_too_long_is_ended() -> None:
    warm = worker(HANGS, timeout=0.2)
    answer = await warm.perform(ORDER, no_matter)
    assert isinstance(answer, Failed)
    assert "YARMARKA_ANALYTICS__JOB_TIMEOUT_S" in answer.reason
    assert warm.pid is None
