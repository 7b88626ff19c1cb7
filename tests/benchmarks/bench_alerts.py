"""How soon a person sees an alert: from the webhook's 200 to the card in the sandbox, and from Acknowledge to its edit.

Twenty groups a second for five seconds, against real Kafka; the room is that of the service, in this process.
"""

import asyncio
import sys
import uuid
from statistics import quantiles
from time import perf_counter

from ops.sandbox.server import running
from ops.settings import Settings, load
from tests.benchmarks.rows import Row
from tests.bot.alerts.live import LiveRoom, live_room, with_group
from tests.bot.alerts.room import GROUP
from tests.bot.alerts.samples import payload
from tests.bot.chat import Person

PER_SECOND = 20
GROUPS = 100
ACKNOWLEDGED = 20
GIVEN_UP_S = 30.0


async def run(settings: Settings) -> list[Row]:
    """The rows alert_to_card_p95_s and acknowledge_to_card_p95_s."""
    name = f"bench-{uuid.uuid4().hex[:8]}"
    async with running() as sandbox, live_room(with_group(settings, GROUP), sandbox) as live:
        operator = Person(live.session, sandbox.url, 3001, GROUP)
        watch = asyncio.create_task(_first_seen(operator, name))
        stored = await _post_all(live, name)
        seen = await watch
        delays = [max(0.0, seen[group] - at) for group, at in stored.items()]
        presses = [await _acknowledge(live, operator, f"{name}-{number}") for number in range(ACKNOWLEDGED)]
    return [_row("alert_to_card_p95_s", delays), _row("acknowledge_to_card_p95_s", presses)]


async def _post_all(live: LiveRoom, name: str) -> dict[str, float]:
    stored: dict[str, float] = {}

    async def post(group: str) -> None:
        status = await live.post(payload(name, group))
        assert status == 200, status
        stored[group] = perf_counter()

    begun, tasks = perf_counter(), []
    for number in range(GROUPS):
        await asyncio.sleep(max(0.0, begun + number / PER_SECOND - perf_counter()))
        tasks.append(asyncio.create_task(post(f"{name}-{number}")))
    await asyncio.gather(*tasks)
    return stored


async def _first_seen(operator: Person, name: str) -> dict[str, float]:
    seen: dict[str, float] = {}
    async with asyncio.timeout(GIVEN_UP_S):
        while len(seen) < GROUPS:
            for message in await operator.history():
                if message.text.startswith("🔴"):
                    seen.setdefault(message.text.partition("\n")[0].rpartition(" · ")[2], perf_counter())
            seen = {group: at for group, at in seen.items() if group.startswith(name)}
            await asyncio.sleep(0.1)
    return seen


async def _acknowledge(live: LiveRoom, operator: Person, group: str) -> float:
    token = next(token for token, card in live.room.cards.open() if card.group_labels.get("service") == group)
    begun = perf_counter()
    await live.room.desk.acknowledge(token, "Olga")
    async with asyncio.timeout(GIVEN_UP_S):
        while not any(f"{group}\n" in message.text and "✋" in message.text for message in await operator.history()):
            await asyncio.sleep(0.03)
    return perf_counter() - begun


def _row(name: str, delays: list[float]) -> Row:
    return Row(name=name, value=quantiles(delays, n=20)[-1], unit="s", repeats=len(delays))


if __name__ == "__main__":
    for row in asyncio.run(run(load())):
        sys.stdout.write(f"{row.name}: {row.value:.3f} {row.unit} ({row.repeats})\n")
