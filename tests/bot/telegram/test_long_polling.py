"""No update is lost and none is handled twice, whatever the handlers and the network do."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError, TimedOut

from bot.telegram.long_polling import MOST_IN_WORK, Polling
from bot.telegram.update_journal import RawUpdate, UpdateJournal
from ops.sandbox.errors import WEBHOOK_ACTIVE


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
        # A call takes its time, whatever comes of it.
        await asyncio.sleep(0.001 if self.pending else 0.01)
        return list(self.pending.values())[:limit]


class MemoryJournal:
    """Keeps updates while there is room."""

    def __init__(self) -> None:
        self.kept: dict[int, RawUpdate] = {}
        self.room = True
        self.flushed = 0

    def keep(self, updates: Mapping[int, RawUpdate]) -> bool:
        if self.room:
            self.kept |= updates
        return self.room

    def done(self, update_id: int) -> None:
        self.kept.pop(update_id, None)

    def flush(self) -> None:
        self.flushed += 1


class Unhooking:
    """A webhook that is removed, which is counted."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self) -> None:
        self.count += 1


def polling(
    telegram: Telegram,
    take: Callable[[int, RawUpdate], None],
    *,
    journal: MemoryJournal | UpdateJournal | None = None,
    healthy: Callable[[bool], None] = lambda holds: None,
    unhook: Callable[[], Awaitable[None]] | None = None,
) -> Polling:
    return Polling(
        telegram,
        take,
        journal=journal or MemoryJournal(),
        healthy=healthy,
        unhook=unhook or Unhooking(),
        pauses=lambda pause_s: 0.0,
    )


@contextlib.asynccontextmanager
async def at_work(polling: Polling) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    task = asyncio.create_task(polling.run(stopping))
    try:
        yield
    finally:
        stopping.set()
        await task


async def test_reading_goes_on_whatever_is_not_handled_and_nothing_unhandled_is_only_in_memory() -> None:
    telegram, journal = Telegram(350), MemoryJournal()
    taken: list[int] = []

    def take(number: int, raw: RawUpdate) -> None:
        taken.append(number)
        if number != 10:
            asyncio.get_running_loop().call_soon(reading.done, number)

    reading = polling(telegram, take, journal=journal)
    async with at_work(reading):
        await _until(lambda: len(taken) == 350 and not telegram.pending)
    assert taken == list(range(10, 360))
    assert journal.kept == {10: {"update_id": 10}}
    # Nothing is confirmed before it is handled or kept.
    assert telegram.confirmed == taken


async def test_without_room_in_the_journal_nothing_unhandled_is_confirmed() -> None:
    telegram, journal = Telegram(3), MemoryJournal()
    journal.room = False
    taken: list[int] = []
    reading = polling(telegram, lambda number, raw: taken.append(number), journal=journal)
    async with at_work(reading):
        await _until(lambda: len(taken) == 3)
        reading.done(11)
        reading.done(12)
        await asyncio.sleep(0.1)
        assert (reading.offset, telegram.confirmed) == (10, [])
        # There is room again: what waited is kept, and confirmed.
        journal.room = True
        await _until(lambda: not telegram.pending)
        assert list(journal.kept) == [10]
        reading.done(10)
        assert journal.kept == {}
    assert taken == [10, 11, 12]


