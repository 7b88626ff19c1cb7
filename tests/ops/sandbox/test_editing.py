"""Edits and deletions, with Telegram's error texts."""

import pytest

from ops.sandbox.errors import NOT_MODIFIED
from ops.sandbox.objects import Json
from ops.sandbox.server import Sandbox
from tests.ops.sandbox.people import Caller

KEYBOARD: Json = {"inline_keyboard": [[{"text": "a", "callback_data": "x"}]]}


async def test_an_edit_is_seen(caller: Caller) -> None:
    await caller.bot("sendMessage", chat_id=1001, text="one", reply_markup=KEYBOARD)
    edited = await caller.bot("editMessageText", chat_id=1001, message_id=2, text="*two*", parse_mode="MarkdownV2")
    assert edited.result["text"] == "two"
    seen = (await caller.messages(1001))[-1]
    assert seen["text"] == "two"
    assert seen["edit_date"] >= seen["date"]
    assert seen["entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    assert "reply_markup" not in seen


@pytest.mark.parametrize(
    ("method", "parameters", "error"),
    [
        ("editMessageText", {"text": "one", "reply_markup": KEYBOARD}, f"Bad Request: {NOT_MODIFIED}"),
        ("editMessageReplyMarkup", {"reply_markup": KEYBOARD}, f"Bad Request: {NOT_MODIFIED}"),
        ("editMessageText", {"message_id": 99, "text": "a"}, "Bad Request: message to edit not found"),
        ("editMessageText", {"message_id": 1, "text": "a"}, "Bad Request: message can't be edited"),
        ("editMessageText", {"message_id": None, "text": "a"}, "Bad Request: message identifier is not specified"),
        ("editMessageText", {"text": ""}, "Bad Request: message text is empty"),
        ("editMessageText", {"text": "a" * 4097}, "Bad Request: MESSAGE_TOO_LONG"),
        ("editMessageText", {"chat_id": 77, "text": "a"}, "Bad Request: chat not found"),
        ("editMessageText", {"inline_message_id": "x", "text": "a"}, "Bad Request: MESSAGE_ID_INVALID"),
        ("editMessageCaption", {"caption": "a"}, "Bad Request: there is no caption in the message to edit"),
        ("deleteMessage", {"message_id": 99}, "Bad Request: message to delete not found"),
        ("deleteMessages", {"message_ids": []}, "Bad Request: message identifiers are not specified"),
        ("pinChatMessage", {"message_id": 99}, "Bad Request: message to pin not found"),
    ],
)
async def test_refusals(caller: Caller, method: str, parameters: dict[str, Json], error: str) -> None:
    await caller.bot("sendMessage", chat_id=1001, text="one", reply_markup=KEYBOARD)
    answer = await caller.bot(method, **{"chat_id": 1001, "message_id": 2, **parameters})
    assert answer.description == error


async def test_only_the_keyboard_changes(caller: Caller) -> None:
    await caller.bot("sendMessage", chat_id=1001, text="one", reply_markup=KEYBOARD)
    other: Json = {"inline_keyboard": [[{"text": "b", "callback_data": "y"}]]}
    await caller.bot("editMessageReplyMarkup", chat_id=1001, message_id=2, reply_markup=other)
    seen = (await caller.messages(1001))[-1]
    assert (seen["text"], seen["reply_markup"]) == ("one", other)


async def test_deleted_is_gone(caller: Caller) -> None:
    await caller.bot("sendMessage", chat_id=1001, text="one")
    await caller.bot("sendMessage", chat_id=1001, text="two")
    assert (await caller.bot("deleteMessage", chat_id=1001, message_id=2)).body["result"] is True
    assert (await caller.bot("deleteMessages", chat_id=1001, message_ids=[3, 99])).body["result"] is True
    assert [seen["message_id"] for seen in await caller.messages(1001)] == [1]


async def test_what_is_two_days_old_cannot_be_deleted(sandbox: Sandbox, caller: Caller) -> None:
    await caller.bot("sendMessage", chat_id=1001, text="one")
    post = sandbox.world.conversations[1001].posts[2]
    post.message["date"] -= 48 * 3600 + 60
    answer = await caller.bot("deleteMessage", chat_id=1001, message_id=2)
    assert answer.description == "Bad Request: message can't be deleted"


async def test_a_queued_update_keeps_the_message_as_it_was(caller: Caller) -> None:
    await caller.bot("sendMessage", chat_id=1001, text="one", reply_markup=KEYBOARD)
    await caller.person(1001, "press", chat_id=1001, message_id=2, button="x")
    await caller.bot("editMessageText", chat_id=1001, message_id=2, text="two")
    answer = await caller.bot("getUpdates", allowed_updates=["callback_query"])
    updates = answer.body["result"]
    assert isinstance(updates, list)
    last = updates[-1]
    assert isinstance(last, dict) and isinstance(last["callback_query"], dict)
    message = last["callback_query"]["message"]
    assert isinstance(message, dict) and message["text"] == "one"


async def test_pinned(caller: Caller) -> None:
    await caller.bot("sendMessage", chat_id=1001, text="one")
    await caller.bot("pinChatMessage", chat_id=1001, message_id=2)
    seen = await caller.messages(1001)
    assert seen[1]["pinned"]
    assert seen[2]["pinned_message"]["text"] == "one"
    await caller.bot("unpinChatMessage", chat_id=1001)
    assert "pinned" not in (await caller.messages(1001))[1]
