"""The outbox: in which order, how often, and how soon again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from time import process_time

import pytest
from aiokafka.errors import KafkaConnectionError
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from bot.telegram.outbox import (
    FIRST_PAUSE_S,
    HOPELESS_PAUSE_S,
    LONGEST_PAUSE_S,
    PER_CHAT,
    ROUTINE_IN_WORK,
    UNLIMITED,
    Outbox,
)
from bot.telegram.outbox_item import TURN, Urgency
from bot.telegram.pace import Limit, Limits, Pace
from tests.waiting import until

CHAT = 1


@dataclass
class Item:
    """Fails with each of `errors`, then is delivered. `sends`: it makes the call that was counted for it."""

    key: str
    delivered: list[str]
    urgency: Urgency = Urgency.ROUTINE
    chat_id: int = CHAT
    errors: list[Exception] = field(default_factory=list)
    says: str = ""
    gate: asyncio.Event | None = None
    sends: bool = True

    async def deliver(self) -> None:
        if self.gate is not None:
            await self.gate.wait()
        turn = TURN.get()
        assert turn is not None
        if self.sends:
            turn.use(turn.chat_id)
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
    outbox, delivered = Outbox(pauses=_at_once(asked)), list[str]()
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
    outbox, delivered = Outbox(pauses=_at_once(asked)), list[str]()
    async with at_work(outbox):
        outbox.enqueue(Item("card", delivered, errors=[error]))
        await until(lambda: outbox.waiting == 0, "nothing waits", look_s=0.001)
    assert (asked, delivered) == ([pause_s], ["card"])


async def test_what_waits_for_its_pause_holds_nothing_up_and_goes_at_once_when_a_person_waits() -> None:
    outbox, delivered = Outbox(pauses=lambda _: 60.0), list[str]()
    async with at_work(outbox):
        outbox.enqueue(Item("card", delivered, errors=[TimedOut()]))
        outbox.enqueue(Item("news", delivered))
        await until(lambda: delivered == ["news"], "the news came", saw=lambda: delivered)
        outbox.enqueue(Item("card", delivered, Urgency.URGENT))
        await asyncio.sleep(0.01)
        assert delivered == ["news"]
        outbox.enqueue(Item("card", delivered, Urgency.NOW))
        await until(lambda: delivered == ["news", "card"], "the card came", saw=lambda: delivered)


async def test_what_is_urgent_goes_first_of_all_chats_together_and_within_the_limit() -> None:
    pace = Pace(Limits(Limit(10, 100), Limit(10, 100), Limit(10, 100)))
    outbox, delivered = Outbox(pace), list[str]()
    async with at_work(outbox):
        for number in range(500):
            outbox.enqueue(Item(f"notice {number}", delivered, chat_id=number))
        await until(lambda: len(delivered) >= 10, "what was enqueued came")
        before = len(delivered)
        outbox.enqueue(Item("answer", delivered, Urgency.NOW, chat_id=1_000))
        outbox.enqueue(Item("card", delivered, Urgency.URGENT, chat_id=-1))
        await until(lambda: {"answer", "card"} <= set(delivered), "what was enqueued came")
        assert max(delivered.index("answer"), delivered.index("card")) <= before + 8
        assert not pace.in_line


async def test_only_so_much_of_what_nobody_waits_for_hangs_at_once() -> None:
    outbox, delivered, gate = Outbox(), list[str](), asyncio.Event()
    async with at_work(outbox):
        for number in range(2 * ROUTINE_IN_WORK):
            outbox.enqueue(Item(f"hangs {number}", delivered, chat_id=number, gate=gate))
        outbox.enqueue(Item("card", delivered, Urgency.URGENT, chat_id=1_000))
        await until(lambda: delivered == ["card"], "what was enqueued came")
        gate.set()
        await until(lambda: outbox.waiting == 0, "what was enqueued came")
    assert len(delivered) == 2 * ROUTINE_IN_WORK + 1


async def test_a_chat_at_its_limit_holds_up_no_other() -> None:
    pace = Pace()
    outbox, delivered = Outbox(pace), list[str]()
    pace.block(1, 60)
    async with at_work(outbox):
        outbox.enqueue(Item("blocked", delivered, Urgency.NOW))
        outbox.enqueue(Item("other", delivered, chat_id=2))
        await until(lambda: delivered == ["other"], "what was enqueued came")
        outbox.enqueue(Item("more", delivered, Urgency.NOW))
        pace.block(1, 0)
        pace.block(1, 0.05)
        await asyncio.sleep(0.02)
        assert delivered == ["other"]


async def test_what_was_not_sent_takes_nothing_from_the_limit() -> None:
    pace = Pace(Limits(Limit(1, 1), Limit(1, 1), Limit(1, 1)))
    outbox, delivered = Outbox(pace), list[str]()
    async with at_work(outbox):
        for number in range(50):
            outbox.enqueue(Item(f"holds no more {number}", delivered, chat_id=number, sends=False))
        await until(lambda: outbox.waiting == 0, "what was enqueued came")


async def test_a_group_that_moved_is_one_chat() -> None:
    outbox, delivered = Outbox(place=lambda chat_id: 2 if chat_id == 1 else chat_id), list[str]()
    outbox.enqueue(Item("card", delivered, says="before"))
    outbox.enqueue(Item("card", delivered, chat_id=2, says="after"))
    async with at_work(outbox):
        await until(lambda: outbox.waiting == 0, "what was enqueued came")
    assert delivered == ["after"]


async def test_eight_thousand_waiting_chats_cost_nothing_until_it_is_their_turn() -> None:
    pace = Pace(UNLIMITED)
    outbox, delivered = Outbox(pace), list[str]()
    async with at_work(outbox):
        for number in range(8_000):
            pace.block(number, 3_600)
            outbox.enqueue(Item("notice", delivered, chat_id=number))
        await asyncio.sleep(0.5)
        begun = process_time()
        for _ in range(100):
            outbox.enqueue(Item("answer", delivered, Urgency.NOW, chat_id=10_000))
            await until(lambda: outbox.waiting == 8_000, "what was enqueued came")
        assert process_time() - begun < 0.5


@given(
    items=st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 6), st.sampled_from(Urgency), st.integers(0, 2)), max_size=80
    )
)
@settings(max_examples=40, deadline=None)
def test_everything_is_delivered_whatever_comes_and_fails(items: list[tuple[int, int, Urgency, int]]) -> None:
    async def play() -> None:
        outbox, delivered = Outbox(Pace(Limits(Limit(5, 2_000), Limit(3, 1_000))), pauses=lambda _: 0.001), list[str]()
        async with at_work(outbox):
            for number, (chat, key, urgency, failures) in enumerate(items):
                errors: list[Exception] = [TimedOut() for _ in range(failures)]
                outbox.enqueue(Item(str(key), delivered, urgency, chat, errors, says=f"{chat} {key}"))
                if number % 7 == 0:
                    await asyncio.sleep(0.001)
            await until(lambda: outbox.waiting == 0, "what was enqueued came")
            assert set(delivered) == {f"{chat} {key}" for chat, key, _, _ in items}
            assert not outbox._chats

    asyncio.run(play())


def _at_once(asked: list[float]) -> Callable[[float], float]:
    def pauses(pause_s: float) -> float:
        asked.append(pause_s)
        return 0.0

    return pauses
