"""Messages that survive a restart: kept until they are delivered, and then forgotten."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from aiokafka.errors import KafkaConnectionError
from telegram.error import Forbidden, TimedOut

from bot.core.outbox_message import OUTBOX, OutboxMessage
from bot.core.pending_messages import PendingMessages
from bot.telegram.outbox import Outbox
from bot.telegram.outbox_item import Urgency
from bot.telegram.sender import Address, SentMessage
from bot.ui.buttons import ShowHelp
from bot.ui.locale import Html, Texts, texts
from bot.ui.reply import Button, Reply
from ops.sandbox.server import Sandbox
from pipeline.contracts.messages import now
from tests.bot.telegram.test_outbox import at_work
from tests.bot.world.stores import MemoryStore
from tests.bot.world.telegram import application
from tests.bot.world.world import World
from tests.waiting import until

CHAT = 1


@dataclass
class MemorySender:
    """Keeps what it is to send, or fails, before or after the message was in the chat."""

    sent: list[tuple[Address, Reply, bool]] = field(default_factory=list)
    error: Exception | None = None

    async def send(
        self,
        name: str,
        address: Address,
        reply: Reply,
        *,
        under_way: bool,
        words: Texts,
        about_to_send: Callable[[], Awaitable[object]],
    ) -> SentMessage:
        if not under_way:
            await about_to_send()
        if self.error is not None:
            raise self.error
        self.sent.append((address, reply, under_way))
        return SentMessage(address.chat_id, 1)


def pending_messages(store: MemoryStore[OutboxMessage], sender: MemorySender) -> tuple[PendingMessages, Outbox]:
    outbox = Outbox(pauses=lambda _: 60.0)
    return PendingMessages(store, outbox, sender, lambda _: texts("en"), now), outbox


async def test_a_message_is_kept_until_it_is_delivered() -> None:
    store, sender = MemoryStore(OUTBOX), MemorySender()
    messages, outbox = pending_messages(store, sender)
    reply = Reply(Html("<b>hello</b>"), ((Button("Help", ShowHelp()), Button("Site", url="https://example.org")),))
    await messages.enqueue(Address(CHAT, 5, 3), "greeting", reply)
    assert len(store.kept) == 1
    async with at_work(outbox):
        await until(lambda: store.kept == {}, "what was enqueued came")
    assert sender.sent == [(Address(CHAT, 5, 3), reply, False)]


async def test_the_next_bot_recovers_what_was_left_the_urgent_first_and_knows_what_may_be_there() -> None:
    store, broken = MemoryStore(OUTBOX), MemorySender(error=TimedOut())
    messages, outbox = pending_messages(store, broken)
    await messages.enqueue(Address(CHAT), "news", Reply(Html("news")))
    await messages.enqueue(Address(CHAT), "alert", Reply(Html("alert")), Urgency.URGENT)
    await messages.enqueue(Address(CHAT), "news", Reply(Html("later news")))
    async with at_work(outbox):
        await until(lambda: all(entry.sending_since for _, entry in store.entries()), "what was enqueued came")

    sender = MemorySender()
    messages, outbox = pending_messages(store, sender)
    assert (messages.recover(), outbox.waiting) == (2, 2)
    async with at_work(outbox):
        await until(lambda: store.kept == {}, "what was enqueued came")
    assert [(reply.text, again) for _, reply, again in sender.sent] == [("alert", True), ("later news", True)]
    assert messages.recover() == 0


async def test_a_message_that_replaces_one_under_way_may_be_a_repeat_too() -> None:
    store, broken = MemoryStore(OUTBOX), MemorySender(error=TimedOut())
    messages, outbox = pending_messages(store, broken)
    async with at_work(outbox):
        await messages.enqueue(Address(CHAT), "news", Reply(Html("news")))
        await until(lambda: any(entry.sending_since for _, entry in store.entries()), "what was enqueued came")
        await messages.enqueue(Address(CHAT), "news", Reply(Html("later news")))
    assert [(entry.text, bool(entry.sending_since)) for _, entry in store.entries()] == [("later news", True)]


async def test_without_kafka_nothing_is_promised() -> None:
    store, sender = MemoryStore(OUTBOX), MemorySender()
    store.down = True
    messages, outbox = pending_messages(store, sender)
    with pytest.raises(KafkaConnectionError):
        await messages.enqueue(Address(CHAT), "news", Reply(Html("news")))
    assert outbox.waiting == 0


async def test_who_has_blocked_the_bot_gets_no_message_and_their_id_does_not_stay(world: World) -> None:
    """A price fell for somebody who blocked the bot; what waits from an earlier life ends too."""
    anna = world.person(1001)
    await anna.writes("/start")
    async with world.bot():
        await anna.sees()
        await anna.blocks()
        assert world.running is not None
        pending = world.running.base.delivery.pending
        for key in ("one", "two"):
            await pending.enqueue(Address(1001), key, Reply(Html("news")))
        await until(lambda: not world.pending.kept, "nothing waits for somebody who blocked the bot")
        assert "1001" not in str(world.pending.kept)
    async with world.bot():
        assert world.running.base.delivery.pending.recover() == 0


async def test_a_group_that_put_the_bot_out_is_waited_for() -> None:
    store, sender = MemoryStore(OUTBOX), MemorySender(error=Forbidden("bot was kicked from the supergroup chat"))
    messages, outbox = pending_messages(store, sender)
    await messages.enqueue(Address(-100), "alert", Reply(Html("alert")))
    async with at_work(outbox):
        await until(lambda: all(entry.sending_since for _, entry in store.entries()), "it was tried")
    assert len(store.kept) == 1


async def test_a_silent_message_rings_no_telephone_also_after_a_restart() -> None:
    world = World(Sandbox.__new__(Sandbox), session=None)  # type: ignore[arg-type]  # nobody writes through it
    async with application(world) as (_, _, telegram):
        assert world.running is not None
        pending = world.running.base.delivery.pending
        for silent in (True, False):
            telegram.calls.clear()
            await pending.enqueue(Address(1001, silent=silent), "report", Reply(Html("все хорошо")))
            (token,) = world.pending.kept
            await pending.deliver(token)
            (sent,) = [fields for name, fields in telegram.calls if name == "sendMessage"]
            assert sent.get("disable_notification", False) is silent
