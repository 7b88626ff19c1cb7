"""What the marketplace checks of its features before anything is answered."""

from dataclasses import replace

import pytest

from bot.application.features import FEATURES
from bot.container.foundation import Foundation
from bot.container.registration import AnyFeature, Command, Feature, on
from bot.core.update_context import UpdateContext
from bot.features.privacy.buttons import ForgetMe
from bot.features.search.feature import SEARCH
from bot.state.store import StoreSpec
from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role
from pipeline.contracts.messages import Message
from tests.bot.world.telegram import application
from tests.bot.world.world import World


class Services:
    """What the feature stands on: nothing."""


def _build(_: Foundation) -> Services:
    return Services()


async def _answer(_: Services, __: UpdateContext, ___: str) -> None:
    """Never called."""


async def _press(_: Services, __: UpdateContext, ___: CallbackData) -> None:
    """Never called."""


async def _inline(_: Services, __: UpdateContext, *___: str) -> None:
    """Never called."""


NEW = Feature(name="new", build=_build)


def _build_other(_: Foundation) -> object:
    return object()


OTHER = Feature(name="other", build=_build_other)


async def _made(world: World, *more: AnyFeature) -> None:
    """Build the bot with these features after its own."""
    async with application(replace(world, features=(*FEATURES, *more))):
        pass


@pytest.mark.parametrize(
    ("feature", "fault"),
    [
        (replace(NEW, commands=(Command("privacy", _answer, Role.ADMIN, "once more"),)),
         "two features have the command /privacy"),
        (replace(NEW, buttons=(on(ForgetMe, _press),)), "two features handle ForgetMe"),
        (replace(NEW, any_text=_answer), "two features want to answer every text"),
        (replace(NEW, inline=_inline), "or every inline query"),
    ],
)  # fmt: skip
async def test_what_another_feature_has_already_is_refused(world: World, feature: AnyFeature, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        await _made(world, feature)


async def test_a_command_twice_in_one_feature_is_refused_too(world: World) -> None:
    command = Command("new", _answer, Role.CUSTOMER, "something new")
    await _made(world, replace(NEW, commands=(command,)))
    with pytest.raises(ValueError, match="/new"):
        await _made(world, replace(NEW, commands=(command, command)))


async def test_two_features_with_services_of_one_type_are_refused(world: World) -> None:
    await _made(world, NEW, OTHER)
    with pytest.raises(ValueError, match="there is a Services already"):
        await _made(world, NEW, replace(NEW, name="other"))


async def test_two_features_with_stores_that_read_each_others_entries_are_refused(world: World) -> None:
    spec = StoreSpec("saved:more:", Message)
    with pytest.raises(ValueError, match="saved:more: and saved:"):
        await _made(world, replace(NEW, stores=(spec,)))


async def test_a_feature_before_the_one_whose_services_it_reads_is_told_to_stand_after_it(world: World) -> None:
    def reads(base: Foundation) -> object:
        return (base.shared.get(Services),)

    await _made(world, NEW, replace(OTHER, build=reads))
    with pytest.raises(LookupError, match="no Services yet"):
        await _made(world, replace(OTHER, build=reads), NEW)


def test_the_list_has_each_feature_once_and_one_answers_every_text() -> None:
    assert len({feature.name for feature in FEATURES}) == len(FEATURES)
    assert [feature for feature in FEATURES if feature.any_text] == [SEARCH]
