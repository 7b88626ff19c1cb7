"""/check: all is well, and each fault made on purpose, in both languages."""

from datetime import timedelta

import pytest

from bot.features.check.findings import Finding, Subject, Trouble
from bot.features.check.replies import check_page
from bot.ui.locale import LANGUAGES, Language, texts
from tests.bot.world.operations import GROUP
from tests.bot.world.world import World, bot_settings


async def _answer(world: World, user_id: int = 2001) -> str:
    async with world.bot(idle=("alerts",)):
        admin = world.person(user_id)
        await admin.writes("/check")
        return (await admin.sees("🩺")).text


async def test_all_is_well_and_what_is_not_set_up_is_no_fault(world: World) -> None:
    world.bot_settings = bot_settings(alert_chats=(str(GROUP),))
    said = await _answer(world)
    for words in (
        "✅ Kafka",
        "✅ Elasticsearch",
        "✅ Telegram: @yarmarka_bot",
        "✅ Чат «Operators»",
        "• Prometheus: не настр",
    ):
        assert words in said, said


async def test_each_fault_is_a_sentence(world: World) -> None:
    world.bot_settings = bot_settings(
        alert_chats=(f"{GROUP}:77", "-100777"),
        prometheus_url="http://127.0.0.1:9",
        alertmanager_url="http://127.0.0.1:9",
    )
    world.elasticsearch.fault = "refuses"
    world.clock.moment += timedelta(days=400)
    said = await _answer(world, 2002)
    for words in (
        "❗ Elasticsearch does not answer", "❗ Prometheus does not answer", "❗ Alertmanager does not answer",
        "❗ Chat “-100777” is not known to Telegram", "❗ The server's clock is",
    ):  # fmt: skip
        assert words in said, said


async def test_without_kafka_it_says_so(world: World) -> None:
    async with world.bot(idle=("alerts",)):
        world.kafka.goes("refuses")
        admin = world.person(2001)
        await admin.writes("/check")
        await admin.sees("❗ Kafka не отвечает")
        world.kafka.goes("")


async def test_operators_and_customers_may_not(world: World) -> None:
    async with world.bot(idle=("alerts",)):
        operator = world.person(3001)
        await operator.writes("/check")
        await operator.sees("администратор")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_has_its_sentence(trouble: Trouble, language: Language) -> None:
    page = check_page([Finding(Subject.CHAT, trouble, "<b>Operators", {"new": "-1001"})], texts(language))
    of_no_chat = {Trouble.TOKEN, Trouble.UNREACHED, Trouble.CLOCK, Trouble.DISK}
    assert "&lt;b&gt;Operators" in page.text or trouble in of_no_chat
