"""The message sender in a sandbox that loses answers: no message is lost, and none is sent twice."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData

from bot.telegram.message_sender import Address, MessageGone, MessageSender, plain
from bot.telegram.rate_limiter import Call, Limit, Limits, RateLimiter
from bot.telegram.request import AiohttpRequest
from bot.telegram.sent import Sent
from bot.ui.buttons import ShowHelp
from bot.ui.locale import Html
from bot.ui.reply import Button, Reply
from ops.sandbox.server import DEMO_TOKEN, Sandbox, running
from ops.sandbox.world import OPERATORS_GROUP
from tests.bot.world.person import Person

FREELY = Limits(overall=Limit(1e6, 1e6), private=Limit(1e6, 1e6), group=Limit(1e6, 1e6))
GROUP = Address(OPERATORS_GROUP)
HELLO = Reply(Html("<b>hello</b>"), ((Button("Help", ShowHelp()),),))
BROKEN = Reply(Html("<b>hello</i> &amp; more"), HELLO.buttons)


class CountedRequest(AiohttpRequest):
    """The bot's transport, which makes a call at most twice and writes down what it calls."""

    def __init__(self, calls: list[str]) -> None:
        super().__init__(timeout_s=2, pauses_s=(0.0,))
        self._calls = calls

    async def do_request(  # noqa: PLR0917 - the framework's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        self._calls.append(url.rpartition("/")[2])
        return await super().do_request(
            url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
        )


@dataclass
class Chat:
    """A chat of the sandbox, and a bot that may be started anew."""

    sandbox: Sandbox
    session: aiohttp.ClientSession
    calls: list[str] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    requests: list[CountedRequest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.person = Person(self.session, self.sandbox.url, 3001, OPERATORS_GROUP)

    async def sender(self) -> MessageSender:
        """The sender of a bot that has just been started and knows no message."""
        sent, request = Sent(), CountedRequest(self.calls)
        self.requests.append(request)
        await request.initialize()
        bot: ExtBot[Call] = ExtBot(
            DEMO_TOKEN,
            base_url=f"{self.sandbox.url}/bot",
            request=request,
            rate_limiter=RateLimiter(FREELY, sent=sent, patience_s=0.5),
        )
        return MessageSender(bot, sent)

    async def send(self, sender: MessageSender, reply: Reply = HELLO, *, name: str = "m") -> int:
        """The next try of the message with this name, as those who enqueue it make it."""

        async def about_to_send(after: int) -> None:
            self.after.append(after)

        after = self.after[-1] if self.after else None
        return await sender.send(name, GROUP, reply, after=after, about_to_send=about_to_send)

    async def misbehave(self, kind: str, **more: object) -> None:
        body = {"method": "sendMessage", "kind": kind, **more}
        async with self.session.post(f"{self.sandbox.url}/faults", json=body) as answer:
            assert answer.status == 200, await answer.text()

    async def texts(self) -> list[str]:
        return [seen.text for seen in await self.person.history() if seen.from_bot]

    def remove(self, message_id: int) -> None:
        self.sandbox.world.conversations[OPERATORS_GROUP].remove(message_id)


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with running() as sandbox, aiohttp.ClientSession() as session:
        made = Chat(sandbox, session)
        yield made
        for request in made.requests:
            await request.shutdown()


async def test_a_message_is_sent_after_it_is_durable_that_it_will_be(chat: Chat) -> None:
    sender = await chat.sender()
    number = await chat.send(sender)
    assert (await chat.texts(), chat.after, chat.calls) == (["hello"], [0], ["sendMessage"])
    chat.after.clear()
    await chat.send(sender, name="next")
    assert chat.after == [number]


async def test_a_lost_answer_is_found_and_the_message_is_not_sent_twice(chat: Chat) -> None:
    sender = await chat.sender()
    await chat.misbehave("drop", delivered=True)
    with pytest.raises(NetworkError):
        await chat.send(sender)
    number = await chat.send(sender)
    [seen] = await chat.person.history()
    assert (seen.message_id, seen.text, chat.calls.count("sendMessage")) == (number, "hello", 1)


async def test_the_next_bot_finds_it_among_what_people_wrote_and_shows_the_present_state(chat: Chat) -> None:
    sender = await chat.sender()
    await chat.person.writes("before")
    await chat.misbehave("drop", delivered=True)
    with pytest.raises(NetworkError):
        await chat.send(sender)
    await chat.person.writes("after")
    number = await chat.send(await chat.sender(), Reply(Html("later")))
    assert await chat.texts() == ["later"]
    assert [seen.message_id for seen in await chat.person.history() if seen.from_bot] == [number]


async def test_what_did_not_arrive_is_sent_again_after_a_look(chat: Chat) -> None:
    sender = await chat.sender()
    await chat.misbehave("drop", delivered=False)
    with pytest.raises(NetworkError):
        await chat.send(sender)
    await chat.send(sender)
    assert await chat.texts() == ["hello"]
    assert "editMessageText" in chat.calls


async def test_another_message_of_ours_is_not_taken_for_the_lost_one(chat: Chat) -> None:
    sender = await chat.sender()
    await chat.misbehave("drop", delivered=False)
    with pytest.raises(NetworkError):
        await chat.send(sender)
    other = await sender.send("other", GROUP, Reply(Html("other")), after=None, about_to_send=_nothing)
    assert await chat.send(sender) > other
    assert await chat.texts() == ["other", "hello"]


@pytest.mark.parametrize(("kind", "more"), [("500", {"times": 2}), ("429", {"retry_after": 5})])
async def test_after_a_sure_refusal_nobody_looks(chat: Chat, kind: str, more: dict[str, object]) -> None:
    sender = await chat.sender()
    await chat.misbehave(kind, **more)
    with pytest.raises(TelegramError):
        await chat.send(sender)
    await chat.send(sender)
    assert await chat.texts() == ["hello"]
    assert "editMessageText" not in chat.calls


async def test_two_that_were_lost_at_once_are_there_once_each(chat: Chat) -> None:
    sender = await chat.sender()
    await chat.misbehave("drop", delivered=True, times=2)
    replies = {name: Reply(Html(name)) for name in ("one", "two")}
    lost = await asyncio.gather(*(_send(sender, name, reply) for name, reply in replies.items()))
    assert lost == [None, None]
    found = await asyncio.gather(*(_send(sender, name, reply, after=0) for name, reply in replies.items()))
    assert None not in found and len(set(found)) == 2
    assert sorted(await chat.texts()) == ["one", "two"]
    assert chat.calls.count("sendMessage") == 2


async def test_markup_that_telegram_refuses_goes_as_plain_text(chat: Chat) -> None:
    sender = await chat.sender()
    number = await chat.send(sender, BROKEN)
    assert await chat.texts() == ["hello & more"]
    await sender.edit(OPERATORS_GROUP, number, Reply(Html("<b>again</i>"), HELLO.buttons))
    [seen] = await chat.person.history()
    assert (seen.text, seen.labels) == ("again", ["Help"])


async def test_a_lost_plain_text_is_found_too(chat: Chat) -> None:
    number = await chat.send(await chat.sender(), BROKEN)
    assert await chat.send(await chat.sender(), BROKEN) == number
    assert await chat.texts() == ["hello & more"]


async def test_an_edit_to_the_same_is_no_fault_and_a_gone_message_is_said(chat: Chat) -> None:
    sender = await chat.sender()
    number = await chat.send(sender)
    await sender.edit(OPERATORS_GROUP, number, HELLO)
    await sender.edit(OPERATORS_GROUP, number, Reply(Html("other")))
    assert await chat.texts() == ["other"]
    chat.remove(number)
    with pytest.raises(MessageGone):
        await sender.edit(OPERATORS_GROUP, number, HELLO)
    # It is gone already, which is as good.
    await sender.delete(OPERATORS_GROUP, number)


async def test_another_refusal_of_an_edit_is_raised(chat: Chat) -> None:
    sender = await chat.sender()
    number = await chat.send(sender)
    with pytest.raises(BadRequest):
        await sender.edit(OPERATORS_GROUP, number, Reply(Html("x" * 5_000)))


async def test_whether_a_message_is_there_is_known_without_changing_it(chat: Chat) -> None:
    sender = await chat.sender()
    number = await chat.send(sender)
    assert await sender.is_there(OPERATORS_GROUP, number, HELLO)
    [seen] = await chat.person.history()
    assert (seen.text, seen.edits) == ("hello", 0)
    chat.remove(number)
    assert not await sender.is_there(OPERATORS_GROUP, number, HELLO)


def test_plain_text_has_neither_markup_nor_links() -> None:
    reply = Reply(Html("<b>a</b> &lt; b"), ((Button("Site", url="https://x.example"),), (Button("Help", ShowHelp()),)))
    assert plain(reply) == Reply(Html("a < b"), ((Button("Help", ShowHelp()),),))


async def _nothing(_: int) -> None:
    """Nobody has to know of the try."""


async def _send(sender: MessageSender, name: str, reply: Reply, after: int | None = None) -> int | None:
    try:
        return await sender.send(name, GROUP, reply, after=after, about_to_send=_nothing)
    except NetworkError:
        return None
