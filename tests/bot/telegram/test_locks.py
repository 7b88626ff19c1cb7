"""Locks by key: one at a time for each, nobody waits for another key, and nothing is left behind."""

import asyncio

import pytest

from bot.telegram.locks import LocksByKey

WITHIN_S = 5.0


async def test_of_one_key_there_is_one_at_a_time_in_the_order_in_which_they_came() -> None:
    locks, inside, most, order = LocksByKey(), 0, 0, list[int]()

    async def work(number: int) -> None:
        nonlocal inside, most
        async with locks.of("anna"):
            inside += 1
            most = max(most, inside)
            order.append(number)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.wait_for(asyncio.gather(*map(work, range(20))), WITHIN_S)
    assert most == 1
    assert order == list(range(20))


async def test_another_key_is_not_held_up() -> None:
    locks, held = LocksByKey(), asyncio.Event()

    async def hold() -> None:
        async with locks.of("anna"):
            await held.wait()

    holding = asyncio.create_task(hold())
    await asyncio.sleep(0)
    async with asyncio.timeout(WITHIN_S), locks.of("oliver"), locks.of(("anna", 1)):
        assert not holding.done()
    held.set()
    await asyncio.wait_for(holding, WITHIN_S)


async def test_an_exception_frees_the_key_and_passes_through() -> None:
    locks = LocksByKey()
    with pytest.raises(RuntimeError, match="ours"):
        async with locks.of("anna"):
            raise RuntimeError("ours")
    async with asyncio.timeout(WITHIN_S), locks.of("anna"):
        pass


async def test_who_gives_up_waiting_neither_holds_up_nor_lets_in_the_others() -> None:
    locks, held, inside = LocksByKey(), asyncio.Event(), list[str]()

    async def work(name: str) -> None:
        async with locks.of("anna"):
            inside.append(name)
            await held.wait()

    tasks = {name: asyncio.create_task(work(name)) for name in ("first", "gives up", "third")}
    await asyncio.sleep(0)
    tasks["gives up"].cancel()
    await asyncio.wait((tasks["gives up"],))
    await asyncio.sleep(0)
    assert inside == ["first"]
    held.set()
    await asyncio.wait_for(asyncio.gather(tasks["first"], tasks["third"]), WITHIN_S)
    assert inside == ["first", "third"]
    assert not locks._held


async def test_nothing_is_kept_of_keys_that_nobody_uses() -> None:
    locks = LocksByKey()
    async with locks.of("anna"):
        assert list(locks._held) == ["anna"]
        waiting = asyncio.create_task(_once(locks, "anna"))
        await asyncio.sleep(0)
    assert list(locks._held) == ["anna"], "somebody waits for it"
    await asyncio.wait_for(waiting, WITHIN_S)
    for number in range(1000):
        await _once(locks, number)
    with pytest.raises(RuntimeError):
        async with locks.of("anna"):
            raise RuntimeError
    assert not locks._held


async def _once(locks: LocksByKey, key: object) -> None:
    async with locks.of(key):
        await asyncio.sleep(0)
