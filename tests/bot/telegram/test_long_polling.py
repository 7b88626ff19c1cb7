"""No update is lost and none is handled twice, whatever the handlers and the network do."""

import asyncio
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError, TimedOut

from bot.telegram.long_polling import Polling, RawUpdate
from tests.waiting import until


class Telegram:
    """getUpdates: keeps updates until they are confirmed; fails as told."""

    def __init__(self, count: int, failures: Sequence[TelegramError] = ()) -> None:
        self.pending: dict[int, RawUpdate] = {number: {"update_id": number} for number in range(10, 10 + count)}
        self.confirmed: list[int] = []
        self._failures = list(failures)
        self.empty = asyncio.Event()

    async def __call__(self, offset: int, limit: int, timeout_s: int) -> Sequence[RawUpdate]:
        if self._failures:
            raise self._failures.pop(0)
        for number in [known for known in self.pending if known < offset]:
            self.confirmed.append(number)
            del self.pending[number]
        if not self.pending:
            self.empty.set()
            await asyncio.sleep(0.01)
        return list(self.pending.values())[:limit]


async def test_an_update_is_confirmed_only_after_it_was_handled() -> None:
    telegram = Telegram(3)
    taken: list[int] = []
    polling = Polling(telegram, lambda number, raw: taken.append(number), healthy=lambda holds: None)
    stopping = asyncio.Event()
    task = asyncio.create_task(polling.run(stopping))
    await until(lambda: len(taken) == 3, "three were taken", saw=lambda: taken)
    polling.done(11)
    polling.done(12)
    assert polling.offset == 10
    assert telegram.confirmed == []
    polling.done(10)
    await asyncio.wait_for(telegram.empty.wait(), 5)
    assert telegram.confirmed == [10, 11, 12]
    stopping.set()
    await task
    assert taken == [10, 11, 12]


@given(count=st.integers(0, 250), seed=st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_every_update_is_taken_once(count: int, seed: Random) -> None:
    async def play() -> None:
        telegram = Telegram(count)
        taken: list[int] = []

        def take(number: int, raw: RawUpdate) -> None:
            taken.append(number)
            asyncio.get_running_loop().call_later(seed.random() / 500, polling.done, number)

        polling = Polling(telegram, take, healthy=lambda holds: None)
        stopping = asyncio.Event()
        task = asyncio.create_task(polling.run(stopping))
        await asyncio.wait_for(telegram.empty.wait(), 20)
        stopping.set()
        await task
        assert taken == list(range(10, 10 + count))

    asyncio.run(play())


async def test_faults_of_the_network_are_waited_out_and_shown() -> None:
    telegram = Telegram(1, [TimedOut(), NetworkError("down"), Conflict("terminated by other getUpdates request")])
    health: list[bool] = []
    taken: list[int] = []
    polling = Polling(telegram, lambda number, raw: taken.append(number), healthy=health.append, pauses=lambda s: 0.0)
    stopping = asyncio.Event()
    task = asyncio.create_task(polling.run(stopping))
    await until(lambda: taken == [10], "the first was taken", saw=lambda: taken)
    stopping.set()
    await task
    assert health[:3] == [False, False, True]


async def test_a_token_that_is_no_longer_valid_ends_the_polling() -> None:
    polling = Polling(Telegram(0, [InvalidToken()]), lambda number, raw: None, healthy=lambda holds: None)
    with pytest.raises(InvalidToken):
        await polling.run(asyncio.Event())


async def test_what_is_handled_is_confirmed_at_the_stop_and_the_rest_is_not() -> None:
    telegram = Telegram(2)
    taken: list[int] = []
    polling = Polling(telegram, lambda number, raw: taken.append(number), healthy=lambda holds: None)
    stopping = asyncio.Event()
    task = asyncio.create_task(polling.run(stopping))
    await until(lambda: len(taken) == 2, "two were taken", saw=lambda: taken)
    stopping.set()
    await task
    polling.done(10)
    await polling.confirm()
    assert telegram.confirmed == [10]
    assert list(telegram.pending) == [11]
