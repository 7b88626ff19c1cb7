"""getUpdates and webhooks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from ops.sandbox.errors import OTHER_GET_UPDATES, WEBHOOK_ACTIVE
from ops.sandbox.objects import Json
from ops.sandbox.server import Sandbox
from tests.ops.sandbox.people import Answer, Caller


def texts(answer: Answer) -> list[str]:
    updates = answer.body["result"]
    assert isinstance(updates, list)
    return [
        str(one["message"]["text"]) for one in updates if isinstance(one, dict) and isinstance(one["message"], dict)
    ]


def ids(answer: Answer) -> list[int]:
    updates = answer.body["result"]
    assert isinstance(updates, list)
    return [number for one in updates if isinstance(one, dict) and isinstance(number := one["update_id"], int)]


async def test_updates_stay_until_confirmed(caller: Caller) -> None:
    await caller.say(1001, "two")
    await caller.say(1001, "three")
    first = await caller.bot("getUpdates", limit=2)
    assert texts(first) == ["hello", "two"]
    assert texts(await caller.bot("getUpdates")) == ["hello", "two", "three"]
    assert texts(await caller.bot("getUpdates", offset=ids(first)[-1] + 1)) == ["three"]
    assert texts(await caller.bot("getUpdates")) == ["three"]
    await caller.say(1001, "four")
    assert texts(await caller.bot("getUpdates", offset=-1)) == ["four"]


async def test_long_polling_answers_when_something_comes(caller: Caller) -> None:
    offset = ids(await caller.bot("getUpdates"))[-1] + 1
    waiting = asyncio.create_task(caller.bot("getUpdates", offset=offset, timeout=10))
    await polling_began(caller)
    await caller.say(1001, "now")
    assert texts(await asyncio.wait_for(waiting, 5)) == ["now"]


async def polling_began(caller: Caller) -> None:
    """Two calls over other connections: the server has read what was sent before them."""
    for _ in range(2):
        await caller.bot("getMe")


async def test_a_second_caller_ends_the_first_ones_wait(caller: Caller) -> None:
    offset = ids(await caller.bot("getUpdates"))[-1] + 1
    first = asyncio.create_task(caller.bot("getUpdates", offset=offset, timeout=10))
    await polling_began(caller)
    second = asyncio.create_task(caller.bot("getUpdates", offset=offset, timeout=10))
    answer = await asyncio.wait_for(first, 5)
    assert (answer.status, answer.description) == (409, f"Conflict: {OTHER_GET_UPDATES}")
    await caller.say(1001, "for the second")
    assert texts(await asyncio.wait_for(second, 5)) == ["for the second"]


async def test_allowed_updates_are_remembered(caller: Caller) -> None:
    await caller.bot("getUpdates", allowed_updates=["callback_query"])
    await caller.say(1001, "unheard")
    assert texts(await caller.bot("getUpdates")) == ["hello"]
    await caller.bot("getUpdates", allowed_updates=[])
    await caller.say(1001, "heard")
    assert texts(await caller.bot("getUpdates")) == ["hello", "heard"]


async def test_edits_and_commands(caller: Caller) -> None:
    number = await caller.say(1001, "/start p_1")
    await caller.person(1001, "edit", chat_id=1001, message_id=number, text="/start p_2")
    updates = (await caller.bot("getUpdates")).body["result"]
    assert isinstance(updates, list) and isinstance(updates[-1], dict)
    edited = updates[-1]["edited_message"]
    assert isinstance(edited, dict)
    assert edited["text"] == "/start p_2"
    assert edited["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert edited["from"] == {
        "id": 1001, "is_bot": False, "first_name": "Анна", "last_name": "Соколова", "username": "anna_sokolova",
        "language_code": "ru",
    }  # fmt: skip


@asynccontextmanager
async def listening(handler: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/hook", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()


async def test_a_webhook_gets_each_update_until_it_takes_it(sandbox: Sandbox, caller: Caller) -> None:
    seen: asyncio.Queue[tuple[str, Json]] = asyncio.Queue()
    statuses = [200, 200, 500]

    async def hook(request: web.Request) -> web.Response:
        update = await request.json()
        await seen.put((request.headers["X-Telegram-Bot-Api-Secret-Token"], update["message"]["text"]))
        return web.Response(status=statuses.pop())

    async with listening(hook) as url:
        await caller.bot("setWebhook", url=url, secret_token="secret")
        conflict = await caller.bot("getUpdates")
        assert (conflict.status, conflict.description) == (409, f"Conflict: {WEBHOOK_ACTIVE}")
        await caller.say(1001, "second")
        async with asyncio.timeout(10):
            deliveries = [await seen.get() for _ in range(3)]
        info = (await caller.bot("getWebhookInfo")).result
        assert (info["url"], info["last_error_message"]) == (
            url,
            "Wrong response from the webhook: 500 Internal Server Error",
        )
        await caller.bot("deleteWebhook")
    assert deliveries == [("secret", "hello"), ("secret", "hello"), ("secret", "second")]
    assert (await caller.bot("getWebhookInfo")).result["url"] == ""


async def test_a_bad_webhook(caller: Caller) -> None:
    answer = await caller.bot("setWebhook", url="ftp://x")
    assert answer.description == "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
