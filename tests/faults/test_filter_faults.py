"""The filter under trouble: many changes at once, workers killed, stopped, and joined by others."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

import pytest

from ops.settings import Settings
from tests.faults.storm import PRODUCTS, Storm
from tests.pipeline.filter import market
from tests.pipeline.filter.workers import Worker

pytestmark = [pytest.mark.system, pytest.mark.faults, pytest.mark.timeout(600)]


async def _storm(settings: Settings, unique: str, trouble: Callable[[], Awaitable[None]]) -> None:
    storm = Storm(settings, f"{unique}x", seed=7)
    await asyncio.gather(storm.run(), trouble())
    found = await market.until_right(settings, f"{unique}x", within=180)
    assert len(found) > PRODUCTS * 0.9
    assert 0 < len(market.passed(found)) < len(found), "the storm should let some through and stop some"


async def test_rules_and_versions_at_the_same_time(settings: Settings, unique: str) -> None:
    worker = await Worker(settings).ready()
    try:
        await _storm(settings, unique, lambda: asyncio.sleep(0))
        assert worker.stop() == 0, worker.log()
    finally:
        worker.stop()


async def test_killed_and_started_again_and_again(settings: Settings, unique: str) -> None:
    workers = [await Worker(settings).ready()]

    async def kill() -> None:
        for _ in range(3):
            await asyncio.sleep(1.5)
            workers[-1].kill()
            workers.append(await Worker(settings).ready())

    try:
        await _storm(settings, unique, kill)
    finally:
        for worker in workers:
            worker.stop()


async def test_workers_join_and_leave(settings: Settings, unique: str) -> None:
    workers = [await Worker(settings).ready()]

    async def come_and_go() -> None:
        workers.append(await Worker(settings).ready())
        workers.append(await Worker(settings).ready())
        assert workers[0].stop() == 0, workers[0].log()
        workers[1].kill()

    try:
        await _storm(settings, unique, come_and_go)
    finally:
        for worker in workers:
            worker.stop()


async def test_a_worker_that_slept_past_its_time_spoils_nothing(settings: Settings, unique: str) -> None:
    """Stopped in the middle, given up by the group, woken when another has its partitions."""
    sleeper = await Worker(settings).ready()
    workers = [sleeper]

    async def sleep_long() -> None:
        await asyncio.sleep(0.7)
        sleeper.kill(signal.SIGSTOP)
        workers.append(await Worker(settings).ready())
        sleeper.kill(signal.SIGCONT)

    try:
        await _storm(settings, unique, sleep_long)
    finally:
        for worker in workers:
            worker.stop()
