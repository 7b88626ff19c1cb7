"""A bot among odd updates, floods, a Telegram that misbehaves, and its own sudden end."""

import asyncio
from collections import Counter

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.application.framework import build, route
from bot.core.intake import QUEUE_DEPTH, kind_of, lane_of
from bot.telegram.pace import Pace
from ops.sandbox.server import DEMO_TOKEN, running
from tests.bot.world.strategies import texts
from tests.bot.world.world import FREELY, World

# Handled, passed over, or addressed to a chat or a button that Telegram does not know.
FINE = frozenset({"ok", "ignored", "left", "too_late"})
# Somebody whom the sandbox knows.
ANNA = {"id": 1001, "is_bot": False, "first_name": "Анна", "language_code": "ru"}
HER_CHAT = {"id": 1001, "type": "private", "first_name": "Анна"}

numbers = st.one_of(st.integers(-(2**63), 2**63), st.integers(1, 5000))
users = st.one_of(
    st.just(ANNA),
    st.fixed_dictionaries(
        {"id": numbers, "is_bot": st.booleans(), "first_name": texts},
        optional={"language_code": st.sampled_from(["ru", "en", "xx", ""]), "username": st.just("somebody")},
    ),
)
chats = st.one_of(
    st.just(HER_CHAT),
    st.fixed_dictionaries({"id": numbers, "type": st.sampled_from(["private", "group", "supergroup", "channel", "x"])}),
)
entities = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["bold", "bot_command", "new_kind"]), "offset": numbers, "length": numbers}
    ),
    max_size=3,
)
said = st.one_of(texts, st.sampled_from(["/start", "/start p_w1", "/help", "/search часы", "/language xx", "/nope"]))
messages = st.fixed_dictionaries(
    {"message_id": numbers, "date": st.integers(0, 2**33), "chat": chats},
    optional={
        "from": users,
        "text": said,
        "caption": texts,
        "entities": entities,
        "via_bot": users,
        "sticker": st.just({}),
        "unheard_of": st.just({"a": 1}),
    },
)
hers = st.fixed_dictionaries(
    {"message_id": numbers, "date": st.just(1), "chat": st.just(HER_CHAT), "from": st.just(ANNA), "text": said}
)
presses = st.fixed_dictionaries(
    {"id": st.text("0123456789", min_size=1, max_size=20), "from": users, "chat_instance": st.just("1")},
    optional={
        "data": st.one_of(
            texts,
            st.sampled_from(
                ["h", "d:ask", "g:en", "l:zzzzzzzzzzz:0:p", "o:chasy-mira/w1::0:0", "s:chasy-mira/w1", "n:2:3"]
            ),
        ),
        "message": messages,
        "inline_message_id": st.just("abc"),
    },
)
queries = st.fixed_dictionaries({"id": st.just("1"), "from": users, "query": texts, "offset": texts})
updates = st.one_of(
    st.fixed_dictionaries({"update_id": numbers, "message": messages}),
    st.fixed_dictionaries({"update_id": numbers, "message": hers}),
    st.fixed_dictionaries({"update_id": numbers, "edited_message": messages}),
    st.fixed_dictionaries({"update_id": numbers, "channel_post": messages}),
    st.fixed_dictionaries({"update_id": numbers, "callback_query": presses}),
    st.fixed_dictionaries({"update_id": numbers, "inline_query": queries}),
    st.fixed_dictionaries({"update_id": numbers, "brand_new_kind": st.just({"a": []})}),
)


def test_no_update_however_odd_raises_or_is_left_unsettled() -> None:
    outcomes = Counter[str]()

    @given(st.lists(updates, min_size=10, max_size=30))
    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    def play(raws: list[dict[str, object]]) -> None:
        outcomes.update(asyncio.run(_outcomes(raws)))

    play()
    assert outcomes["ok"] > 20, f"some are answered, and not all passed over: {outcomes}"


async def _outcomes(raws: list[dict[str, object]]) -> list[str]:
    """What became of each of the updates that the framework can read."""
    outcomes = []
    async with running() as sandbox, aiohttp.ClientSession() as session:
        world = World(sandbox, session)
        # Her chat with the bot is the one that Telegram knows.
        await world.person(1001).writes("/start")
        application, _ = build(DEMO_TOKEN, sandbox.url, pace=Pace(FREELY))
        router = world.made(application.bot).router
        route(application, router)
        async with application:
            for raw in raws:
                lane_of(raw)
                assert kind_of(raw) in {"message", "edited_message", "callback_query", "inline_query", "other"}
                try:
                    update = Update.de_json(raw, application.bot)
                except (TypeError, ValueError, KeyError, AttributeError, OverflowError, OSError):
                    continue
                await application.process_update(update)
                outcomes.append(router.settled(update.update_id))
                assert outcomes[-1] in FINE, raw
    return outcomes


