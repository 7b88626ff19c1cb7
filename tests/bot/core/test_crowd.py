"""Many people at once: a slow chat, a flood, a 429 and thousands of notices are nobody else's trouble.

The same at full length, with a thousand people and Telegram's own limits, is in `tests/faults/test_chat_faults.py`.
"""

import asyncio
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.core.intake import QUEUE_DEPTH
from bot.telegram.pace import Limits
from ops.sandbox.server import running
from tests.bot.core.test_trouble import holding_up
from tests.bot.world.alert_samples import payload
from tests.bot.world.crowd import notices, waits, worst
from tests.bot.world.operations import Operations
from tests.bot.world.world import World
from tests.waiting import until

PATIENCE_S = 2.0
GROUP = -100500


@pytest.fixture
async def busy() -> AsyncIterator[World]:
    """A sandbox with Telegram's limits, and a bot that keeps them."""
    async with running(rate_limits=True) as sandbox, aiohttp.ClientSession() as session:
        world = World(sandbox, session)
        world.limits = Limits()
        async with world.bot():
            yield world


async def fault(world: World, **body: object) -> None:
    async with world.session.post(f"{world.sandbox.url}/faults", json=body) as answer:
        assert answer.status == 200, await answer.text()


async def test_a_chat_that_hangs_does_not_keep_hundreds_of_others_from_being_read(chat: World) -> None:
    slow = holding_up(chat, "медленно")
    await chat.person(1001).writes("медленно")
    # Telegram gives the earliest hundred from the offset: more of them need it to go on.
    seconds = await waits(chat, range(5_001, 5_241), 40, 20)
    assert worst(seconds) < PATIENCE_S, f"{sum(one >= PATIENCE_S for one in seconds)} of {len(seconds)} waited longer"
    slow.set()
    # What came of it, the list or a word of regret, is there.
    await chat.person(1001).sees()


async def test_what_telegram_will_not_take_for_a_while_waits_outside_of_the_update(chat: World) -> None:
    anna = chat.person(1001)
    await fault(chat, method="sendMessage", kind="429", retry_after=60, chat_id=1001)
    await anna.writes("умные часы")
    assert chat.running is not None
    deferred = chat.running.router.deferred
    await until(lambda: deferred.owed(1001) == 1, "the answer is deferred")
    assert max(await waits(chat, range(5_001, 5_011), 50, 20)) < PATIENCE_S


async def test_an_answer_that_was_deferred_outlives_the_bot(world: World) -> None:
    anna = world.person(1001)
    async with world.bot():
        await fault(world, method="sendMessage", kind="429", retry_after=60, chat_id=1001)
        await anna.writes("умные часы")
        assert world.running is not None
        deferred = world.running.router.deferred
        await until(lambda: deferred.owed(1001) == 1, "the answer is deferred")
        await world.person(1002).writes("Huawei")
        await world.person(1002).sees("4 products")
    # Telegram was told that both were read; the one without an answer is handled again, the other is not.
    assert len(world.sandbox.world.updates.pending) == 0
    async with world.bot():
        await anna.sees("12 товаров")
        await world.person(1002).writes("Xiaomi")
        await world.person(1002).sees("4 products")
    assert sum(seen.from_bot for seen in await world.person(1002).history()) == 2
    assert sum(seen.from_bot for seen in await anna.history()) == 1


async def test_a_burst_costs_only_who_sent_it_and_is_answered_in_its_order(busy: World) -> None:
    anna = busy.person(1001)
    for number in range(QUEUE_DEPTH):
        await anna.writes(f"часы {number}")
    assert max(await waits(busy, range(5_001, 5_021), 10, 20)) < PATIENCE_S
    async with asyncio.timeout(60):
        while sum(seen.from_bot for seen in await anna.history()) < QUEUE_DEPTH:
            await asyncio.sleep(0.2)
    answers = [seen.text for seen in await anna.history() if seen.from_bot]
    found = [re.search(r"часы (\d+)", text) for text in answers]
    assert [match and int(match[1]) for match in found] == list(range(QUEUE_DEPTH)), answers


async def test_in_a_group_at_its_limit_a_press_is_answered_at_once() -> None:
    async with running(rate_limits=True) as sandbox, aiohttp.ClientSession() as session:
        world = World(sandbox, session)
        world.limits = Limits()
        operations = Operations(world)
        async with operations.bot():
            operator, other = operations.operator(3001), operations.operator(3002)
            await operations.notify(payload())
            card = await operator.sees("ServiceDown")
            for _ in range(25):
                await operator.writes("/help")
            assert world.running is not None
            deferred = world.running.router.deferred
            await until(lambda: deferred.owed(GROUP) > 0, "the group has had its twenty a minute", within_s=30)
            async with asyncio.timeout(PATIENCE_S):
                toast = await other.presses(card, "✋ Acknowledge")
            assert "You're on it" in toast.text
            assert max(await waits(world, range(5_001, 5_011), 10, 20)) < PATIENCE_S


async def test_ten_thousand_notices_delay_neither_an_answer_nor_a_critical_card() -> None:
    async with running(rate_limits=True) as sandbox, aiohttp.ClientSession() as session:
        world = World(sandbox, session)
        world.limits = Limits()
        operations = Operations(world)
        async with operations.bot():
            told = await notices(world, 10_000)
            answered = asyncio.create_task(waits(world, range(5_001, 5_041), 8, 30))
            await asyncio.sleep(1)
            async with asyncio.timeout(5):
                await operations.notify(payload())
                await operations.operator().sees("ServiceDown")
            seconds = await answered
            assert worst(seconds) < PATIENCE_S, sorted(seconds)[-5:]
            # What is left of Telegram's limit goes to the notices, and costs the others nothing.
            assert len(told) > 50
