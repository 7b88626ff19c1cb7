"""sendMessage and what hangs on it: limits, keyboards, replies, topics, copies; with Telegram's error texts."""

import pytest

from ops.sandbox.objects import Json
from tests.ops.sandbox.people import Caller

GROUP = -100500
CALLBACK: Json = {"inline_keyboard": [[{"text": "a", "callback_data": "x"}]]}


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"text": "a"}, "Bad Request: chat_id is empty"),
        ({"chat_id": 555, "text": "a"}, "Bad Request: chat not found"),
        ({"chat_id": "@nobody", "text": "a"}, "Bad Request: chat not found"),
        ({"chat_id": 1002, "text": "a"}, "Forbidden: bot can't initiate conversation with a user"),
        ({"chat_id": 1001}, "Bad Request: message text is empty"),
        ({"chat_id": 1001, "text": " \n "}, "Bad Request: message text is empty"),
        ({"chat_id": 1001, "text": "<b></b>", "parse_mode": "HTML"}, "Bad Request: message text is empty"),
        ({"chat_id": 1001, "text": "ж" * 4097}, "Bad Request: message is too long"),
        (
            {"chat_id": 1001, "text": "a <b>", "parse_mode": "HTML"},
            'Bad Request: can\'t parse entities: Can\'t find end tag corresponding to start tag "b"',
        ),
        ({"chat_id": 1001, "text": "a", "reply_parameters": {"message_id": 99}},
         "Bad Request: message to be replied not found"),
        ({"chat_id": 1001, "text": "a", "message_thread_id": 99}, "Bad Request: message thread not found"),
        ({"chat_id": 1001, "text": "a", "reply_markup": "{"}, "Bad Request: can't parse reply_markup JSON object"),
        ({"chat_id": 1001, "text": "a", "reply_markup": []}, "Bad Request: object expected as reply markup"),
    ],
)  # fmt: skip
async def test_refusals(caller: Caller, parameters: dict[str, Json], error: str) -> None:
    answer = await caller.bot("sendMessage", **parameters)
    assert answer.description == error
    assert answer.status == answer.body["error_code"]
    assert len(await caller.messages(1001)) == 1


@pytest.mark.parametrize(
    ("button", "error"),
    [
        ({"text": "a", "callback_data": "ж" * 33}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": ""}, "Bad Request: BUTTON_DATA_INVALID"),
        (
            {"text": "a"},
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"callback_data": "a"}, "Bad Request: can't parse inline keyboard button: can't find field \"text\""),
        ("a", "Bad Request: can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
        (
            {"text": "a", "url": "no way"},
            "Bad Request: inline keyboard button URL 'no way' is invalid: Wrong HTTP URL",
        ),
    ],
)
async def test_buttons_that_telegram_refuses(caller: Caller, button: Json, error: str) -> None:
    answer = await caller.bot("sendMessage", chat_id=1001, text="a", reply_markup={"inline_keyboard": [[button]]})
    assert answer.description == error


async def test_the_longest_that_fit(caller: Caller) -> None:
    text = "<b>" + "😀" * 4096 + "</b>"
    keyboard: Json = {"inline_keyboard": [[{"text": "a", "callback_data": "ж" * 32}]]}
    sent = await caller.bot("sendMessage", chat_id=1001, text=text, parse_mode="HTML", reply_markup=keyboard)
    assert sent.result["text"] == "😀" * 4096
    assert sent.result["entities"] == [{"type": "bold", "offset": 0, "length": 8192}]
    assert sent.result["reply_markup"] == keyboard


async def test_a_person_sees_what_the_bot_sent(caller: Caller) -> None:
    await caller.bot(
        "sendMessage", chat_id=1001, text="hi", reply_parameters={"message_id": 1}, reply_markup=CALLBACK,
        protect_content=True, link_preview_options={"is_disabled": True},
    )  # fmt: skip
    seen = (await caller.messages(1001, after=1))[0]
    assert seen["message_id"] == 2
    assert seen["from"]["is_bot"]
    assert seen["reply_to_message"]["text"] == "hello"
    assert seen["has_protected_content"]
    assert seen["link_preview_options"] == {"is_disabled": True}
    assert seen["reply_markup"] == CALLBACK


async def test_every_way_to_write_parameters(caller: Caller) -> None:
    path = f"/bot{caller.token}/sendMessage"
    form = {
        "chat_id": "1001",
        "text": "form",
        "reply_markup": '{"inline_keyboard":[[{"text":"a","callback_data":"x"}]]}',
    }
    async with caller.session.post(path, data=form) as response:
        assert (await response.json())["result"]["reply_markup"] == CALLBACK
    async with caller.session.post(path, params={"chat_id": "1001", "text": "query"}) as response:
        assert (await response.json())["result"]["text"] == "query"
    async with caller.session.post(path.lower(), data=b"{", headers={"Content-Type": "application/json"}) as response:
        assert response.status == 404 or not (await response.json())["ok"]


async def test_a_stranger_with_a_wrong_token(caller: Caller) -> None:
    answer = await caller.post("/bot1:wrong/getMe", {})
    assert (answer.status, answer.description) == (401, "Unauthorized")


async def test_a_method_that_is_not_there(caller: Caller) -> None:
    answer = await caller.bot("sendNothing")
    assert (answer.status, answer.description) == (404, "Not Found: method not found")


async def test_topics_of_the_group(caller: Caller) -> None:
    topic = (await caller.bot("createForumTopic", chat_id=GROUP, name="Critical")).result["message_thread_id"]
    sent = await caller.bot("sendMessage", chat_id=GROUP, text="card", message_thread_id=topic)
    assert sent.result["is_topic_message"] is True
    seen = await caller.messages(3001, GROUP)
    assert seen[-1]["message_thread_id"] == topic
    refused = await caller.bot("createForumTopic", chat_id=1001, name="x")
    assert refused.description == "Bad Request: the chat is not a forum"


async def test_copy_and_forward(caller: Caller) -> None:
    await caller.bot("sendMessage", chat_id=1001, text="<b>a</b>", parse_mode="HTML")
    copied = await caller.bot("copyMessage", chat_id=GROUP, from_chat_id=1001, message_id=2)
    forwarded = await caller.bot("forwardMessage", chat_id=GROUP, from_chat_id=1001, message_id=1)
    seen = await caller.messages(3001, GROUP)
    assert copied.result == {"message_id": seen[0]["message_id"]}
    assert seen[0]["entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    assert forwarded.result["forward_origin"] is not None
    missing = await caller.bot("copyMessage", chat_id=GROUP, from_chat_id=1001, message_id=99)
    assert missing.description == "Bad Request: message to copy not found"


async def test_a_person_who_blocked_the_bot(caller: Caller) -> None:
    await caller.person(1001, "block")
    assert (await caller.bot("sendMessage", chat_id=1001, text="a")).description == (
        "Forbidden: bot was blocked by the user"
    )
    await caller.say(1001, "back again")
    assert (await caller.bot("sendMessage", chat_id=1001, text="a")).status == 200


async def test_mentions_of_people(caller: Caller) -> None:
    text = '<a href="tg://user?id=3001">op</a> <a href="tg://user?id=909090">nobody</a>'
    sent = (await caller.bot("sendMessage", chat_id=1001, text=text, parse_mode="HTML")).result
    entities = sent["entities"]
    assert isinstance(entities, list) and len(entities) == 1
    assert isinstance(entities[0], dict) and isinstance(entities[0]["user"], dict)
    assert entities[0]["user"]["username"] == "igor_vetrov"
