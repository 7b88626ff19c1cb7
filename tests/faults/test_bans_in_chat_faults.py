"""The bot is killed at random moments while an admin bans and undoes: nothing is lost, nothing is done twice."""

import asyncio
import os
import random
import signal
from collections import Counter

import aiohttp
import pytest

from ops.kafka import Kafka
from ops.sandbox.server import running
from ops.stack.running import RunningStack
from pipeline.contracts.ban_requests import BAN_REQUEST, BanRequest
from pipeline.contracts.live_view import LiveView
from pipeline.contracts.messages import Ban
from pipeline.contracts.topics import BANS, CHAT_STATE
from tests.bot.admin.market import until
from tests.bot.admin.test_ban_system import audit
from tests.bot.chat import Person
from tests.bot.test_system import Running

pytestmark = [pytest.mark.system, pytest.mark.faults, pytest.mark.timeout(900)]
KILLS = 12


async def test_a_killed_bot_neither_loses_a_ban_nor_does_it_twice(stack: RunningStack, unique: str) -> None:
    chance = random.Random(20_261_124)  # noqa: S311 - moments to kill at
    async with running() as sandbox, aiohttp.ClientSession() as session:
        market = Running(stack, sandbox, session)
        maria = Person(session, sandbox.url, 2001, deadline_s=90)
        rules = [f"keyword:слово{number}{unique.replace('-', '')}" for number in range(KILLS)]
        for number, rule in enumerate(rules):
            async with market.service("bot") as bot:
                await maria.writes(f"/ban {rule}")
                asked = await maria.sees("Запретить", button="✅ Подтвердить")
                press = asyncio.create_task(maria.presses(asked, "✅ Подтвердить"))
                await asyncio.sleep(chance.uniform(0, 0.25))
                os.kill(bot.pid, signal.SIGKILL)
                await bot.wait()
                press.cancel()
                await asyncio.gather(press, return_exceptions=True)
            async with market.service("bot") as bot:
                # The press comes again, or was taken: either way the ban is finished without anybody's doing.
                banned = await maria.sees_change(asked, "Запрещено", button="↩️ Отменить")
                if number % 2:
                    press = asyncio.create_task(maria.presses(banned, "↩️ Отменить"))
                    await asyncio.sleep(chance.uniform(0, 0.25))
                    os.kill(bot.pid, signal.SIGKILL)
                    await bot.wait()
                    press.cancel()
                    await asyncio.gather(press, return_exceptions=True)
        async with market.service("bot"):
            await until(lambda: _settled(stack, rules), "every request finished")
    bans, requests = await _state(stack, rules)
    assert bans == {rule for number, rule in enumerate(rules) if not number % 2}
    assert Counter(request.status for request in requests) == {"confirmed": KILLS // 2, "undone": KILLS // 2}
    done = Counter((entry.action, entry.target) for entry in await audit(stack.settings) if entry.target in rules)
    assert done == {
        **{("ban", rule): 1 for rule in rules},
        **{("unban", rule): 1 for number, rule in enumerate(rules) if number % 2},
    }


async def _settled(stack: RunningStack, rules: list[str]) -> bool:
    _, requests = await _state(stack, rules)
    undone = sum(request.status == "undone" for request in requests)
    return undone == len(rules) // 2 and all(request.applied for request in requests)


async def _state(stack: RunningStack, rules: list[str]) -> tuple[set[str], list[BanRequest]]:
    kafka = Kafka(stack.settings, "bot")
    async with (
        LiveView(kafka, BANS, Ban) as bans,
        LiveView(kafka, CHAT_STATE, BanRequest, prefix=BAN_REQUEST) as requests,
    ):
        return {rule for rule in rules if rule in bans}, [one for _, one in requests.items() if one.rule in rules]
