"""One chat that is blocked for a minute, and ten thousand notices: what a thousand other people notice of it.

A sandbox with Telegram's own limits, and a bot over parts in memory: nothing else is running.
"""

import asyncio
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest

from bot.telegram.pace import Limits
from ops.sandbox.server import running
from tests.bot.core.test_trouble import holding_up
from tests.bot.world.alert_samples import payload
from tests.bot.world.crowd import notices, waits, worst
from tests.bot.world.operations import Operations
from tests.bot.world.world import World

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
PEOPLE, PER_SECOND = 1_000, 20
BLOCKED_S = 60.0
PATIENCE_S, CARD_WITHIN_S = 2.0, 5.0
HANGING, REFUSED = 1001, 1002
Record = Callable[[str, object], None]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with running(rate_limits=True) as sandbox, aiohttp.ClientSession() as session:
        made = World(sandbox, session)
        made.limits = Limits()
        yield made


async def test_with_a_chat_blocked_for_a_minute_a_thousand_people_are_answered_within_two_seconds(
    world: World, record_property: Record
) -> None:
    async with world.bot():
        slow = holding_up(world, "медленно")
        refusal = {"method": "sendMessage", "kind": "429", "retry_after": int(BLOCKED_S), "chat_id": REFUSED}
        async with world.session.post(f"{world.sandbox.url}/faults", json=refusal) as answer:
            assert answer.status == 200
        await world.person(HANGING).writes("медленно")
        await world.person(REFUSED).writes("Huawei")
        asyncio.get_running_loop().call_later(BLOCKED_S, slow.set)
        seconds = await waits(world, range(10_001, 10_001 + PEOPLE), PER_SECOND, BLOCKED_S)
        record_property("answers_p99_s", round(worst(seconds), 2))
        assert worst(seconds) <= PATIENCE_S


async def test_ten_thousand_notices_delay_neither_answers_nor_a_critical_card(
    world: World, record_property: Record
) -> None:
    operations = Operations(world)
    async with operations.bot():
        told = await notices(world, 10_000)
        answered = asyncio.create_task(waits(world, range(10_001, 10_201), 10, BLOCKED_S))
        cards = []
        for number in range(5):
            await asyncio.sleep(3)
            begun = asyncio.get_running_loop().time()
            await operations.notify(payload(f"Down{number}", f"group{number}"))
            await operations.operator().sees(f"Down{number}")
            cards.append(asyncio.get_running_loop().time() - begun)
        seconds = await answered
        record_property("answers_p99_s", round(worst(seconds), 2))
        record_property("cards_s", round(max(cards), 2))
        record_property("notices", len(told))
        assert worst(seconds) <= PATIENCE_S
        assert max(cards) <= CARD_WITHIN_S
        assert len(told) > 100
