"""The aiohttp transport against a server that misbehaves in every way that we know of."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from telegram import Bot, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bot.telegram.faults import NotSentError, ServerFaultError, UncertainError, may_repeat
from bot.telegram.request import AiohttpRequest
from tests.http_proxy import Proxy, running_proxy

SENT = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}


@dataclass
class Server:
    """Answers each call with the next of `answers`, then with success; remembers what it was sent."""

    url: str = ""
    answers: list[Callable[[web.Request], Awaitable[web.StreamResponse]]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(request.match_info["method"])
        self.bodies.append((await request.read()).decode("utf-8", "replace"))
        if self.answers:
            return await self.answers.pop(0)(request)
        return web.json_response({"ok": True, "result": SENT if "send" in self.calls[-1] else True})


def says(status: int, description: str = "", **parameters: int) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_: web.Request) -> web.Response:
        body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
        return web.json_response({name: value for name, value in body.items() if value}, status=status)

    return answer


async def hangs(_: web.Request) -> web.Response:
    await asyncio.sleep(0.6)
    return web.json_response({"ok": True, "result": True})


async def breaks_off(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def talks_nonsense(_: web.Request) -> web.Response:
    return web.Response(body=b"<html>gateway</html>")


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    state = Server()
    app = web.Application()
    app.router.add_post("/bot1:T/{method}", state.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    state.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield state
    await runner.cleanup()


@pytest.fixture
async def bot(server: Server) -> AsyncIterator[Bot]:
    request = AiohttpRequest(timeout_s=0.3, connect_s=0.3, pauses_s=(0.0, 0.0))
    await request.initialize()
    yield Bot("1:T", base_url=f"{server.url}/bot", request=request)
    await request.shutdown()


ERRORS = [
    (says(400, "Bad Request: message text is empty"), BadRequest),
    (says(401, "Unauthorized"), InvalidToken),
    (says(403, "Forbidden: bot was blocked by the user"), Forbidden),
    (says(404, "Not Found"), InvalidToken),
    (says(409, "Conflict: terminated by other getUpdates request"), Conflict),
    (says(429, "Too Many Requests", retry_after=3), RetryAfter),
    (says(400, "group upgraded", migrate_to_chat_id=-100), ChatMigrated),
    (talks_nonsense, TelegramError),
    (says(502, "Bad Gateway"), NetworkError),
    (hangs, TimedOut),
]


@pytest.mark.parametrize(("answer", "error"), ERRORS)
async def test_errors_are_those_of_the_frameworks_own_transport(
    server: Server, bot: Bot, answer: Callable[[web.Request], Awaitable[web.Response]], error: type[TelegramError]
) -> None:
    server.answers = [answer, answer]
    with pytest.raises(error) as ours:
        await bot.send_message(1, "x")
    stock_request = HTTPXRequest(read_timeout=0.3)
    stock = Bot("1:T", base_url=f"{server.url}/bot", request=stock_request)
    await stock_request.initialize()
    with pytest.raises(error) as theirs:
        await stock.send_message(1, "x")
    await stock_request.shutdown()
    assert isinstance(ours.value, type(theirs.value))


async def test_nothing_but_a_message_is_sent_again_when_it_may_have_arrived(server: Server, bot: Bot) -> None:
    server.answers = [breaks_off]
    with pytest.raises(UncertainError):
        await bot.send_message(1, "x")
    assert server.calls == ["sendMessage"]

    server.answers = [breaks_off, hangs, says(502)]
    with pytest.raises(ServerFaultError):
        await bot.edit_message_text("x", 1, 1)
    assert server.calls[1:] == ["editMessageText"] * 3

    server.answers = [breaks_off]
    assert await bot.answer_callback_query("1")


async def test_a_message_is_sent_again_when_telegram_says_it_did_nothing(server: Server, bot: Bot) -> None:
    server.answers = [says(500, "Internal Server Error"), says(503)]
    assert (await bot.send_message(1, "x")).message_id == 1
    assert server.calls == ["sendMessage"] * 3


async def test_no_connection_means_not_sent() -> None:
    request = AiohttpRequest(pauses_s=(0.0,))
    await request.initialize()
    with pytest.raises(NotSentError):
        await Bot("1:T", base_url="http://127.0.0.1:9/bot", request=request).send_message(1, "x")
    await request.shutdown()


async def test_files_go_as_multipart_and_everything_else_as_json(server: Server, bot: Bot) -> None:
    await bot.send_photo(1, InputFile(b"picture", "a.png"), caption="Ёлка")
    assert 'name="caption"' in server.bodies[0]
    assert "Ёлка" in server.bodies[0]
    assert 'filename="a.png"' in server.bodies[0]
    await bot.send_message(1, "Ёлка 👍")
    assert server.bodies[1] == '{"chat_id":1,"text":"Ёлка 👍"}'


@pytest.mark.parametrize(
    ("method", "error", "again"),
    [
        ("sendMessage", NotSentError("x"), True),
        ("sendMessage", ServerFaultError(500, b""), True),
        ("sendMessage", ServerFaultError(504, b"x"), False),
        ("sendMessage", TimedOut(), False),
        ("sendPhoto", UncertainError("x"), False),
        ("editMessageText", TimedOut(), True),
        ("answerInlineQuery", UncertainError("x"), True),
        ("editMessageText", Forbidden("x"), False),
    ],
)
def test_a_call_is_repeated_when_its_fault_allows_it(method: str, error: Exception, again: bool) -> None:
    assert may_repeat(method, error) is again


@pytest.fixture
async def proxy(server: Server) -> AsyncIterator[Proxy]:
    async with running_proxy(int(server.url.rpartition(":")[2])) as state:
        yield state


async def sent(base_url: str, proxy: str) -> object:
    """What becomes of a message that goes by the proxy."""
    request = AiohttpRequest(timeout_s=2, connect_s=2, pauses_s=(), proxy=proxy)
    await request.initialize()
    try:
        return await Bot("1:T", base_url=f"{base_url}/bot", request=request).send_message(1, "x")
    except TelegramError as error:
        return error
    finally:
        await request.shutdown()


async def test_telegram_is_reached_where_only_a_proxy_leads_to_it(server: Server, proxy: Proxy) -> None:
    arrived = await sent("http://telegram.example", f"http://user:word@127.0.0.1:{proxy.port}")
    assert not isinstance(arrived, Exception)
    assert server.calls == ["sendMessage"]
    assert "Proxy-Authorization: Basic dXNlcjp3b3Jk" in proxy.asked[0]


async def test_https_goes_through_the_proxy_unread(proxy: Proxy) -> None:
    answer = await sent("https://telegram.example", f"http://127.0.0.1:{proxy.port}")
    assert proxy.asked[0].startswith("CONNECT telegram.example:443 ")
    assert "1:T" not in "".join(proxy.asked)
    assert isinstance(answer, NotSentError) and f"127.0.0.1:{proxy.port} lets nobody through" in str(answer)


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_proxy_that_wants_a_login_says_so_and_nothing_was_sent(proxy: Proxy, scheme: str) -> None:
    proxy.refuses = b"407 Proxy Authentication Required"
    answer = await sent(f"{scheme}://telegram.example", f"http://user:canary@127.0.0.1:{proxy.port}")
    assert isinstance(answer, NotSentError)
    assert "it wants a user and a password" in str(answer) and "canary" not in str(answer)


async def test_a_proxy_that_is_not_there_is_named() -> None:
    answer = await sent("https://telegram.example", "http://user:canary@127.0.0.1:9")
    assert isinstance(answer, NotSentError)
    assert str(answer).startswith("the proxy http://127.0.0.1:9 cannot be reached")
    assert "canary" not in str(answer)
