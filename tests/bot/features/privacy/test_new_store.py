"""A feature that is added with a store about people: nothing of privacy is touched, and it counts and deletes it."""

from dataclasses import replace

import pytest

from bot.application.features import FEATURES
from bot.container.foundation import Foundation
from bot.container.registration import Feature
from bot.state.store import Personal, StoreSpec
from bot.ui.locale import Html, Texts
from pipeline.contracts.messages import Message
from tests.bot.world.world import PSEUDONYMS, World

# English, since the words of this feature are in no catalogue.
OLIVER, ANNA = PSEUDONYMS.of(1002), PSEUDONYMS.of(1001)


class Favourite(Message):
    """A product that somebody likes; its key is `favourite:<pseudonym>:<product>`."""

    offer_id: str


def _words(count: int, texts: Texts) -> Html:
    return texts.html_n("• {n} favourite", "• {n} favourites", count)


FAVOURITES = StoreSpec("favourite:", Favourite, Personal(_words))
NOTES = StoreSpec("note:", Favourite)


def _build(base: Foundation) -> object:
    return base.stores.of(FAVOURITES)


FEATURE = Feature(name="favourites", build=_build, stores=(FAVOURITES, NOTES))


@pytest.fixture
def world(world: World) -> World:
    """A world whose bot has the feature too, and some entries."""
    made = replace(world, features=(*FEATURES, FEATURE))
    for person in (OLIVER, ANNA):
        for number in range(3):
            made.store(FAVOURITES).set(f"{person}:w{number}", Favourite(offer_id=f"w{number}"))
    # A name that looks like the person's, in a store that is about nobody.
    made.store(NOTES).set(f"{OLIVER}:chasy-mira/w1", Favourite(offer_id="chasy-mira/w1"))
    return made


async def test_what_a_new_store_keeps_is_counted_and_forgotten_and_nothing_of_others(world: World) -> None:
    async with world.bot():
        oliver = world.person(1002)
        await oliver.writes("/privacy")
        kept = await oliver.sees("• 3 favourites", button="🗑 Forget me")
        await oliver.presses(kept, "🗑 Forget me")
        question = await oliver.sees_change(kept, "Delete all of this?", "• 3 favourites", button="Yes, delete")
        assert len(world.store(FAVOURITES).of(OLIVER)) == 3
        await oliver.presses(question, "Yes, delete")
        await oliver.sees_change(kept, "✅ Deleted")
        assert world.store(FAVOURITES).of(OLIVER) == ()
        assert [name for name, _ in world.store(FAVOURITES).of(ANNA)] == [f"{ANNA}:w{number}" for number in range(3)]
        assert list(world.store(NOTES).kept) == [f"{OLIVER}:chasy-mira/w1"]
        await oliver.writes("/privacy")
        assert "favourite" not in (await oliver.sees("What I keep about you")).text


async def test_while_a_new_store_cannot_be_written_forgetting_is_not_confirmed_and_ends_with_the_next_press(
    world: World,
) -> None:
    async with world.bot():
        oliver = world.person(1002)
        await oliver.writes("/privacy")
        kept = await oliver.sees(button="🗑 Forget me")
        await oliver.presses(kept, "🗑 Forget me")
        question = await oliver.sees_change(kept, button="Yes, delete")
        world.store(FAVOURITES).down = True
        assert (await oliver.presses(question, "Yes, delete")).alert
        assert len(world.store(FAVOURITES).of(OLIVER)) == 3
        world.store(FAVOURITES).down = False
        await oliver.presses(question, "Yes, delete")
        await oliver.sees_change(kept, "✅ Deleted")
        assert world.store(FAVOURITES).of(OLIVER) == ()
