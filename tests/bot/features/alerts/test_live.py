"""From the webhook through real Kafka to the chat."""

import asyncio
import re

import pytest

from bot.features.alerts.models import Card
from ops.sandbox.server import running
from ops.settings import Settings
from tests.bot.world.alert_samples import alert, payload, resolved
from tests.bot.world.live_alerts import LiveRoom, live_room, with_group
from tests.bot.world.operations import GROUP
from tests.bot.world.person import Person
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]


async def test_each_group_has_its_card_whatever_telegram_does(settings: Settings, unique: str) -> None:
    settings = with_group(settings, GROUP)
    names = [f"{unique}-{number}" for number in range(30)]
    async with running() as sandbox:
        async with live_room(settings, sandbox) as live:
            operator = Person(live.session, sandbox.url, 3001, GROUP)
            for kind, probability, more in (
                ("429", 0.1, {}),
                ("500", 0.1, {}),
                ("drop", 0.1, {"delivered": True}),
            ):
                body = {"method": "*", "kind": kind, "seconds": 60, "probability": probability, **more}
                async with live.session.post(f"{sandbox.url}/faults", json=body) as answer:
                    assert answer.status == 200
            statuses = await asyncio.gather(*(live.post(payload(unique, name)) for name in names))
            statuses += await asyncio.gather(*(live.post(payload(unique, name)) for name in names))
            assert set(statuses) == {200}
            await until(
                lambda: settled(live) and shown(live.alerts.cards.open(), unique) == 30,
                "every card is shown",
                within_s=90,
            )
        # A bot that is started anew has nothing left to show, and hears of the ends.
        async with live_room(settings, sandbox, first=False) as live:
            operator = Person(live.session, sandbox.url, 3001, GROUP)
            await asyncio.gather(*(live.post(resolved(unique, name)) for name in names[:15]))
            await until(
                lambda: settled(live) and shown(live.alerts.cards.open(), unique) == 15,
                "every card is shown",
                within_s=90,
            )
            seen = await operator.history()
            for number, name in enumerate(names):
                # Of a message whose answer was lost there is a copy that nobody edits; the card is the last one.
                of_group = [message for message in seen if re.search(rf"{name}(?!\d)", message.text)]
                assert of_group, name
                assert of_group[-1].text.startswith("✅" if number < 15 else "🔴")
                assert all(copy.edits == 0 for copy in of_group[:-1])
            await asyncio.gather(*(live.post(resolved(unique, name)) for name in names[15:]))
            await until(
                lambda: settled(live) and shown(live.alerts.cards.open(), unique) == 0,
                "every card is shown",
                within_s=90,
            )


async def test_the_webhook_says_200_for_what_is_in_kafka(settings: Settings, unique: str) -> None:
    async with running() as sandbox, live_room(with_group(settings, GROUP), sandbox) as live:
        operator = Person(live.session, sandbox.url, 3001, GROUP)
        many = [alert(unique, fingerprint=f"{unique}{number}") for number in range(100)]
        assert await live.post(payload(unique, unique, *many, truncatedAlerts=5)) == 200
        card = await operator.sees(unique, "more alerts")
        assert len(card.text) <= 4096
        assert await live.post(payload(), token="stranger") == 401
        assert await live.post_raw(b"{") == 400
        assert await live.post(resolved(unique, unique)) == 200
        await operator.sees("✅", unique)


def settled(live: LiveRoom) -> bool:
    """Every card is shown as it is, and nothing waits."""
    return live.alerts.display.enqueue_all() == 0 and live.outbox.waiting == 0


def shown(cards: list[tuple[str, Card]], name: str) -> int:
    return sum(card.group_labels.get("alertname") == name for _, card in cards)