async def test_more_than_memory_may_hold_is_left_to_telegram(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.long_polling.MOST_IN_WORK", 200)
    assert MOST_IN_WORK > 1_000
    telegram = Telegram(1_000)
    taken: list[int] = []
    reading = polling(telegram, lambda number, raw: taken.append(number))
    async with at_work(reading):
        await _until(lambda: len(taken) >= 200)
        await asyncio.sleep(0.1)
        assert len(taken) == 200
        for number in list(taken):
            reading.done(number)
        await _until(lambda: len(taken) == 400)


@given(count=st.integers(0, 250), seed=st.randoms(use_true_random=False), room=st.booleans())
@settings(max_examples=20, deadline=None)
def test_every_update_is_taken_once(count: int, seed: Random, room: bool) -> None:
    async def play() -> None:
        telegram, journal = Telegram(count), MemoryJournal()
        journal.room = room
        taken: list[int] = []

        def take(number: int, raw: RawUpdate) -> None:
            taken.append(number)
            asyncio.get_running_loop().call_later(seed.random() / 500, reading.done, number)

        reading = polling(telegram, take, journal=journal)
        async with at_work(reading):
            await asyncio.wait_for(telegram.empty.wait(), 20)
        assert taken == list(range(10, 10 + count))

    asyncio.run(play())


async def test_what_an_earlier_life_kept_is_not_taken_when_telegram_sends_it_again() -> None:
    telegram = Telegram(3)
    taken: list[int] = []
    reading = polling(telegram, lambda number, raw: taken.append(number))
    reading.resume([11], [10, 11])
    async with at_work(reading):
        await _until(lambda: not telegram.pending)
    assert taken == [12]


async def test_numbers_below_those_of_an_earlier_life_are_taken() -> None:
    telegram = Telegram(3)
    taken: list[int] = []
    reading = polling(telegram, lambda number, raw: taken.append(number))
    reading.resume([5_000], [4_999, 5_000])
    async with at_work(reading):
        await _until(lambda: not telegram.pending)
    assert taken == [10, 11, 12]


async def test_what_was_handled_is_not_handled_again_after_a_kill_though_nothing_else_came(tmp_path: Path) -> None:
    telegram, journal = Telegram(1), UpdateJournal(tmp_path / "bot", "7")
    reading = polling(telegram, lambda number, raw: None, journal=journal)

    def left_by_a_kill() -> list[RawUpdate]:
        copied = shutil.copytree(tmp_path / "bot", tmp_path / "copy", dirs_exist_ok=True)
        with contextlib.closing(UpdateJournal(copied, "7")) as next_life:
            return next_life.left()

    async with at_work(reading):
        await _until(lambda: telegram.confirmed == [10])
        assert left_by_a_kill() == [{"update_id": 10}]
        reading.done(10)
        await _until(lambda: not left_by_a_kill())
    journal.close()


async def test_faults_of_the_network_are_waited_out_and_shown() -> None:
    telegram = Telegram(1, [TimedOut(), NetworkError("down"), Conflict("terminated by other getUpdates request")])
    health: list[bool] = []
    taken: list[int] = []
    unhook = Unhooking()
    reading = polling(telegram, lambda number, raw: taken.append(number), healthy=health.append, unhook=unhook)
    async with at_work(reading):
        await _until(lambda: taken == [10])
    assert health[:3] == [False, False, True]
    assert unhook.count == 0


async def test_a_webhook_is_removed_once() -> None:
    conflict = Conflict(WEBHOOK_ACTIVE)
    telegram, unhook = Telegram(1, [conflict, conflict]), Unhooking()
    taken: list[int] = []
    async with at_work(polling(telegram, lambda number, raw: taken.append(number), unhook=unhook)):
        await _until(lambda: taken == [10])
    assert unhook.count == 1, "one that comes back is another program's"


async def test_a_token_that_is_no_longer_valid_ends_the_polling() -> None:
    reading = polling(Telegram(0, [InvalidToken()]), lambda number, raw: None)
    with pytest.raises(InvalidToken):
        await reading.run(asyncio.Event())


async def test_what_was_read_is_confirmed_at_the_stop_and_what_was_not_handled_is_kept() -> None:
    telegram, journal = Telegram(2), MemoryJournal()
    taken: list[int] = []
    reading = polling(telegram, lambda number, raw: taken.append(number), journal=journal)
    async with at_work(reading):
        await _until(lambda: len(taken) == 2)
    reading.done(10)
    await reading.confirm()
    assert telegram.confirmed == [10, 11]
    assert list(journal.kept) == [11]
    assert journal.flushed


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)
