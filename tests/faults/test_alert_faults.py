"""Bot, Kafka or Alertmanager away for a while, or a Telegram that misbehaves: each group is one card, and right."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import orjson
import pytest

from ops.stack.directory import StackDirectory
from ops.stack.running import RunningStack
from tests.bot.world.alert_samples import resolved
from tests.bot.world.operations import GROUP
from tests.bot.world.person import Person, Seen
from tests.conftest import TEST_STACK_NAME, own_stack
from tests.faults.alert_storm import FIRING, RESOLVED, each_once, fire, messages_of, misbehaving

pytestmark = [pytest.mark.system, pytest.mark.faults, pytest.mark.timeout(900)]
GROUPS = 100
BOT_AWAY_S = 120.0
TROUBLE_S = 180.0
KAFKA_AWAY_S = 45.0
# The indexer makes the index, without which the bot does not call itself well.
PARTS = ("indexer", "bot", "sandbox", "alertmanager")


@dataclass(frozen=True)
class Trial:
    """A stack with bot, sandbox and Alertmanager, and an operator who looks at the cards."""

    alerts: RunningStack
    session: aiohttp.ClientSession
    operator: Person

    @property
    def sandbox(self) -> str:
        return self.alerts.part("sandbox").address

    async def well(self, part: str) -> None:
        await self.alerts.until(part, lambda status: status.health.good, within=180)

    async def away(self, part: str, seconds: float) -> None:
        self.alerts.hold(part, seconds)
        await self.alerts.until(part, lambda status: not status.health.good, within=60)

    async def card(self, name: str) -> Seen:
        return messages_of(await self.operator.history(), name)[0]


@pytest.fixture(scope="module")
def alerts() -> Iterator[RunningStack]:
    """A stack of its own, or the one that YARMARKA_TEST_STACK names."""
    named = os.environ.get(TEST_STACK_NAME)
    if named and _has_parts(RunningStack(StackDirectory.at(Path(named)))):
        yield RunningStack(StackDirectory.at(Path(named)))
        return
    with own_stack("alerts", *PARTS) as running:
        yield running


@pytest.fixture
async def trial(alerts: RunningStack) -> AsyncIterator[Trial]:
    """Everything is well before and after."""
    async with aiohttp.ClientSession() as session:
        made = Trial(alerts, session, Person(session, alerts.part("sandbox").address, 3001, GROUP, deadline_s=90))
        for part in PARTS:
            await made.well(part)
        yield made


async def test_a_bot_that_was_away_for_two_minutes_shows_what_it_missed(trial: Trial, unique: str) -> None:
    over, firing = _names(f"{unique}a", 20), _names(f"{unique}b", GROUPS)
    await fire(trial.session, trial.alerts, over)
    await each_once(trial.operator, dict.fromkeys(over, FIRING))
    await trial.away("bot", BOT_AWAY_S)
    await fire(trial.session, trial.alerts, over, over=True)
    for name in firing:
        await fire(trial.session, trial.alerts, [name])
    await trial.well("bot")
    await each_once(trial.operator, {**dict.fromkeys(over, RESOLVED), **dict.fromkeys(firing, FIRING)})
    await fire(trial.session, trial.alerts, firing, over=True)
    await each_once(trial.operator, dict.fromkeys((*over, *firing), RESOLVED))


async def test_a_telegram_that_fails_three_times_in_ten_for_three_minutes(trial: Trial, unique: str) -> None:
    over, firing = _names(f"{unique}a", GROUPS // 2), _names(f"{unique}b", GROUPS // 2)
    async with misbehaving(trial.session, trial.sandbox):
        ends = asyncio.get_running_loop().time() + TROUBLE_S
        for early, late in zip(over, firing, strict=True):
            await fire(trial.session, trial.alerts, [early])
            await asyncio.sleep(TROUBLE_S / GROUPS)
            await fire(trial.session, trial.alerts, [late])
        await fire(trial.session, trial.alerts, over, over=True)
        await asyncio.sleep(max(0.0, ends - asyncio.get_running_loop().time()))
    signs = {**dict.fromkeys(over, RESOLVED), **dict.fromkeys(firing, FIRING)}
    await each_once(trial.operator, signs, answers_lost=True)
    await fire(trial.session, trial.alerts, firing, over=True)
    await each_once(trial.operator, dict.fromkeys((*over, *firing), RESOLVED), answers_lost=True)


async def test_while_kafka_is_away_the_webhook_says_503_and_alertmanager_tries_again(trial: Trial, unique: str) -> None:
    names = _names(unique, 10)
    await trial.away("kafka", KAFKA_AWAY_S)
    assert await _deliver(trial, unique) == 503
    await fire(trial.session, trial.alerts, names)
    await trial.well("kafka")
    await each_once(trial.operator, dict.fromkeys(names, FIRING))
    assert await _deliver(trial, unique) == 200
    await fire(trial.session, trial.alerts, names, over=True)
    await each_once(trial.operator, dict.fromkeys(names, RESOLVED))


async def test_without_alertmanager_the_buttons_say_so_and_the_card_stays_right(trial: Trial, unique: str) -> None:
    name = f"{unique}-1"
    await fire(trial.session, trial.alerts, [name])
    await each_once(trial.operator, {name: FIRING})
    await trial.away("alertmanager", 600)
    card = await trial.card(name)
    toast = await trial.operator.presses(card, "🔕 1 ч")
    assert toast.alert and "Alertmanager не отвечает" in toast.text
    assert (await trial.card(name)).text == card.text
    # What needs only the bot goes on.
    assert "занимаетесь" in (await trial.operator.presses(card, "✋ Беру на себя")).text
    await trial.operator.sees_change(card, FIRING, "Занимается")

    trial.alerts.release("alertmanager")
    await trial.well("alertmanager")
    # It has forgotten what fires until it is told again, and that is no end of the alert.
    await fire(trial.session, trial.alerts, [name])
    await trial.operator.presses(card, "🔕 1 ч")
    preview = await trial.operator.sees("Заглушить", name, button="🔕 Заглушить")
    assert (await trial.card(name)).text.startswith(FIRING)
    await trial.operator.presses(preview, "🔕 Заглушить")
    silenced = await trial.operator.sees_change(card, "🔕", button="🔔 Снять заглушку")
    await trial.operator.presses(silenced, "🔔 Снять заглушку")
    await trial.operator.sees_change(card, FIRING)
    await fire(trial.session, trial.alerts, [name], over=True)
    await trial.operator.sees_change(card, RESOLVED)


async def _deliver(trial: Trial, unique: str) -> int:
    """The webhook's answer to a delivery of the end of a group that nobody knows."""
    token = (trial.alerts.settings.credentials / "bot" / "webhook.token").read_text(encoding="ascii").strip()
    body = resolved("Storm", f"{unique}-none")
    headers = {"Authorization": f"Bearer {token}"}
    async with trial.session.post(_webhook(trial.alerts), json=body, headers=headers) as answer:
        return answer.status


def _webhook(alerts: RunningStack) -> str:
    ports = orjson.loads(alerts.directory.ports.read_bytes())
    return f"http://127.0.0.1:{ports['bot.webhook']}/alerts"


def _names(unique: str, count: int) -> list[str]:
    return [f"{unique}-{number:03}" for number in range(count)]


def _has_parts(stack: RunningStack) -> bool:
    return set(PARTS) <= {part.name for part in stack.status().parts}
