"""The people's side: pressing, inline queries, and clear refusals."""

import asyncio
import json

import pytest
from aiohttp import StreamReader

from ops.sandbox.objects import Json, JsonObject
from tests.ops.sandbox.people import Caller

KEYBOARD: Json = {
    "inline_keyboard": [
        [{"text": "Buy", "callback_data": "b:1"}, {"text": "Site", "url": "https://a.ru/"}],
        [{"text": "Share", "switch_inline_query_current_chat": "watch"}],
    ]
}


async def next_update(caller: Caller, kind: str) -> JsonObject:
    """The next update of a kind; those before it are confirmed."""
    offset = 0
    async with asyncio.timeout(5):
        while True:
            updates = (await caller.bot("getUpdates", offset=offset, timeout=2)).body["result"]
            assert isinstance(updates, list)
            for update in updates:
                assert isinstance(update, dict) and isinstance(update["update_id"], int)
                offset = update["update_id"] + 1
                found = update.get(kind)
                if isinstance(found, dict):
                    await caller.bot("getUpdates", offset=offset)
                    return found


@pytest.mark.parametrize("name", ["Buy", "b:1"])
async def test_a_press_waits_for_the_answer(caller: Caller, name: str) -> None:
    await caller.bot("sendMessage", chat_id=1001, text="card", reply_markup=KEYBOARD)
    press = asyncio.create_task(caller.person(1001, "press", chat_id=1001, message_id=2, button=name))
    query = await next_update(caller, "callback_query")
    assert query["data"] == "b:1"
    assert isinstance(query["message"], dict) and query["message"]["text"] == "card"
    await caller.bot("answerCallbackQuery", callback_query_id=query["id"], text="Bought", show_alert=True)
    answer = await press
    assert (answer.status, answer.body) == (200, {"text": "Bought", "show_alert": True})


async def test_a_bot_that_never_answers(caller: Caller) -> None:
    await caller.bot("sendMessage", chat_id=1001, text="card", reply_markup=KEYBOARD)
    press = await caller.person(1001, "press", chat_id=1001, message_id=2, button="Buy")
    assert (press.status, press.body) == (504, {"error": "The bot did not answer the press of 'Buy' within 0.3 s."})
    inline = await caller.person(1001, "inline", query="x")
    assert (inline.status, inline.body) == (504, {"error": "The bot did not answer the inline query 'x' within 0.3 s."})


@pytest.mark.parametrize(
    ("name", "answer"),
    [("Site", {"url": "https://a.ru/"}), ("Share", {"switch_inline_query_current_chat": "watch"})],
)
async def test_buttons_that_do_not_reach_the_bot(caller: Caller, name: str, answer: Json) -> None:
    await caller.bot("sendMessage", chat_id=1001, text="card", reply_markup=KEYBOARD)
    assert (await caller.person(1001, "press", chat_id=1001, message_id=2, button=name)).body == answer


@pytest.mark.parametrize(
    ("call", "body", "status", "error"),
    [
        ("1001/send", {"chat_id": 1002, "text": "a"}, 404, "There is no chat 1002 for person 1001."),
        ("1001/send", {"chat_id": -1, "text": "a"}, 404, "There is no chat -1 for person 1001."),
        ("77/send", {"chat_id": -100500, "text": "a"}, 403, "Person 77 is not a member of chat -100500."),
        ("1001/send", {"text": "a"}, 400, "chat_id must be given as an integer."),
        ("1001/send", {"chat_id": 1001, "text": " "}, 400, "The text is empty."),
        ("1001/send", {"chat_id": 1001, "text": "a" * 4097}, 400, "A message has at most 4096 characters."),
        ("0/send", {"chat_id": 0, "text": "a"}, 404,
         "No person has the id 0: it must be between 1 and 1099511627775."),
        ("1001/press", {"chat_id": 1001, "message_id": 9, "button": "a"}, 404,
         "There is no message 9 in chat 1001."),
        ("1001/press", {"chat_id": 1001, "message_id": 1, "button": "a"}, 404,
         "There is no button 'a' on this message; its buttons: none."),
        ("1001/inline", {"query": "a" * 257}, 400, "An inline query has at most 256 characters."),
        ("1001/choose", {"chat_id": 1001, "result_id": "1"}, 404, "Person 1001 was shown no inline result '1'."),
        ("1002/edit", {"chat_id": 1002, "message_id": 1, "text": "a"}, 404, "There is no message 1 in chat 1002."),
    ],
)  # fmt: skip
async def test_refusals(caller: Caller, call: str, body: Json, status: int, error: str) -> None:
    answer = await caller.post(f"/user/{call}", body)
    assert (answer.status, answer.body) == (status, {"error": error})


