"""A ban in the chat on real Kafka, filter, indexer and Elasticsearch: down within seconds, and back as fast."""

import asyncio

import pytest

from ops.settings import Settings
from ops.stack.running import RunningStack
from pipeline.contracts.messages import AuditEntry, decode
from pipeline.contracts.topics import AUDIT
from tests.bot.world.market import market
from tests.pipeline.topic_reader import read_topic

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]


async def test_a_category_leaves_every_answer_and_comes_back(stack: RunningStack, unique: str) -> None:
    async with market(stack, unique, 60) as goods, goods.running.service("bot"):
        maria, anna = goods.person(2001), goods.person(1001)
        await goods.until_shown(anna, shown=True)
        listed = await anna.sees(button="1")
        asked = await goods.ask(maria)
        assert "60 товаров" in asked.text
        await maria.presses(asked, asked.labels[-1])
        hidden, gone = await asyncio.gather(goods.until_shown(anna, shown=False), goods.until_indexed(0))
        assert hidden < 10
        assert gone < 30
        assert goods.category not in str((await anna.asks_inline(goods.category))["results"])
        assert (await anna.presses(listed, "1")).alert
        banned = await maria.sees_change(asked, "Скрыто 60 товаров", button="↩️ Отменить")
        await maria.writes("/bans")
        await maria.sees(goods.category, "проверка", "Скрыто: 60")

        await maria.presses(banned, "↩️ Отменить")
        await goods.until_indexed(60)
        await maria.sees_change(asked, "Снова в продаже 60 товар")
        await goods.until_shown(anna, shown=True)
        await maria.writes("/audit")
        await maria.sees("запрет снят", goods.category)
    entries = [entry for entry in await audit(stack.settings) if entry.target == goods.rule.id]
    assert [entry.action for entry in entries] == ["ban", "unban"]


async def audit(settings: Settings) -> list[AuditEntry]:
    """Everything in the topic."""
    return [decode(AuditEntry, record.value) for record in await read_topic(settings, AUDIT.name, "cli")]