@pytest.mark.parametrize(
    ("method", "kind"), [("sendMessage", "429"), ("sendMessage", "500"), ("editMessageText", "drop")]
)
async def test_a_telegram_that_misbehaves_once_is_asked_again(chat: World, method: str, kind: str) -> None:
    anna = chat.person(1001)
    if method == "sendMessage":
        await chat.misbehave(method, kind)
    await anna.writes("умные часы")
    found = await anna.sees("12 товаров")
    if method == "editMessageText":
        await chat.misbehave(method, kind)
    await anna.presses(found, "›")
    await anna.sees_change(found, button="2/3")
    assert sum(message.from_bot for message in await anna.history()) == 1


async def test_updates_that_came_while_the_bot_was_away_are_answered(world: World) -> None:
    anna = world.person(1001)
    await anna.writes("умные часы")
    async with world.bot():
        await anna.sees("12 товаров")


def holding_up(chat: World, text: str) -> asyncio.Event:
    """Searches for this text wait for the event."""
    slow = asyncio.Event()
    search = chat.catalog.search

    async def patient(request, allowed=None):  # type: ignore[no-untyped-def]
        if request.text == text:
            await slow.wait()
        return await search(request, allowed)

    chat.catalog.search = patient  # type: ignore[method-assign]
    return slow


async def test_one_slow_person_does_not_keep_the_others_waiting(chat: World) -> None:
    slow = holding_up(chat, "медленно")
    anna, oliver = chat.person(1001), chat.person(1002)
    await anna.writes("медленно")
    await anna.writes("Huawei")
    await oliver.writes("Xiaomi")
    await oliver.sees("4 products")
    assert not any(message.from_bot for message in await anna.history())
    slow.set()
    await anna.sees("4 товара")
    answers = [message.text for message in await anna.history() if message.from_bot]
    assert "медленно" in answers[0]
    assert "Huawei" in answers[1]


async def test_a_flood_is_answered_up_to_a_limit_and_who_sent_it_is_told_what_was_not_read(chat: World) -> None:
    slow = holding_up(chat, "медленно")
    anna, oliver = chat.person(1001), chat.person(1002)
    await anna.writes("медленно")
    for _ in range(59):
        await anna.writes("Huawei")
    await oliver.writes("Xiaomi")
    await oliver.sees("4 products")
    # Inline mode does not wait for the chat.
    assert (await anna.asks_inline("Huawei"))["results"]
    slow.set()
    await anna.sees("не прочитано")
    answers = [message.text for message in await anna.history() if message.from_bot]
    assert len(answers) == 1 + QUEUE_DEPTH + 1
    assert f"не прочитано {59 - QUEUE_DEPTH} последних сообщений" in answers[-1]
    # It is over: the next one is read as always.
    await anna.writes("Xiaomi")
    await anna.sees("4 товара")


async def test_talk_in_a_group_is_not_counted_among_what_was_not_read(chat: World) -> None:
    slow = holding_up(chat, "медленно")
    talking, oliver = chat.person(1001, -100500), chat.person(1002)
    await talking.writes("/search медленно")
    for number in range(2 * QUEUE_DEPTH):
        await talking.writes(f"болтовня {number}")
    await talking.writes("/search Huawei")
    await oliver.writes("Xiaomi")
    await oliver.sees("4 products")
    slow.set()
    await talking.sees("не прочитано 1 последнее сообщение")


async def test_a_message_of_a_hundred_kilobytes_is_a_search_like_any_other(chat: World) -> None:
    application, _ = build(DEMO_TOKEN, chat.sandbox.url, pace=Pace(FREELY))
    router = chat.made(application.bot).router
    route(application, router)
    await chat.person(1001).writes("/start")
    message = {"message_id": 9, "date": 1, "chat": HER_CHAT, "from": ANNA, "text": "часы \u202e<b>" * 10_000}
    async with application:
        await application.process_update(Update.de_json({"update_id": 1, "message": message}, application.bot))
    assert router.settled(1) == "ok"
    assert len(chat.records.requests[-1].text) <= 256
