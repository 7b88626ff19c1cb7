"""Work that fails is started again: with growing pauses, without readiness, counted; and nothing else stops it."""

import asyncio
from time import monotonic

import pytest
from structlog.testing import capture_logs

from bot.core.background_tasks import Work, run_in_background
from ops import metrics
from tests.waiting import until

PAUSE_S = 0.05


class Failing:
    """Work that fails so many times, then goes on for ever, or is done."""

    def __init__(self, failures: int, error: BaseException | None = None, *, ends: bool = False) -> None:
        self.begun: list[float] = []
        self.stopped = False
        self._failures = failures
        self._error = error or ValueError("nobody expected this")
        self._ends = ends

    async def run(self) -> None:
        self.begun.append(monotonic())
        if len(self.begun) <= self._failures:
            raise self._error
        if self._ends:
            return
        try:
            await asyncio.Event().wait()
        finally:
            self.stopped = True


def restarts(name: str) -> float:
    return float(metrics.BACKGROUND_RESTARTS.labels(name)._value.get())


async def test_it_is_started_again_after_growing_pauses_and_counted() -> None:
    work, before = Failing(3), restarts("cards")
    async with run_in_background(Work("cards", work.run), first_pause_s=PAUSE_S):
        await until(lambda: len(work.begun) == 4, "the fourth start")
    pauses = [later - earlier for earlier, later in zip(work.begun, work.begun[1:], strict=False)]
    assert [pause >= PAUSE_S * 2**at for at, pause in enumerate(pauses)] == [True] * 3
    assert restarts("cards") - before == 3
    assert work.stopped


async def test_readiness_is_away_until_it_has_gone_on_for_a_while() -> None:
    work, told = Failing(2), list[tuple[str, bool]]()
    async with run_in_background(
        Work("cards", work.run),
        healthy=lambda name, holds: told.append((name, holds)),
        first_pause_s=PAUSE_S,
        steady_s=0.3,
    ):
        await until(lambda: len(work.begun) == 3, "the third start")
        assert told == [("cards", False)] * 2
        await until(lambda: told[-1] == ("cards", True), "it counts as well")
    assert monotonic() - work.begun[-1] >= 0.3


async def test_after_a_while_without_a_failure_the_pause_is_the_first_one_again() -> None:
    begun = 0

    async def unsteady() -> None:
        nonlocal begun
        begun += 1
        await asyncio.sleep(0.3 if begun == 3 else 0)
        raise ValueError("now and then")

    with capture_logs() as logs:
        async with run_in_background(Work("unsteady", unsteady), first_pause_s=PAUSE_S, steady_s=0.25):
            await until(lambda: begun == 5, "the fifth start")
    pauses = [entry["again_in_s"] for entry in logs if entry["event"] == "background_work_failed"]
    assert pauses[:4] == [PAUSE_S, 2 * PAUSE_S, PAUSE_S, 2 * PAUSE_S]


async def test_one_that_fails_stops_none_of_the_others_and_one_that_is_done_is_left_alone() -> None:
    failing, done, going = Failing(10**6), Failing(0, ends=True), Failing(0)
    works = [Work("failing", failing.run), Work("done", done.run), Work("going", going.run)]
    async with run_in_background(*works, first_pause_s=0.01):
        await until(lambda: len(failing.begun) > 3, "some starts")
        assert not going.stopped
    assert (len(done.begun), len(going.begun)) == (1, 1)


async def test_a_cancellation_that_is_not_ours_is_a_failure_like_any_other() -> None:
    work = Failing(1, asyncio.CancelledError())
    async with run_in_background(Work("cancelled", work.run), first_pause_s=PAUSE_S):
        await until(lambda: len(work.begun) == 2, "the second start")


async def test_at_the_end_everything_is_cancelled_even_in_a_pause() -> None:
    failing, going = Failing(10**6), Failing(0)
    with pytest.raises(RuntimeError, match="the bot ends"):
        async with run_in_background(Work("failing", failing.run), Work("going", going.run), first_pause_s=60):
            await until(lambda: bool(failing.begun and going.begun), "both have begun")
            raise RuntimeError("the bot ends")
    assert going.stopped
