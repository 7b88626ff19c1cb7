"""How soon a person sees an alert: from the webhook's 200 to the card in the sandbox, and from Acknowledge to its edit.

Twenty groups a second for five seconds, against the bot as a process and real Kafka. Telegram's limit of twenty
messages a minute in a group is set aside: it would be all that is measured.
"""

import asyncio
import socket
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter

import aiohttp

from ops.sandbox.server import running
from ops.settings import Settings, load
from ops.stack.directory import StackDirectory
from ops.stack.running import RunningStack
from tests.benchmarks.rows import Row
from tests.bot.test_system import Running
from tests.bot.world.alert_samples import payload
from tests.bot.world.operations import GROUP
from tests.bot.world.person import Person

PER_SECOND = 20
GROUPS = 100
ACKNOWLEDGED = 20
GIVEN_UP_S = 180.0
LOOK_S = 0.02
# What issue B asks for.
CARD_WITHIN_S, EDIT_WITHIN_S = 1.0, 0.5


@dataclass(frozen=True)
class Watch:
    """An operator who looks at the group's chat, and Alertmanager's door to the bot."""

    session: aiohttp.ClientSession
    sandbox: str
    webhook: str
    token: str

    async def post(self, name: str, group: str) -> int:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.session.post(self.webhook, json=payload(name, group), headers=headers) as answer:
            return answer.status

    async def messages(self, after: int) -> list[dict[str, object]]:
        address = f"{self.sandbox}/user/3001/chats/{GROUP}/messages"
        async with self.session.get(address, params={"after": after}) as answer:
            found: list[dict[str, object]] = (await answer.json())["messages"]
            return found


async def run(settings: Settings) -> list[Row]:
    """The rows alert_to_card_p95_s and acknowledge_to_card_p95_s."""
    name = f"bench-{uuid.uuid4().hex[:8]}"
    async with _bot(settings) as watch:
        first = await _ready(watch, name)
        looking = asyncio.create_task(_first_seen(watch, after=first))
        stored = await _post_all(watch, name)
        seen = await looking
        operator = Person(watch.session, watch.sandbox, 3001, GROUP, deadline_s=GIVEN_UP_S)
        presses = [await _acknowledge(watch, operator, number) for number in list(seen)[-ACKNOWLEDGED:]]
    delays = [max(0.0, at - stored[group]) for group, at in seen.values()]
    return [
        _row("alert_to_card_p95_s", delays, CARD_WITHIN_S),
        _row("acknowledge_to_card_p95_s", presses, EDIT_WITHIN_S),
    ]


@asynccontextmanager
async def _bot(settings: Settings) -> AsyncIterator[Watch]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    more = {
        "YARMARKA_BOT__ALERT_CHATS": str(GROUP),
        "YARMARKA_BOT__OPERATORS": "3001",
        "YARMARKA_BOT__WEBHOOK_PORT": str(port),
        "YARMARKA_BOT__ALERTMANAGER_URL": "",
        "YARMARKA_TELEGRAM__PER_SECOND": "300",
        "YARMARKA_TELEGRAM__GROUP_PER_MINUTE": "6000",
    }
    token = (settings.credentials / "bot" / "webhook.token").read_text(encoding="ascii").strip()
    async with running() as sandbox, aiohttp.ClientSession() as session:
        stack = RunningStack(StackDirectory.at(settings.stack_dir))
        async with Running(stack, sandbox, session, more).service("bot"):
            yield Watch(session, sandbox.url, f"http://127.0.0.1:{port}/alerts", token)


async def _ready(watch: Watch, name: str) -> int:
    """Wait until a first card, which is not counted, is there; its message."""
    async with asyncio.timeout(GIVEN_UP_S):
        while True:
            try:
                if await watch.post(name, f"{name}-first") == 200:
                    break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(LOOK_S)
        while not (shown := await watch.messages(0)):
            await asyncio.sleep(LOOK_S)
    return int(str(shown[-1]["message_id"]))


async def _post_all(watch: Watch, name: str) -> dict[str, float]:
    stored: dict[str, float] = {}

    async def post(group: str) -> None:
        status = await watch.post(name, group)
        assert status == 200, status
        stored[group] = perf_counter()

    begun, tasks = perf_counter(), []
    for number in range(GROUPS):
        await asyncio.sleep(max(0.0, begun + number / PER_SECOND - perf_counter()))
        tasks.append(asyncio.create_task(post(f"{name}-{number}")))
    await asyncio.gather(*tasks)
    return stored


async def _first_seen(watch: Watch, after: int) -> dict[int, tuple[str, float]]:
    """Each card's message, with its group and when it was first seen."""
    seen: dict[int, tuple[str, float]] = {}
    last = after
    async with asyncio.timeout(GIVEN_UP_S):
        while len(seen) < GROUPS:
            for message in await watch.messages(last):
                last = int(str(message["message_id"]))
                group = str(message["text"]).partition("\n")[0].rpartition(" · ")[2]
                seen[last] = (group, perf_counter())
            await asyncio.sleep(LOOK_S)
    return seen


async def _acknowledge(watch: Watch, operator: Person, number: int) -> float:
    message = next(seen for seen in await operator.history() if seen.message_id == number)
    begun = perf_counter()
    pressed = asyncio.create_task(operator.presses(message, "✋ Беру на себя"))
    async with asyncio.timeout(GIVEN_UP_S):
        while "✋" not in str((await watch.messages(number - 1))[0]["text"]):
            await asyncio.sleep(LOOK_S)
    seconds = perf_counter() - begun
    await pressed
    return seconds


def _row(name: str, delays: list[float], within_s: float) -> Row:
    value = quantiles(delays, n=20)[-1]
    return Row(
        name=name,
        value=round(value, 3),
        unit="s",
        baseline="issue B",
        baseline_value=within_s,
        ratio=round(value / within_s, 3),
        repeats=len(delays),
    )


if __name__ == "__main__":
    for row in asyncio.run(run(load())):
        sys.stdout.write(f"{row.name}: {row.value:.3f} {row.unit} ({row.repeats})\n")
