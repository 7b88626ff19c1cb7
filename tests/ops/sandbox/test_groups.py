"""Groups as Telegram has them: topics, an upgrade to a supergroup; and how messages are numbered."""

from pathlib import Path

import aiohttp

from ops.sandbox.objects import Json, JsonObject
from ops.sandbox.server import running
from tests.ops.sandbox.people import Caller
from tests.ops.sandbox.test_person_actions import next_update

GROUP = -100500
UPGRADED = -1_001_009_990_001
MOVED = "Bad Request: group chat was upgraded to a supergroup chat"


async def test_all_private_chats_count_together_and_a_group_by_itself(caller: Caller) -> None:
    assert [await caller.say(person, "one") for person in (1001, 1002, 1001)] == [2, 3, 4]
    assert [await caller.say(1001, "one", GROUP), await caller.say(1002, "two", GROUP)] == [1, 2]
    sent = await caller.bot("sendMessage", chat_id=1002, text="three")
    assert sent.result["message_id"] == 5


async def test_what_answers_nothing_in_a_topic_answers_its_creation(caller: Caller) -> None:
    made = await caller.person(1001, "topic", chat_id=GROUP, name="Critical")
    topic = made.body["message_thread_id"]
    written = await next_update(caller, "message")
    assert written["text"] == "hello"
    await caller.person(2001, "send", chat_id=GROUP, message_thread_id=topic, text="/roles grant admin")
    begun = (await caller.messages(1001, GROUP))[0]
    said = (await caller.messages(1001, GROUP))[-1]
    assert said["reply_to_message"]["message_id"] == topic == begun["message_id"]
    assert said["reply_to_message"]["forum_topic_created"]["name"] == "Critical"
    assert said["reply_to_message"]["from"]["id"] == 1001
    await caller.person(
        2001, "send", chat_id=GROUP, message_thread_id=topic, text="yes", reply_to_message_id=said["message_id"]
    )
    answer = (await caller.messages(1001, GROUP))[-1]
    assert answer["reply_to_message"]["text"] == "/roles grant admin"


async def test_a_deleted_topic_and_the_general_one_have_no_number(caller: Caller) -> None:
    made = await caller.person(1001, "topic", chat_id=GROUP, name="Critical")
    topic = made.body["message_thread_id"]
    assert (await caller.person(1001, "topic", chat_id=GROUP, message_thread_id=topic)).status == 200
    assert (await caller.person(1001, "topic", chat_id=GROUP, message_thread_id=topic)).status == 404
    for number in (topic, 1):
        answer = await caller.bot("sendMessage", chat_id=GROUP, text="a", message_thread_id=number)
        assert answer.description == "Bad Request: message thread not found"


async def test_a_group_that_was_upgraded_says_where_it_is(caller: Caller) -> None:
    fresh = (await caller.person(3001, "upgrade", chat_id=GROUP)).body["chat_id"]
    answer = await caller.bot("sendMessage", chat_id=GROUP, text="a")
    assert (answer.status, answer.description) == (400, MOVED)
    assert answer.body["parameters"] == {"migrate_to_chat_id": fresh}
    assert isinstance(fresh, int)
    assert (await caller.bot("sendMessage", chat_id=fresh, text="a")).status == 200
    assert [message.get("text") for message in await caller.messages(3001, fresh)] == [None, "a"]
    assert (await caller.person(3001, "upgrade", chat_id=GROUP)).status == 409
    assert (await caller.person(1001, "upgrade", chat_id=1001)).body == {"error": "A private chat is no group."}


async def test_a_raw_update_does_what_it_says(caller: Caller) -> None:
    chat: Json = {"id": GROUP, "type": "group", "title": "Operators"}
    await caller.post("/updates", {"message": {"message_id": 9, "chat": chat, "migrate_to_chat_id": UPGRADED}})
    assert (await caller.bot("sendMessage", chat_id=GROUP, text="a")).description == MOVED
    assert (await caller.bot("sendMessage", chat_id=UPGRADED, text="a")).status == 200
    assert (await caller.bot("sendMessage", chat_id=4711, text="a")).status == 400
    private: Json = {"id": 4711, "type": "private", "first_name": "A"}
    await caller.post("/updates", {"edited_message": {"message_id": 10, "chat": private, "text": "b"}})
    assert (await caller.bot("sendMessage", chat_id=4711, text="a")).status == 200


async def test_a_fault_may_befall_one_chat_only(caller: Caller) -> None:
    await caller.say(1002, "hello")
    await caller.post("/faults", {"method": "sendMessage", "kind": "500", "chat_id": 1001, "seconds": 60})
    assert (await caller.bot("sendMessage", chat_id=1002, text="a")).status == 200
    assert (await caller.bot("sendMessage", chat_id=1001, text="a")).status == 500


async def test_one_picture_that_cannot_be_one_is_refused_without_saying_which(caller: Caller) -> None:
    article: JsonObject = {"type": "article", "title": "a", "input_message_content": {"message_text": "a"}}
    fine: Json = {**article, "id": "1", "thumbnail_url": "https://shop.example/a.png"}
    for address in ("https://shop", "ftp://shop.example/a", "https://shop.example/a b", "https://[", "a"):
        bad: Json = {**article, "id": "2", "thumbnail_url": address}
        answer = await caller.bot("answerInlineQuery", inline_query_id="1", results=[fine, bad])
        assert answer.description == "Bad Request: WEBDOCUMENT_URL_INVALID", address
    taken = await caller.bot("answerInlineQuery", inline_query_id="1", results=[fine])
    assert "query is too old" in taken.description


async def test_an_upgrade_and_the_numbers_survive_a_restart(tmp_path: Path) -> None:
    async with running(state_dir=tmp_path) as sandbox, aiohttp.ClientSession(sandbox.url) as session:
        caller = Caller(session, sandbox.world.token)
        await caller.say(1001, "one")
        await caller.person(3001, "upgrade", chat_id=GROUP)
    async with running(state_dir=tmp_path) as sandbox, aiohttp.ClientSession(sandbox.url) as session:
        caller = Caller(session, sandbox.world.token)
        assert await caller.say(1002, "two") == 2
        assert (await caller.bot("sendMessage", chat_id=GROUP, text="a")).description == MOVED
