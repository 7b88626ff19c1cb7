"""The outbox: in which order, how often, and how soon again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest
from aiokafka.errors import KafkaConnectionError
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from bot.telegram.outbox import FIRST_PAUSE_S, HOPELESS_PAUSE_S, LONGEST_PAUSE_S, PER_CHAT, Outbox
from bot.telegram.outbox_item import Urgency
from tests.waiting import until

CHAT = 1


@dataclass
class Item:
    """Fails with each of `errors`, then is delivered."""

    key: str
    delivered: list[str]
    urgency: Urgency = Urgency.ROUTINE
    chat_id: int = CHAT
    errors: list[Exception] = field(default_factory=list)
    says: str = ""
    gate: asyncio.Event | None = None

    async def deliver(self) -> None:
        if self.gate is not None:
            await self.gate.wait()
        if self.errors:
            raise self.errors.pop(0)
        self.delivered.append(self.says or self.key)


@contextlib.asynccontextmanager
async def at_work(outbox: Outbox) -> AsyncIterator[None]:
    task = asyncio.create_task(outbox.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_the_urgent_comes_first() -> None:
    outbox, delivered = Outbox(), list[str]()
    for name, urgency in (("news", Urgency.ROUTINE), ("alert", Urgency.URGENT), ("press", Urgency.NOW)):
        outbox.enqueue(Item(name, delivered, urgency))
    assert outbox.waiting == 3
    async with at_work(outbox):
        await until(lambda: outbox.waiting == 0, "nothing waits", look_s=0.001)
    assert delivered == ["press", "alert", "news"]


async def test_what_hangs_holds_up_neither_other_chats_nor_the_same_one_at_once() -> None:
    outbox, delivered, gate = Outbox(), list[str](), asyncio.Event()
    async with at_work(outbox):
        for number in range(PER_CHAT - 1):
            outbox.enqueue(Item(f"hangs {number}", delivered, gate=gate))
        outbox.enqueue(Item("same", delivered))
        outbox.enqueue(Item("other", delivered, chat_id=2))
        await until(lambda: set(delivered) == {"same", "other"}, "both came", saw=lambda: delivered)
        outbox.enqueue(Item("last hangs", delivered, gate=gate))
        outbox.enqueue(Item("later", delivered))
        await asyncio.sleep(0.02)
        assert "later" not in delivered
        gate.set()
        await until(lambda: outbox.waiting == 0, "nothing waits", look_s=0.001)
        assert "later" in delivered


async def test_equal_keys_are_delivered_once_and_the_later_state() -> None:
    outbox, delivered = Outbox(), list[str]()
    outbox.enqueue(Item("card", delivered, says="before"))
    outbox.enqueue(Item("card", delivered, says="after"))
    outbox.enqueue(Item("card", delivered, chat_id=2, says="elsewhere"))
    async with at_work(outbox):
        await until(lambda: outbox.waiting == 0, "nothing waits", look_s=0.001)
    assert sorted(delivered) == ["after", "elsewhere"]


async def test_an_equal_key_keeps_the_greater_urgency() -> None:
    outbox, delivered = Outbox(), list[str]()
    outbox.enqueue(Item("card", delivered, Urgency.URGENT, says="card"))
    outbox.enqueue(Item("card", delivered, Urgency.ROUTINE, says="less urgent"))
    outbox.enqueue(Item("news", delivered, Urgency.ROUTINE))
    async with at_work(outbox):
        await until(lambda: outbox.waiting == 0, "nothing waits", look_s=0.001)
    assert delivered == ["card", "news"]


async def test_what_changes_while_it_is_delivered_is_delivered_again() -> None:
    outbox, delivered, gate = Outbox(), list[str](), asyncio.Event()
    async with at_work(outbox):
        outbox.enqueue(Item("card", delivered, says="before", gate=gate))
        await asyncio.sleep(0)
        outbox.enqueue(Item("card", delivered, says="after"))
        await asyncio.sleep(0.01)
        assert delivered == []
        gate.set()
        await until(lambda: outbox.waiting == 0, "nothing waits", look_s=0.001)
    assert delivered == ["before", "after"]


async def test_pauses_grow_up_to_the_longest() -> None:
    asked: list[float] = []
    outbox, delivered = Outbox(_at_once(asked)), list[str]()
    errors: list[Exception] = [TimedOut() for _ in range(9)]
    async with at_work(outbox):
        outbox.enqueue(Item("card", delivered, errors=errors))
        await until(lambda: outbox.waiting == 0, "nothing waits", look_s=0.001)
        assert asked == [min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**number) for number in range(9)]
        # After a success it begins anew.
        outbox.enqueue(Item("card", delivered, errors=[NetworkError("down")]))
        await until(lambda: outbox.waiting == 0, "nothing waits", look_s=0.001)
    assert asked[-1] == FIRST_PAUSE_S
    assert delivered == ["card", "card"]


@pytest.mark.parametrize(
    ("error", "pause_s"),
    [
        (RetryAfter(17), 17.0),
        (Forbidden("bot was blocked by the user"), HOPELESS_PAUSE_S),
        (BadRequest("chat not found"), HOPELESS_PAUSE_S),
        (KafkaConnectionError("no broker"), FIRST_PAUSE_S),
        (ValueError("a fault of our own"), FIRST_PAUSE_S),
    ],
)
async def test_how_long_it_waits_depends_on_the_error(error: Exception, pause_s: float) -> None:
    asked: list[float] = []
    outbox, delivered = Outbox(_at_once(asked)), list[str]()
    async with at_work(outbox):
        outbox.enqueue(Item("card", delivered, errors=[error]))
        await until(lambda: outbox.waiting == 0, "nothing waits", look_s=0.001)
    assert (asked, delivered) == ([pause_s], ["card"])


async def test_what_waits_for_its_pause_holds_nothing_up_and_goes_at_once_when_a_person_waits() -> None:
    outbox, delivered = Outbox(lambda _: 60.0), list[str]()
    async with at_work(outbox):
        outbox.enqueue(Item("card", delivered, errors=[TimedOut()]))
        outbox.enqueue(Item("news", delivered))
        await until(lambda: delivered == ["news"], "the news came", saw=lambda: delivered)
        outbox.enqueue(Item("card", delivered, Urgency.URGENT))
        await asyncio.sleep(0.01)
        assert delivered == ["news"]
        outbox.enqueue(Item("card", delivered, Urgency.NOW))
        await until(lambda: delivered == ["news", "card"], "the card came", saw=lambda: delivered)


def _at_once(asked: list[float]) -> Callable[[float], float]:
    def pauses(pause_s: float) -> float:
        asked.append(pause_s)
        return 0.0

    return pauses