async def test_inline_from_query_to_message(caller: Caller) -> None:
    asked = asyncio.create_task(caller.person(1001, "inline", query="watch"))
    query = await next_update(caller, "inline_query")
    assert query["query"] == "watch"
    result: Json = {
        "type": "article", "id": "p1", "title": "Watch", "description": "8 490",
        "input_message_content": {"message_text": "<b>Watch</b>", "parse_mode": "HTML"}, "reply_markup": KEYBOARD,
    }  # fmt: skip
    await caller.bot("answerInlineQuery", inline_query_id=query["id"], results=[result], cache_time=0)
    results = (await asked).body["results"]
    assert isinstance(results, list) and isinstance(results[0], dict)
    assert (results[0]["id"], results[0]["title"]) == ("p1", "Watch")
    await caller.person(1001, "choose", chat_id=1001, result_id="p1", query="watch")
    seen = (await caller.messages(1001))[-1]
    assert (seen["text"], seen["via_bot"]["username"]) == ("Watch", "yarmarka_bot")
    chosen = await next_update(caller, "chosen_inline_result")
    edited = await caller.bot("editMessageText", inline_message_id=chosen["inline_message_id"], text="Gone")
    assert edited.body["result"] is True
    assert (await caller.messages(1001))[-1]["text"] == "Gone"


async def test_an_answer_is_cached_as_long_as_the_bot_says(caller: Caller) -> None:
    result: Json = {
        "type": "article", "id": "1", "title": "a", "input_message_content": {"message_text": "a"},
    }  # fmt: skip
    for person, seconds, personal in ((1001, 300, True), (1002, 0, False)):
        asked = asyncio.create_task(caller.person(person, "inline", query="q"))
        number = (await next_update(caller, "inline_query"))["id"]
        await caller.bot(
            "answerInlineQuery", inline_query_id=number, results=[result], cache_time=seconds, is_personal=personal
        )
        assert (await asked).status == 200
    assert (await caller.person(1001, "inline", query="q")).status == 200
    assert (await caller.person(1002, "inline", query="q")).status == 504


@pytest.mark.parametrize(
    ("results", "error"),
    [
        ([{"type": "article", "id": "1", "title": "a"}],
         "Bad Request: can't parse inline query result: Input message content is not specified"),
        ([{"type": "article", "id": "1" * 65}], "Bad Request: RESULT_ID_INVALID"),
        ([{"type": "game", "id": "1"}],
         'Bad Request: can\'t parse inline query result: type "game" is unsupported for the inline query result'),
        ([{"type": "article", "id": "1", "input_message_content": {"message_text": "a"}}] * 2,
         "Bad Request: RESULT_ID_DUPLICATE"),
        ([{}] * 51, "Bad Request: RESULTS_TOO_MUCH"),
        ([], "Bad Request: query is too old and response timeout expired or query ID is invalid"),
    ],
)  # fmt: skip
async def test_inline_answers_that_telegram_refuses(caller: Caller, results: list[Json], error: str) -> None:
    answer = await caller.bot("answerInlineQuery", inline_query_id="1", results=results)
    assert answer.description == error


async def test_an_answer_to_no_question(caller: Caller) -> None:
    answer = await caller.bot("answerCallbackQuery", callback_query_id="1")
    assert answer.description == ("Bad Request: query is too old and response timeout expired or query ID is invalid")


async def test_other_sites_are_kept_out(caller: Caller) -> None:
    headers = {"Origin": "https://evil.example"}
    async with caller.session.post("/user/1001/send", json={"chat_id": 1001, "text": "a"}, headers=headers) as answer:
        assert answer.status == 403


async def test_events_tell_what_is_there_and_what_happens(caller: Caller) -> None:
    async with caller.session.get("/user/1001/chats/1001/events?after=0") as stream:
        assert await lines(stream.content, 3) == ["event: message", "hello", "event: ready"]
        await caller.bot("sendChatAction", chat_id=1001, action="typing")
        await caller.bot("sendMessage", chat_id=1001, text="hi")
        await caller.bot("editMessageText", chat_id=1001, message_id=2, text="edited")
        await caller.bot("deleteMessage", chat_id=1001, message_id=2)
        assert await lines(stream.content, 6) == [
            "event: action", "event: message", "hi", "event: message", "edited", "event: deleted",
        ]  # fmt: skip


async def lines(stream: StreamReader, count: int) -> list[str]:
    """The next event names and texts of messages."""
    found: list[str] = []
    async with asyncio.timeout(5):
        while len(found) < count:
            line = (await stream.readline()).decode().strip()
            if line.startswith("event: "):
                found.append(line)
            elif line.startswith("data: ") and "text" in (data := json.loads(line[6:])):
                found.append(data["text"])
    return found
