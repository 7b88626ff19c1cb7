"""What people see of the bot before they write to it."""

import pytest

from bot.application.framework import build
from bot.telegram.pace import Pace
from bot.telegram.profile import show_profile
from bot.ui.locale import Language
from ops.sandbox.server import DEMO_TOKEN
from tests.bot.world.world import FREELY, World


@pytest.mark.parametrize(
    ("language", "begins", "name"),
    [("ru", "Ищу", "Ярмарка"), ("en", "I search", "Yarmarka"), (None, "I search", "Yarmarka")],
)
async def test_the_bot_says_what_it_is_for(world: World, language: Language | None, begins: str, name: str) -> None:
    application, _ = build(DEMO_TOKEN, world.sandbox.url, timeout_s=5.0, pace=Pace(FREELY))
    async with application:
        await show_profile(application.bot)
        said = await application.bot.get_my_description(language_code=language)
        short = await application.bot.get_my_short_description(language_code=language)
        called = await application.bot.get_my_name(language_code=language)
    assert called.name == name
    assert said.description.startswith(begins)
    assert 0 < len(short.short_description) <= 120
    assert len(said.description) <= 512


async def test_a_refusal_is_no_trouble(world: World) -> None:
    await world.misbehave("setMyDescription", "429", times=1)
    await world.misbehave("setMyShortDescription", "500", times=1)
    application, _ = build(DEMO_TOKEN, world.sandbox.url, timeout_s=5.0, pace=Pace(FREELY))
    async with application:
        await show_profile(application.bot)
        said = await application.bot.get_my_short_description(language_code="ru")
    assert said.short_description.startswith("Поиск")


async def test_a_name_that_is_right_is_not_set_again_nor_does_its_refusal_stop_the_texts(world: World) -> None:
    await world.misbehave("setMyName", "500", times=9)
    application, _ = build(DEMO_TOKEN, world.sandbox.url, timeout_s=5.0, pace=Pace(FREELY))
    async with application:
        await show_profile(application.bot)
        assert (await application.bot.get_my_description(language_code="ru")).description.startswith("Ищу")
        # The sandbox's own name is the English one: only the Russian name had to be set, and was refused.
        assert (await application.bot.get_my_name(language_code="en")).name == "Yarmarka"
