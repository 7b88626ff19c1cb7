"""What Telegram sends beside plain messages: edits, captions, anonymous admins, upgrades, webhooks, topics."""

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.core.moved_chats import MOVED, MovedChat
from bot.features.alerts.destination import Destination
from tests.bot.world.alert_samples import payload, resolved
from tests.bot.world.operations import GROUP, Operations
from tests.bot.world.world import World, bot_settings
from tests.waiting import until

FRESH = -1_001_009_990_001
ANNA = {"id": 1001, "is_bot": False, "first_name": "Анна", "language_code": "ru"}
PRIVATE = {"id": 1001, "type": "private", "first_name": "Анна"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
OPERATORS = {"id": GROUP, "type": "supergroup", "title": "Operators"}
DATE = 1_795_780_800


async def arrives(world: World, kind: str, **fields: object) -> None:
    """Telegram sends this update."""
    body = {kind: {"message_id": 900_001, "date": DATE, **fields}}
    async with world.session.post(f"{world.sandbox.url}/updates", json=body) as answer:
        assert answer.status == 200, await answer.text()


async def test_what_was_corrected_in_private_is_answered_anew(chat: World) -> None:
    await arrives(chat, "edited_message", chat=PRIVATE, edit_date=DATE + 10, text="умные часы", **{"from": ANNA})
    await chat.person(1001).sees("12 товаров")


async def test_what_is_corrected_in_a_group_is_read_by_nobody(chat: World) -> None:
    await arrives(chat, "edited_message", chat=OPERATORS, edit_date=DATE + 10, text="/help", **{"from": ANNA})
    await chat.person(1002).writes("Huawei")
    await chat.person(1002).sees("4 products")
    assert await chat.person(1001, GROUP).history() == []


async def test_a_picture_is_searched_by_what_is_written_under_it(chat: World) -> None:
    photo = [{"file_id": "x", "file_unique_id": "y", "width": 90, "height": 90}]
    await arrives(chat, "message", chat=PRIVATE, photo=photo, caption="умные часы", **{"from": ANNA})
    await chat.person(1001).sees("12 товаров")
    await arrives(chat, "message", chat=PRIVATE, photo=photo, **{"from": ANNA})
    await chat.person(1001).sees("только текст")


@pytest.mark.parametrize(("caption", "said"), [("умные часы", "12 товаров"), (None, "только текст")])
async def test_an_album_is_answered_once(chat: World, caption: str | None, said: str) -> None:
    anna = chat.person(1001)
    for number in range(4):
        first = {"caption": caption} if caption and not number else {}
        photo = [{"file_id": f"x{number}", "file_unique_id": f"y{number}", "width": 90, "height": 90}]
        album = {"media_group_id": "13", "message_id": 900_001 + number, "chat": PRIVATE, "from": ANNA}
        await arrives(chat, "message", photo=photo, **album, **first)
    await anna.sees(said)
    await chat.person(1002).writes("Huawei")
    await chat.person(1002).sees("4 products")
    assert len([seen for seen in await anna.history() if seen.from_bot]) == 1


async def test_what_telegram_tells_of_a_chat_is_no_message_to_the_bot(chat: World) -> None:
    anna = chat.person(1001)
    pinned = {"message_id": 7, "date": DATE, "chat": PRIVATE, "text": "12"}
    for told in (
        {"pinned_message": pinned},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
    ):
        await arrives(chat, "message", chat=PRIVATE, **told, **{"from": ANNA})
    place = {"latitude": 55.7, "longitude": 37.6, "live_period": 900}
    await arrives(chat, "edited_message", chat=PRIVATE, edit_date=DATE + 10, location=place, **{"from": ANNA})
    await chat.person(1002).writes("Huawei")
    await chat.person(1002).sees("4 products")
    assert [seen for seen in await anna.history() if seen.from_bot] == []


@pytest.mark.parametrize(
    "member", [{"new_chat_members": [ANNA]}, {"left_chat_member": ANNA}, {"new_chat_title": "Ops"}]
)
async def test_comings_and_goings_in_a_group_are_answered_by_nobody(chat: World, member: dict[str, object]) -> None:
    await arrives(chat, "message", chat=OPERATORS, **member, **{"from": ANNA})
    await chat.person(1002).writes("Huawei")
    await chat.person(1002).sees("4 products")
    assert await chat.person(3001, GROUP).history() == []


@pytest.mark.parametrize("text", ["/alerts", "/roles grant 1001 admin", "/help@yarmarka_bot"])
async def test_who_writes_in_the_groups_name_is_asked_to_write_as_themselves(chat: World, text: str) -> None:
    await arrives(chat, "message", chat=OPERATORS, sender_chat=OPERATORS, text=text, **{"from": ANONYMOUS})
    await chat.person(3001, GROUP).sees("не от имени группы")
    assert not chat.audit.written and not chat.roles.kept


@pytest.mark.parametrize("text", ["good evening", "/unknown", "/help@another_bot"])
async def test_talk_in_the_groups_name_is_no_command(chat: World, text: str) -> None:
    await arrives(chat, "message", chat=OPERATORS, sender_chat=OPERATORS, text=text, **{"from": ANONYMOUS})
    await chat.person(1002).writes("Huawei")
    await chat.person(1002).sees("4 products")
    assert await chat.person(3001, GROUP).history() == []


async def test_a_channels_post_in_the_group_beside_it_is_nobodys_command(chat: World) -> None:
    channel = {"id": -1_009, "type": "channel", "title": "News"}
    telegram = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
    post = {"sender_chat": channel, "is_automatic_forward": True, "text": "/help", "from": telegram}
    await arrives(chat, "message", chat=OPERATORS, **post)
    await chat.person(1002).writes("Huawei")
    await chat.person(1002).sees("4 products")
    assert await chat.person(3001, GROUP).history() == []


async def test_cards_go_on_in_the_supergroup_that_their_group_became(world: World) -> None:
    operations = Operations(world, bot_settings(alert_chats=(str(GROUP),), alert_language="en"))
    old, new = operations.operator(), world.person(3001, FRESH)
    async with operations.bot():
        await operations.notify(payload())
        card = await old.sees("ServiceDown")
        await operations.notify(payload("Over", "hdfs"))
        over = await old.sees("Over")
        await operations.notify(resolved("Over", "hdfs"))
        await old.sees_change(over, "✅")
        before = await old.history()
        with capture_logs() as logs:
            await arrives(world, "message", chat=OPERATORS, migrate_to_chat_id=FRESH, **{"from": ANNA | {"id": 3001}})
            moved = await new.sees("ServiceDown", button="✋ Acknowledge")
        [said] = [entry for entry in logs if entry["event"] == "group_became_supergroup"]
        assert (said["setting"], said["old_id"], said["new_id"]) == ("YARMARKA_BOT__ALERT_CHATS", GROUP, FRESH)
        await new.presses(moved, "✋ Acknowledge")
        await new.sees_change(moved, "is on it")
        # What was over is not told again, and the old group is left as it was.
        assert len([seen for seen in await new.history() if seen.from_bot]) == 1
        assert await old.history() == before
        assert card.text == before[0].text
    async with operations.bot():
        await operations.notify(resolved())
        await new.sees_change(moved, "✅")
    # The setting follows: the card is still the same one.
    world.bot_settings = bot_settings(alert_chats=(str(FRESH),), alert_language="en")
    async with operations.bot():
        await operations.notify(payload())
        await new.sees_change(moved, "ServiceDown", button="✋ Acknowledge")


async def test_a_group_is_found_again_by_what_stands_in_the_new_one(world: World) -> None:
    operations = Operations(world, bot_settings(alert_chats=(str(GROUP),), alert_language="en"))
    fresh = {**OPERATORS, "id": FRESH}
    async with operations.bot():
        with capture_logs() as logs:
            await arrives(world, "message", chat=fresh, migrate_from_chat_id=GROUP, **{"from": ANNA | {"id": 3001}})
            await until(lambda: bool(world.store(MOVED).kept), "the move")
        [said] = [entry for entry in logs if entry["event"] == "group_became_supergroup"]
        assert (said["old_id"], said["new_id"]) == (GROUP, FRESH)
    assert world.store(MOVED).kept == {str(GROUP): MovedChat(new_id=FRESH, at=world.clock())}


async def test_a_group_is_found_again_by_the_refusal_alone_and_after_a_restart(world: World) -> None:
    operations = Operations(world)
    async with world.session.post(f"{world.sandbox.url}/user/3001/upgrade", json={"chat_id": GROUP}) as answer:
        fresh = (await answer.json())["chat_id"]
    # Telegram's own words about it were lost.
    world.sandbox.world.updates.pending.clear()
    async with operations.bot():
        await operations.notify(payload())
        await world.person(3001, fresh).sees("ServiceDown")
    assert world.store(MOVED).kept == {str(GROUP): MovedChat(new_id=fresh, at=world.clock())}
    async with operations.bot():
        await operations.notify(payload("Next", "hdfs"))
        await world.person(3001, fresh).sees("Next")


@pytest.mark.parametrize("topic", [1, 4711])
async def test_a_card_for_a_topic_that_is_not_there_is_shown_in_the_chat(operations: Operations, topic: int) -> None:
    await operations.notify(payload(), Destination(GROUP, topic))
    await operations.operator().sees("ServiceDown")


async def test_an_answer_stays_in_the_topic_where_it_was_asked(chat: World) -> None:
    topic = await begun(chat, 1001)
    await written(chat, 3001, "/help", topic)
    await chat.person(3001, GROUP).sees("/search")
    assert chat.sandbox.world.conversations[GROUP].posts[topic + 2].message["message_thread_id"] == topic


async def test_a_topics_creator_is_not_who_a_role_is_given_to(chat: World) -> None:
    topic = await begun(chat, 1001)
    await written(chat, 2001, "/roles grant admin", topic)
    maria = chat.person(2001, GROUP)
    await maria.sees("/roles grant @имя")
    assert not chat.roles.kept and not chat.audit.written


async def test_whose_message_was_answered_gets_a_role_after_a_question(chat: World) -> None:
    maria, anna = chat.person(2001, GROUP), chat.person(1001, GROUP)
    topic = await begun(chat, 2002)
    for number, answer in enumerate(("✕ Отмена", "✅ Подтвердить")):
        said = await written(chat, 1001, f"it is me {number}", topic)
        await written(chat, 2001, "/roles grant operator", topic, said)
        question = await maria.sees("Анна · 1001: сделать оператором?")
        assert not chat.roles.kept
        toast = await anna.presses(question, "✅ Подтвердить")
        assert "только администраторы" in toast.text
        await maria.presses(question, answer)
    await maria.sees_change(question, "теперь роль «оператор»")
    assert [(grant.role, grant.name) for grant in chat.roles.kept.values()] == [("operator", "Анна")]


async def test_a_token_with_a_webhook_is_polled_after_it_was_removed(world: World) -> None:
    async def elsewhere(request: web.Request) -> web.Response:
        return web.Response(status=500)

    app = web.Application()
    app.router.add_post("/hook-with-a-secret", elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook-with-a-secret"
    async with world.session.post(f"{world.sandbox.base_url}{world.sandbox.world.token}/setWebhook", json={"url": url}):
        await world.person(1002).writes("Huawei")
    with capture_logs() as logs:
        async with world.bot():
            await world.person(1002).sees("4 products")
    await runner.cleanup()
    [said] = [entry for entry in logs if entry["event"] == "webhook_removed"]
    assert said["host"] == "127.0.0.1" and "secret" not in str(said)


async def begun(world: World, user_id: int) -> int:
    """A person begins a topic in the operators' group; its number."""
    body = {"chat_id": GROUP, "name": "Roles"}
    async with world.session.post(f"{world.sandbox.url}/user/{user_id}/topic", json=body) as answer:
        topic: int = (await answer.json())["message_thread_id"]
        return topic


async def written(world: World, user_id: int, text: str, topic: int, answers: int | None = None) -> int:
    """A person writes in a topic, perhaps in answer to a message; the message's number."""
    body = {"chat_id": GROUP, "text": text, "message_thread_id": topic, "reply_to_message_id": answers}
    async with world.session.post(f"{world.sandbox.url}/user/{user_id}/send", json=body) as answer:
        number: int = (await answer.json())["message_id"]
        return number
