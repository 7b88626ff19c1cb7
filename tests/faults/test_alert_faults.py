"""Real Alertmanager, a bot that is away and killed, a Telegram that misbehaves: each group is one card, and right."""

import asyncio
import contextlib
import os
import random
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from ops.stack.directory import StackDirectory
from ops.stack.running import RunningStack
from tests.bot.alerts.room import GROUP
from tests.bot.chat import Person, Seen
from tests.conftest import TEST_STACK_NAME, start_stack, wait_for_stack

pytestmark = [pytest.mark.system, pytest.mark.faults, pytest.mark.timeout(900)]
GROUPS = 100
AWAY_S = 30
KILLS = 5
PARTS = ("bot", "sandbox", "alertmanager")


@pytest.fixture(scope="module")
def room() -> Iterator[RunningStack]:
    """A stack with bot, sandbox and Alertmanager: of its own, or the one that YARMARKA_TEST_STACK names."""
    named = os.environ.get(TEST_STACK_NAME)
    if named and _has_parts(RunningStack(StackDirectory.at(Path(named)))):
        yield RunningStack(StackDirectory.at(Path(named)))
        return
    with tempfile.TemporaryDirectory(prefix="yarmarka-alerts-") as directory:
        process = start_stack(Path(directory), *PARTS)
        try:
            yield wait_for_stack(Path(directory), process)
        finally:
            process.terminate()
            process.wait()


def _has_parts(stack: RunningStack) -> bool:
    return set(PARTS) <= {part.name for part in stack.board().parts}


async def test_a_hundred_groups_each_one_card_and_right(room: RunningStack, unique: str) -> None:
    sandbox = room.part("sandbox").address
    names = [f"{unique}-{number:03}" for number in range(GROUPS)]
    async with aiohttp.ClientSession() as session:
        operator = Person(session, sandbox, 3001, GROUP)
        room.hold("bot", AWAY_S)
        await _fire(session, room, names, over=False)
        async with _misbehaving(session, sandbox):
            await _kill_at_random(room, random.Random(unique))  # noqa: S311 - sample data
            await _each_once(operator, names, "🔴")
        await _fire(session, room, names, over=True)
        await _each_once(operator, names, "✅")


async def _fire(session: aiohttp.ClientSession, room: RunningStack, names: list[str], *, over: bool) -> None:
    # An end that was once named cannot be moved forward: what fires names none, and lasts five minutes.
    now = datetime.now(UTC)
    alerts = [
        {
            "labels": {"alertname": "Storm", "service": name, "severity": "warning"},
            "annotations": {"summary": f"{name} is rough"},
            "startsAt": (now - timedelta(minutes=1)).isoformat(),
            **({"endsAt": now.isoformat()} if over else {}),
        }
        for name in names
    ]
    async with session.post(f"{room.part('alertmanager').address}/api/v2/alerts", json=alerts) as answer:
        assert answer.status == 200, await answer.text()


@contextlib.asynccontextmanager
async def _misbehaving(session: aiohttp.ClientSession, sandbox: str) -> AsyncIterator[None]:
    """Three calls in ten fail: too many requests, a fault of the server, an answer that is lost."""
    for kind, more in (("429", {}), ("500", {}), ("drop", {"delivered": True})):
        body = {"method": "*", "kind": kind, "probability": 0.1, "seconds": 600, **more}
        async with session.post(f"{sandbox}/faults", json=body) as answer:
            assert answer.status == 200, await answer.text()
    try:
        yield
    finally:
        await session.delete(f"{sandbox}/faults")


async def _kill_at_random(room: RunningStack, chance: random.Random) -> None:
    for _ in range(KILLS):
        status = await room.until("bot", lambda part: part.health.good and part.pid is not None, within=180)
        await asyncio.sleep(chance.uniform(0.1, 3.0))
        if status.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(status.pid, signal.SIGKILL)
        await room.until("bot", lambda part, dead=status.pid: part.pid != dead, within=60)  # type: ignore[misc]


async def _each_once(operator: Person, names: list[str], sign: str, within_s: float = 300.0) -> None:
    deadline = asyncio.get_running_loop().time() + within_s
    while True:
        seen = await operator.history()
        counts = [len(_of(seen, name)) for name in names]
        right = sum(bool(found := _of(seen, name)) and found[0].text.startswith(sign) for name in names)
        if counts == [1] * len(names) and right == len(names):
            return
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(
                f"{counts.count(0)} groups missing, {sum(n > 1 for n in counts)} doubled, {right} begin with {sign}"
            )
        await asyncio.sleep(0.5)


def _of(seen: list[Seen], name: str) -> list[Seen]:
    return [message for message in seen if f"{name} is rough" in message.text]
