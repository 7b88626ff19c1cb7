"""The bot is killed at random moments while people acknowledge, ban and undo: nothing is lost or done twice."""

import asyncio
import os
import random
import signal
import socket
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, replace

import pytest

from bot.features.alerts.models import CARDS, Card
from bot.features.bans.models import REQUESTS, BanRequest
from ops.kafka import Kafka
from ops.stack.running import RunningStack
from pipeline.contracts.messages import AuditEntry, Ban
from pipeline.contracts.topics import BANS, CHAT_STATE
from pipeline.kafka.live_view import LiveView
from tests.bot.features.bans.test_ban_system import audit
from tests.bot.test_system import Running
from tests.bot.world.alert_samples import payload
from tests.bot.world.market import WITHIN_S, market
from tests.bot.world.operations import GROUP
from tests.bot.world.person import Person, Seen
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.faults, pytest.mark.timeout(1_200)]
ROUNDS = 17
UNDONE = 8
# One kill in every round, and one more where it is undone.
KILLS = ROUNDS + UNDONE
LATEST_S = 0.3


@dataclass(frozen=True)
class Shift:
    """An admin and an operator at work with a bot that is killed under their hands."""

    bot: Running
    port: int
    admin: Person
    operator: Person
    unique: str
    chance: random.Random

    @property
    def rules(self) -> list[str]:
        return [f"keyword:слово{number}{self.unique.replace('-', '')}" for number in range(ROUNDS)]

    @property
    def groups(self) -> list[str]:
        return [f"{self.unique}-{number:02}" for number in range(ROUNDS)]

    async def ban_and_acknowledge(self, number: int) -> tuple[Seen, Seen]:
        """Ask, press both buttons, kill the bot; the two messages."""
        rule, group = self.rules[number], self.groups[number]
        async with self.bot.service("bot") as process:
            await self.admin.writes(f"/ban {rule} — проверка навсегда")
            asked = await self.admin.sees("Запретить", button="🚫 Запретить на будущее")
            assert await self._alert(group) == 200
            card = await self.operator.sees(group, button="✋ Беру на себя")
            presses = (
                self.admin.presses(asked, "🚫 Запретить на будущее"),
                self.operator.presses(card, "✋ Беру на себя"),
            )
            await self._killed_during(process, *presses)
        return asked, card

    async def undo(self, asked: Seen) -> None:
        """Press Undo, kill the bot."""
        async with self.bot.service("bot") as process:
            banned = await self.admin.sees_change(asked, "Запрещено", button="↩️ Отменить")
            await self._killed_during(process, self.admin.presses(banned, "↩️ Отменить"))

    async def _alert(self, group: str) -> int:
        token = (self.bot.stack.settings.credentials / "bot" / "webhook.token").read_text(encoding="ascii").strip()
        address, headers = f"http://127.0.0.1:{self.port}/alerts", {"Authorization": f"Bearer {token}"}
        async with self.bot.session.post(address, json=payload("Shift", group), headers=headers) as answer:
            return answer.status

    async def _killed_during(
        self, process: asyncio.subprocess.Process, *presses: Coroutine[object, object, object]
    ) -> None:
        tasks = [asyncio.create_task(press) for press in presses]
        await asyncio.sleep(self.chance.uniform(0, LATEST_S))
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_bot_that_is_killed_neither_loses_nor_doubles_what_people_pressed(
    stack: RunningStack, unique: str
) -> None:
    # Without an index nobody knows how large a ban is, and another admin would have to confirm each.
    async with market(stack, unique, 20) as goods:
        shift = _shift(goods.running, unique)
        cards = []
        for number in range(ROUNDS):
            asked, card = await shift.ban_and_acknowledge(number)
            cards.append(card)
            if number < UNDONE:
                await shift.undo(asked)
        async with shift.bot.service("bot"):
            # Every press comes again, or was taken: nobody has to press once more.
            await until(lambda: _settled(stack, shift), "every press carried out", within_s=WITHIN_S, look_s=0.05)
            for card in cards:
                await shift.operator.sees_change(card, "✋ Занимается")
            shown = [seen.text for seen in await shift.operator.history()]
    bans, requests, owners = await _state(stack, shift)
    assert [sum(f"{group} " in text for text in shown) for group in shift.groups] == [1] * ROUNDS
    assert bans == set(shift.rules[UNDONE:])
    assert Counter(request.status for request in requests) == {"confirmed": ROUNDS - UNDONE, "undone": UNDONE}
    assert owners == dict.fromkeys(shift.groups, "Игорь")
    assert _counted(await audit(stack.settings), shift) == {
        **{("ban", rule): 1 for rule in shift.rules},
        **{("unban", rule): 1 for rule in shift.rules[:UNDONE]},
        **{("acknowledge", f"Shift · {group}"): 1 for group in shift.groups},
    }


def _shift(goods: Running, unique: str) -> Shift:
    port = _free_port()
    more = {
        "YARMARKA_BOT__ALERT_CHATS": str(GROUP),
        "YARMARKA_BOT__OPERATORS": "3001",
        "YARMARKA_BOT__WEBHOOK_PORT": str(port),
        "YARMARKA_BOT__ALERTMANAGER_URL": "",
        "YARMARKA_TELEGRAM__PER_SECOND": "300",
        "YARMARKA_TELEGRAM__GROUP_PER_MINUTE": "6000",
    }
    return Shift(
        replace(goods, more=more),
        port,
        Person(goods.session, goods.sandbox.url, 2001, deadline_s=90),
        Person(goods.session, goods.sandbox.url, 3001, GROUP, deadline_s=90),
        unique,
        random.Random(20_261_124),  # noqa: S311 - moments to kill at
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


async def _settled(stack: RunningStack, shift: Shift) -> bool:
    _, requests, owners = await _state(stack, shift)
    undone = sum(request.status == "undone" for request in requests)
    return undone == UNDONE and all(request.applied for request in requests) and all(owners.values())


async def _state(stack: RunningStack, shift: Shift) -> tuple[set[str], list[BanRequest], dict[str, str]]:
    """The bans in force, the requests, and who owns each group's card."""
    kafka = Kafka(stack.settings, "bot")
    async with (
        LiveView(kafka, BANS, Ban) as bans,
        LiveView(kafka, CHAT_STATE, BanRequest, prefix=REQUESTS.prefix) as requests,
        LiveView(kafka, CHAT_STATE, Card, prefix=CARDS.prefix) as cards,
    ):
        owners = {card.group_labels.get("service", ""): card.owner for _, card in cards.items()}
        return (
            {rule for rule in shift.rules if rule in bans},
            [request for _, request in requests.items() if request.rule in shift.rules],
            {group: owners.get(group, "") for group in shift.groups},
        )


def _counted(entries: list[AuditEntry], shift: Shift) -> Counter[tuple[str, str]]:
    ours = {*shift.rules, *(f"Shift · {group}" for group in shift.groups)}
    # A line that was written again after a kill has the same id, and readers count it once.
    once = {entry.entry_id: entry for entry in entries if entry.target in ours}
    return Counter((entry.action, entry.target) for entry in once.values())
