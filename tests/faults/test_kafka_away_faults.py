"""Kafka stopped for a minute while people search, open cards, press /language and /ban: what each saw, and when."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter

import aiohttp
import pytest

from ops.kafka import Kafka
from ops.sandbox.server import running as sandbox_running
from ops.stack.running import RunningStack
from pipeline.contracts.messages import HEADERS, encode
from pipeline.contracts.topics import FILTERED_PRODUCTS
from tests.bot.test_system import Running
from tests.bot.world.alert_samples import payload
from tests.bot.world.memory import product
from tests.bot.world.operations import GROUP
from tests.bot.world.person import Person, Seen
from tests.conftest import own_stack
from tests.faults.ports import free_port

pytestmark = [pytest.mark.system, pytest.mark.faults, pytest.mark.timeout(900)]
AWAY_S = 75.0
SAID_WITHIN_S = 5.0
TOLD_WITHIN_S = 120.0
# A word of our own.
WORD = "зюзюбра"
PRODUCTS = 12
READY_WITHIN_S = 300
NOT_SAVED = "Не получилось это сохранить"


@dataclass
class Table:
    """Who did what, what they saw, and after how many seconds."""

    begun: float = field(default_factory=perf_counter)
    rows: list[tuple[float, str, str, float]] = field(default_factory=list)

    async def time(self, what: str, act: Callable[[], Awaitable[str]]) -> str:
        at = perf_counter()
        said = await act()
        self.rows.append((at - self.begun, what, said.partition("\n")[0][:70], perf_counter() - at))
        return said

    def slowest(self, what: str) -> float:
        return max(seconds for _, name, _, seconds in self.rows if name == what)

    def shown(self) -> str:
        return "\n".join(f"{at:6.1f} s  {what:<22} {took:5.2f} s  {said}" for at, what, said, took in self.rows)


@dataclass(frozen=True)
class People:
    """Who is there while Kafka is away: each in a chat of their own."""

    running: Running
    table: Table

    def person(self, user_id: int) -> Person:
        return Person(self.running.session, self.running.sandbox.url, user_id, deadline_s=60)

    async def searching(self, until: float) -> None:
        """Search, open a card, turn a page, over and over."""
        anna, number = self.person(1001), 0
        while perf_counter() < until:
            number += 1
            await self.table.time("search", partial(writes, anna, f"{WORD} {number % 7}"))
            found = await anna.sees(button="1")
            await self.table.time("card", partial(presses, anna, found, "1"))
            await asyncio.sleep(1)

    async def choosing(self, until: float) -> None:
        """Choose another language, over and over."""
        boris = self.person(1003)
        while perf_counter() < until:
            await self.table.time("/language", lambda: writes(boris, "/language en"))
            await asyncio.sleep(3)

    async def banning(self, until: float, asked: list[Seen], admin: Person) -> None:
        """Press Confirm of a request that was asked while all was well, and ask for another, over and over."""
        while perf_counter() < until:
            await self.table.time("/ban, confirmed", lambda: presses(admin, asked[0], "🚫 Запретить на будущее"))
            await self.table.time("/ban", lambda: writes(admin, "/ban keyword:никогда — проверка навсегда"))
            await asyncio.sleep(3)


async def writes(person: Person, text: str) -> str:
    await person.writes(text)
    return (await person.sees()).text


async def presses(person: Person, message: Seen, button: str) -> str:
    before = len(await person.history())
    toast = await person.presses(message, button)
    if toast.text:
        return toast.text
    async with asyncio.timeout(60):
        while len(history := await person.history()) == before:
            await asyncio.sleep(0.02)
    return history[-1].text


async def test_people_go_on_and_operators_know(unique: str) -> None:
    with own_stack("away", "topics") as stack:
        async with sandbox_running() as sandbox, aiohttp.ClientSession() as session:
            port = free_port()
            more = {
                "YARMARKA_BOT__ALERT_CHATS": str(GROUP),
                "YARMARKA_BOT__WEBHOOK_PORT": str(port),
                "YARMARKA_BOT__ALERTMANAGER_URL": "",
                "YARMARKA_TELEGRAM__CHAT_PER_SECOND": "30",
            }
            running = Running(stack, sandbox, session, more)
            async with running.service("pipeline", "index"), running.service("bot") as bot:
                await _offered(stack)
                await _away(running, bot, port, unique)


async def _offered(stack: RunningStack) -> None:
    async with Kafka(stack.settings, "filter").producer() as producer:
        for number in range(PRODUCTS):
            offer = product(f"zz-{number}", f"{WORD} {number} полосатая", 100.0 + number)
            await producer.send_and_wait(
                FILTERED_PRODUCTS.name, encode(offer), key=offer.offer_id.encode(), headers=HEADERS
            )


async def _until_found(person: Person) -> None:
    async with asyncio.timeout(READY_WITHIN_S):
        while f"{PRODUCTS} товаров" not in await writes(person, WORD):
            await asyncio.sleep(1)


async def _away(running: Running, bot: asyncio.subprocess.Process, port: int, unique: str) -> None:
    stack = running.stack
    operator = Person(running.session, running.sandbox.url, 3001, GROUP, deadline_s=TOLD_WITHIN_S)
    people = People(running, table := Table())
    admin = people.person(2001)
    await _until_found(people.person(1005))
    await admin.writes(f"/ban keyword:{WORD}никто — проверка навсегда")
    asked = await admin.sees("Запретить", button="🚫 Запретить на будущее")
    stack.hold("kafka", AWAY_S)
    await stack.until("kafka", lambda status: not status.health.good, within=60)
    table.begun = perf_counter()
    until = table.begun + AWAY_S - 10
    told = asyncio.create_task(operator.sees("🆘"))
    works = asyncio.gather(people.searching(until), people.choosing(until), people.banning(until, [asked], admin))
    status = await _alert(running.session, stack, port, unique)
    await asyncio.wait((told,), timeout=TOLD_WITHIN_S)
    told_after = perf_counter() - table.begun
    await works
    await stack.until("kafka", lambda status: status.health.good, within=120)
    back = perf_counter()
    await operator.sees("💚")
    over_after = perf_counter() - back
    await _until_saved(people.person(1003), table)
    saved_after = perf_counter() - back
    table.rows.append((0.0, "operators told", f"webhook said {status}; over told {over_after:.1f} s, "
                       f"saved again {saved_after:.1f} s after its return", told_after))  # fmt: skip
    # Stopped while Kafka is away, it does not wait for what Kafka will not take.
    stack.hold("kafka", AWAY_S)
    await stack.until("kafka", lambda status: not status.health.good, within=60)
    stopping = perf_counter()
    bot.terminate()
    await bot.wait()
    table.rows.append((0.0, "the bot's end", "", perf_counter() - stopping))
    print(f"\n{table.shown()}")  # noqa: T201 - the table is what the test is for
    _judge(table, [seen.text for seen in await operator.history()], told_after, status)


def _judge(table: Table, group: list[str], told_after: float, status: int) -> None:
    said = {what: {said for _, name, said, _ in table.rows if name == what} for _, what, _, _ in table.rows}
    for what in ("search", "card"):
        assert table.slowest(what) < 2, what
        assert not any("😔" in text for text in said[what]), said[what]
    for what in ("/language", "/ban", "/ban, confirmed"):
        assert table.slowest(what) < SAID_WITHIN_S, what
        assert all(NOT_SAVED in text for text in said[what]), said[what]
    assert told_after < TOLD_WITHIN_S
    assert [sum(sign in text for text in group) for sign in ("🆘", "💚", "⚡")] == [1, 1, 1]
    assert status == 503


async def _until_saved(person: Person, table: Table) -> None:
    async with asyncio.timeout(60):
        while NOT_SAVED in await table.time("/language after", lambda: writes(person, "/language en")):
            await asyncio.sleep(1)


async def _alert(session: aiohttp.ClientSession, stack: RunningStack, port: int, unique: str) -> int:
    token = (stack.settings.credentials / "bot" / "webhook.token").read_text(encoding="ascii").strip()
    headers = {"Authorization": f"Bearer {token}"}
    address = f"http://127.0.0.1:{port}/alerts"
    async with session.post(address, json=payload("Away", unique), headers=headers) as answer:
        return answer.status
