"""What operators answer to a card is kept with it."""

from collections.abc import AsyncIterator

import pytest

from bot.features.alerts.models import MOST_COMMENTS
from tests.bot.world.alert_samples import payload, resolved
from tests.bot.world.operations import GROUP, Operations
from tests.bot.world.world import World


@pytest.fixture
async def operations(world: World) -> AsyncIterator[Operations]:
    made = Operations(world)
    async with made.bot():
        yield made


async def test_an_answer_to_a_card_is_on_it_in_its_details_and_in_the_audit(operations: Operations) -> None:
    igor = operations.operator()
    await operations.notify(payload())
    card = await igor.sees("ServiceDown", button="🔎 Details")
    await igor.answers(card, "the disk of <b>node 2</b> is full")
    await igor.sees_change(card, "💬 Игорь: the disk of <b>node 2</b> is full")
    await igor.answers(card, "cleaned up")
    await igor.sees_change(card, "💬 Игорь: cleaned up · 1 comment more")
    await igor.presses(card, "🔎 Details")
    await igor.sees_change(card, "Details", "node 2", ": cleaned up")
    done = [(entry.action, entry.target, entry.detail) for entry in operations.world.audit.written]
    assert done == [
        ("comment", "ServiceDown · kafka", "the disk of <b>node 2</b> is full"),
        ("comment", "ServiceDown · kafka", "cleaned up"),
    ]


async def test_what_is_over_is_commented_too_and_an_episode_that_follows_keeps_it(operations: Operations) -> None:
    igor = operations.operator()
    await operations.notify(payload())
    card = await igor.sees("ServiceDown")
    await operations.notify(resolved())
    await igor.sees_change(card, "✅")
    await igor.answers(card, "the cable was loose")
    await igor.sees_change(card, "💬 Игорь: the cable was loose")
    await operations.notify(payload())
    await igor.sees("🔁", "💬 Игорь: the cable was loose")


async def test_talk_and_answers_to_other_messages_are_no_comments(operations: Operations) -> None:
    igor, grace = operations.operator(), operations.operator(3002)
    await operations.notify(payload())
    await igor.sees("ServiceDown")
    await igor.writes("who looks at it?")
    (talk,) = [seen for seen in await grace.history() if seen.text == "who looks at it?"]
    await grace.answers(talk, "me")
    await igor.writes("/alerts")
    await igor.sees("1 открытое")
    assert not [card.comments for card in operations.cards.kept.values() if card.comments]


async def test_whoever_has_no_role_leaves_no_comment(operations: Operations) -> None:
    await operations.notify(payload())
    card = await operations.operator().sees("ServiceDown")
    stranger = operations.world.person(1002, GROUP)
    await stranger.answers(card, "buy cheap watches")
    await operations.operator().sees("Only operators")
    assert not [one.comments for one in operations.cards.kept.values() if one.comments]


async def test_of_many_comments_the_newest_are_kept(operations: Operations) -> None:
    igor = operations.operator()
    token = await operations.notify(payload())
    card = await igor.sees("ServiceDown")
    for number in range(MOST_COMMENTS + 3):
        await igor.answers(card, f"look {number}")
    await igor.sees_change(card, f"look {MOST_COMMENTS + 2}")
    assert operations.cards.kept[token].comments[0].text == "look 3"
