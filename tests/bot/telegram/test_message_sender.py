"""The message sender in a sandbox that loses answers: no message is lost, and no other one is touched."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData

from bot.telegram.message_sender import MessageGone, MessageSender, plain
from bot.telegram.pace import Limit, Limits, Pace
from bot.telegram.rate_limiter import Call, RateLimiter
from bot.telegram.request import AiohttpRequest
from bot.telegram.sender import Address, SentMessage
from bot.ui.buttons import ShowHelp
from bot.ui.locale import Html, texts
from bot.ui.reply import Button, Reply
from ops.sandbox.server import DEMO_TOKEN, Sandbox, running
from ops.sandbox.world import OPERATORS_GROUP
from tests.bot.world.person import Person

FREELY = Limits(overall=Limit(1e6, 1e6), private=Limit(1e6, 1e6), group=Limit(1e6, 1e6))
GROUP = Address(OPERATORS_GROUP)
REPEAT = "🔁 possibly a repeat"
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


class Moves:
    """Where groups are now, in memory."""

    def __init__(self) -> None:
        self.known: dict[int, int] = {}

    def place(self, chat_id: int) -> int:
        return self.known.get(chat_id, chat_id)

    async def note(self, chat_id: int, new_id: int) -> None:
        self.known[chat_id] = new_id


@dataclass
class Chat:
    """A chat of the sandbox, and a bot that may be started anew. `tries` are those of which it was told before."""

    sandbox: Sandbox
    session: aiohttp.ClientSession
    calls: list[str] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)
    requests: list[CountedRequest] = field(default_factory=list)
    moves: Moves = field(default_factory=Moves)
    pace: Pace = field(default_factory=lambda: Pace(FREELY))

    def __post_init__(self) -> None:
        self.person = Person(self.session, self.sandbox.url, 3001, OPERATORS_GROUP)

    async def sender(self) -> MessageSender:
        """The sender of a bot that has just been started."""
        request = CountedRequest(self.calls)
        self.requests.append(request)
        await request.initialize()
        bot: ExtBot[Call] = ExtBot(
            DEMO_TOKEN,
            base_url=f"{self.sandbox.url}/bot",
            request=request,
            rate_limiter=RateLimiter(self.pace, patience_s=0.5),
        )
        return MessageSender(bot, self.moves)

    async def send(
        self, sender: MessageSender, reply: Reply = HELLO, *, name: str = "m", to: Address = GROUP
    ) -> SentMessage:
        """The next try of the message with this name, as those who enqueue it make it."""

        async def about_to_send() -> None:
            self.tries.append(name)

        return await sender.send(
            name, to, reply, under_way=name in self.tries, words=texts("en"), about_to_send=about_to_send
        )

    async def misbehave(self, kind: str, **more: object) -> None:
        body = {"method": "sendMessage", "kind": kind, **more}
        async with self.session.post(f"{self.sandbox.url}/faults", json=body) as answer:
            assert answer.status == 200, await answer.text()

    async def upgrade(self) -> int:
        """The group becomes a supergroup; its new id."""
        body = {"chat_id": OPERATORS_GROUP}
        async with self.session.post(f"{self.sandbox.url}/user/3001/upgrade", json=body) as answer:
            fresh: int = (await answer.json())["chat_id"]
            return fresh

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
    sent = await chat.send(sender)
    assert sent == SentMessage(OPERATORS_GROUP, 1)
    assert (await chat.texts(), chat.tries, chat.calls) == (["hello"], ["m"], ["sendMessage"])


async def test_after_a_lost_answer_it_is_sent_again_and_says_so_and_nothing_is_edited(chat: Chat) -> None:
    sender = await chat.sender()
    await chat.person.writes("before")
    await chat.misbehave("drop", delivered=True)
    with pytest.raises(NetworkError):
        await chat.send(sender)
    sent = await chat.send(sender)
    assert await chat.texts() == ["hello", f"hello\n\n{REPEAT}"]
    assert (await chat.person.history())[-1].message_id == sent.message_id
    assert set(chat.calls) == {"sendMessage"}


async def test_the_next_bot_says_so_too_and_shows_the_present_state(chat: Chat) -> None:
    sender = await chat.sender()
    await chat.misbehave("drop", delivered=False)
    with pytest.raises(NetworkError):
        await chat.send(sender)
    await chat.send(await chat.sender(), Reply(Html("later")))
    assert await chat.texts() == [f"later\n\n{REPEAT}"]
    assert set(chat.calls) == {"sendMessage"}


@pytest.mark.parametrize(("kind", "more"), [("500", {"times": 2}), ("429", {"retry_after": 5})])
async def test_after_a_sure_refusal_it_is_no_repeat(chat: Chat, kind: str, more: dict[str, object]) -> None:
    sender = await chat.sender()
    await chat.misbehave(kind, **more)
    with pytest.raises(TelegramError):
        await chat.send(sender)
    chat.pace.block(OPERATORS_GROUP, 0)
    await chat.send(sender)
    assert await chat.texts() == ["hello"]


async def test_a_sure_refusal_does_not_make_up_for_a_lost_answer_before_it(chat: Chat) -> None:
    sender = await chat.sender()
    for kind, more in (("drop", {"delivered": True}), ("500", {"times": 2})):
        await chat.misbehave(kind, **more)
        with pytest.raises(TelegramError):
            await chat.send(sender)
    await chat.send(sender)
    assert await chat.texts() == ["hello", f"hello\n\n{REPEAT}"]


async def test_a_group_that_became_a_supergroup_gets_it_where_it_is(chat: Chat) -> None:
    sender = await chat.sender()
    first = await chat.send(sender)
    fresh = await chat.upgrade()
    with pytest.raises(MessageGone):
        await sender.edit(OPERATORS_GROUP, first.message_id, HELLO)
    sent = await chat.send(sender, name="next", to=Address(OPERATORS_GROUP, reply_to=first.message_id))
    assert (sent.chat_id, chat.moves.known, sender.place(OPERATORS_GROUP)) == (fresh, {OPERATORS_GROUP: fresh}, fresh)
    # The number of the first message is another one's there.
    assert "reply_to_message" not in chat.sandbox.world.conversations[fresh].posts[sent.message_id].message
    chat.calls.clear()
    await chat.send(sender, name="third")
    assert chat.calls == ["sendMessage"]


async def test_the_first_call_after_a_move_gets_there_too(chat: Chat) -> None:
    fresh = await chat.upgrade()
    assert (await chat.send(await chat.sender())).chat_id == fresh


async def test_what_goes_to_a_topic_that_is_gone_goes_to_the_chat(chat: Chat) -> None:
    sender = await chat.sender()
    await chat.send(sender, to=Address(OPERATORS_GROUP, 77))
    await chat.send(sender, to=Address(OPERATORS_GROUP, 77), name="next")
    # The General topic has no number here: it is not even tried.
    await chat.send(sender, to=Address(OPERATORS_GROUP, 1), name="general")
    assert await chat.texts() == ["hello"] * 3
    assert chat.calls == ["sendMessage"] * 4


async def test_markup_that_telegram_refuses_goes_as_plain_text(chat: Chat) -> None:
    sender = await chat.sender()
    number = (await chat.send(sender, BROKEN)).message_id
    assert await chat.texts() == ["hello & more"]
    await sender.edit(OPERATORS_GROUP, number, Reply(Html("<b>again</i>"), HELLO.buttons))
    [seen] = await chat.person.history()
    assert (seen.text, seen.labels) == ("again", ["Help"])


async def test_an_edit_to_the_same_is_no_fault_and_a_gone_message_is_said(chat: Chat) -> None:
    sender = await chat.sender()
    number = (await chat.send(sender)).message_id
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
    number = (await chat.send(sender)).message_id
    with pytest.raises(BadRequest):
        await sender.edit(OPERATORS_GROUP, number, Reply(Html("x" * 5_000)))


async def test_whether_a_message_is_there_is_known_without_changing_it(chat: Chat) -> None:
    sender = await chat.sender()
    number = (await chat.send(sender)).message_id
    assert await sender.is_there(OPERATORS_GROUP, number, HELLO)
    [seen] = await chat.person.history()
    assert (seen.text, seen.edits) == ("hello", 0)
    chat.remove(number)
    assert not await sender.is_there(OPERATORS_GROUP, number, HELLO)


def test_plain_text_has_neither_markup_nor_links() -> None:
    reply = Reply(Html("<b>a</b> &lt; b"), ((Button("Site", url="https://x.example"),), (Button("Help", ShowHelp()),)))
    assert plain(reply) == Reply(Html("a < b"), ((Button("Help", ShowHelp()),),))
