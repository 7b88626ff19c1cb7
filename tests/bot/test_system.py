"""The bot as a process, on real Kafka and Elasticsearch: bans within seconds, kills without loss, nothing in clear."""

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest

from bot.core.pseudonyms import Pseudonyms
from ops.kafka import Kafka
from ops.sandbox.server import DEMO_TOKEN, Sandbox, running
from ops.stack.running import RunningStack
from pipeline.contracts.messages import HEADERS, Ban, ClientRequest, Product, decode, encode
from pipeline.contracts.topics import BANS, CLIENT_REQUESTS, FILTERED_PRODUCTS
from tests.bot.world.memory import product
from tests.bot.world.person import Person
from tests.pipeline.topic_reader import read_topic
from tests.waiting import until

pytestmark = pytest.mark.system
# A word that no other test's products have.
WORD = "зюзюбра"
OFFERS = tuple(product(f"zz-{number}", f"Зюзюбра {number} полосатая", 100.0 + number) for number in range(12))


@dataclass
class Running:
    """The stack, a sandbox of the test's own, and ways to start our services on them."""

    stack: RunningStack
    sandbox: Sandbox
    session: aiohttp.ClientSession
    more: Mapping[str, str] = field(default_factory=dict)

    @asynccontextmanager
    async def service(self, *command: str) -> AsyncIterator[asyncio.subprocess.Process]:
        environment = self.stack.environment | {
            "TELEGRAM_TOKEN": DEMO_TOKEN,
            "YARMARKA_TELEGRAM__BASE_URL": self.sandbox.url,
            "YARMARKA_BOT__ADMINS": "2001,2002",
            "YARMARKA_HTTP__PORT": "0",
            "YARMARKA_LOG__FORMAT": "json",
            **self.more,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *command, env=environment, stderr=asyncio.subprocess.PIPE
        )
        said = asyncio.create_task(_read(process))
        try:
            yield process
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), 30)
            finally:
                lines = await said
                # What a failed test needs to be understood: pytest shows it then.
                sys.stdout.write(lines.decode())
                assert b"Traceback" not in lines
                assert DEMO_TOKEN.encode() not in lines

    def person(self, user_id: int) -> Person:
        # A process takes seconds to start, and more on a busy machine.
        return Person(self.session, self.sandbox.url, user_id, deadline_s=90)

    async def ban(self, rule: str, value: Ban | None) -> None:
        async with Kafka(self.stack.settings, "cli").producer() as producer:
            written = None if value is None else encode(value)
            await producer.send_and_wait(BANS.name, written, key=rule.encode(), headers=HEADERS)


@pytest.fixture
async def market(stack: RunningStack) -> AsyncIterator[Running]:
    """A market whose offers are in the index."""
    async with running() as sandbox, aiohttp.ClientSession() as session:
        market = Running(stack, sandbox, session)
        async with market.service("pipeline", "index"):
            await _offer(stack, OFFERS)
            yield market


async def test_a_ban_is_seen_everywhere_within_two_seconds_and_lifted_as_fast(market: Running) -> None:
    anna = market.person(1001)
    async with market.service("bot"):
        await _until_found(anna, "12 товаров")
        await anna.writes(WORD)
        found = await anna.sees("12 товаров")
        await anna.presses(found, "1")
        card = await anna.sees("Зюзюбра", button="🔁 Похожие")
        first = card.text.partition("\n")[0]
        rule = f"product:zz-{first.split()[1]}"

        await market.ban(rule, Ban(rule=rule, reason="test", by="test"))
        assert await _until_found(anna, "11 товаров") < 2
        assert first not in (await anna.sees("11 товаров")).text
        toast = await anna.presses(card, "🔁 Похожие")
        assert "снял" in toast.text
        await anna.sees_change(card, "⛔️")

        await market.ban(rule, None)
        assert await _until_found(anna, "12 товаров") < 2


async def test_an_admins_check_asks_nothing_that_the_bot_may_not(market: Running) -> None:
    admin = market.person(2001)
    async with market.service("bot"):
        await admin.writes("/check")
        await admin.sees("✅ Kafka", "✅ Elasticsearch", "✅ Telegram")


async def test_a_killed_bot_loses_no_message_and_old_buttons_work(market: Running) -> None:
    people = [market.person(5000 + 2 * number + 1) for number in range(10)]
    async with market.service("bot") as bot:
        await _until_found(people[0], "12 товаров")
        await people[0].writes(WORD)
        old = await people[0].sees("12 товаров")
        for person in people:
            await person.writes(WORD)
        os.kill(bot.pid, signal.SIGKILL)
        await bot.wait()
        for person in people:
            await person.writes(f"{WORD} полосатая")
    async with market.service("bot"):
        for person in people:
            await person.sees(f"{WORD} полосатая", "12 товаров")
            said = " ".join(message.text for message in await person.history() if message.from_bot)
            assert said.count("товаров") >= 2
        await people[0].presses(old, "›")
        await people[0].sees_change(old, button="2/3")


async def test_a_request_reaches_kafka_once_under_the_pseudonym_of_who_asked(market: Running) -> None:
    # Nobody else's number, also on a stack that was used before; odd: of the sandbox's guests those speak Russian.
    user_id = 10**9 + 2 * secrets.randbelow(10**9) + 1
    pseudonym = Pseudonyms.from_file(market.stack.settings.credentials / "bot" / "user-hash.key").of(user_id)
    somebody = market.person(user_id)
    async with market.service("bot"):
        await _until_found(somebody, "12 товаров")
        await somebody.writes(f"{WORD} полосатая")
        await somebody.sees("полосатая", "12 товаров")
    requests = await _requests(market.stack)
    mine = [request for request in requests if request.user == pseudonym]
    assert [len(request.hits) for request in mine if request.text == f"{WORD} полосатая"] == [5]
    assert len({request.request_id for request in mine}) == len(mine)
    assert not [request for request in requests if str(user_id) in request.model_dump_json()]


async def test_a_missing_token_is_one_sentence_and_status_two(stack: RunningStack) -> None:
    environment = {name: value for name, value in stack.environment.items() if name != "TELEGRAM_TOKEN"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        env=environment | {"TELEGRAM_TOKEN": ""},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 2
    assert said.decode().startswith("TELEGRAM_TOKEN is not set;")
    assert said.count(b"\n") == 1


async def _offer(stack: RunningStack, offers: tuple[Product, ...]) -> None:
    async with Kafka(stack.settings, "filter").producer() as producer:
        for offer in offers:
            key = offer.offer_id.encode()
            await producer.send_and_wait(FILTERED_PRODUCTS.name, encode(offer), key=key, headers=HEADERS)


async def _until_found(person: Person, count: str) -> float:
    """Ask until so many are found; the seconds that it took."""

    async def found() -> bool:
        await person.writes(WORD)
        return count in (await person.sees()).text

    return await until(found, f"{count} of {WORD}", within_s=120)


async def _requests(stack: RunningStack) -> list[ClientRequest]:
    records = await read_topic(stack.settings, CLIENT_REQUESTS.name, "requests")
    return [decode(ClientRequest, record.value) for record in records]


async def _read(process: asyncio.subprocess.Process) -> bytes:
    return await process.stderr.read() if process.stderr is not None else b""
