"""Answers that Telegram does not take at once: in order, bounded, and the update ends with the last of them."""

from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from telegram.error import BadRequest, RetryAfter

from bot.core.deferred_answers import KEPT_S, PER_CHAT, DeferredAnswers
from bot.telegram.outbox import Outbox
from tests.bot.telegram.test_outbox import at_work
from tests.waiting import until

CHAT = 1


class Telegram:
    """Takes what it is given, but for the first `refusals` calls."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.taken: list[str] = []

    def answer(self, text: str) -> Callable[[], Awaitable[None]]:
        async def give() -> None:
            if self.refusals:
                self.refusals -= 1
                raise RetryAfter(1)
            self.taken.append(text)

        return give


class Faults:
    """What was told of answers that failed."""

    def __init__(self) -> None:
        self.told: list[tuple[type[Exception], int]] = []

    async def __call__(self, error: Exception, update_id: int) -> None:
        self.told.append((type(error), update_id))


def deferring(faults: Faults | None = None, clock: Callable[[], float] = lambda: 0.0) -> tuple[DeferredAnswers, Outbox]:
    outbox = Outbox(pauses=lambda _: 0.001)
    return DeferredAnswers(outbox, faults or Faults(), clock), outbox


async def test_what_is_taken_at_once_is_given_at_once() -> None:
    answers, _ = deferring()
    telegram, done = Telegram(), list[int]()
    await answers.give(CHAT, 7, telegram.answer("a"))
    answers.when_given(7, partial(done.append, 7))
    assert (telegram.taken, done, answers.owed(CHAT)) == (["a"], [7], 0)


async def test_answers_of_a_chat_keep_their_order_and_the_update_ends_with_its_last() -> None:
    answers, outbox = deferring()
    telegram, done = Telegram(refusals=3), list[int]()
    for update_id in (7, 8):
        for text in "ab":
            await answers.give(CHAT, update_id, telegram.answer(f"{update_id}{text}"))
        answers.when_given(update_id, partial(done.append, update_id))
    assert (telegram.taken, done, answers.owed(CHAT)) == ([], [], 4)
    async with at_work(outbox):
        await until(lambda: outbox.waiting == 0, "nothing waits")
    assert (telegram.taken, done, answers.owed(CHAT)) == (["7a", "7b", "8a", "8b"], [7, 8], 0)


async def test_an_edit_replaces_the_one_that_still_waits_and_its_update_ends() -> None:
    answers, outbox = deferring()
    telegram, done = Telegram(refusals=1), list[int]()
    await answers.give(CHAT, 1, telegram.answer("before"))
    for update_id, text in ((2, "one"), (3, "two")):
        await answers.give(CHAT, update_id, telegram.answer(text), key="edit 5")
        answers.when_given(update_id, partial(done.append, update_id))
    assert done == [2]
    async with at_work(outbox):
        await until(lambda: outbox.waiting == 0, "nothing waits")
    assert (telegram.taken, done) == (["before", "two"], [2, 3])


async def test_a_refusal_for_another_reason_ends_the_answer_and_not_the_next_one() -> None:
    faults = Faults()
    answers, outbox = deferring(faults)
    telegram, done = Telegram(refusals=1), list[int]()

    async def gone() -> None:
        raise BadRequest("message to edit not found")

    await answers.give(CHAT, 1, telegram.answer("a"))
    await answers.give(CHAT, 2, gone)
    answers.when_given(2, partial(done.append, 2))
    await answers.give(CHAT, 3, telegram.answer("c"))
    async with at_work(outbox):
        await until(lambda: outbox.waiting == 0, "nothing waits")
    assert (telegram.taken, done, faults.told) == (["a", "c"], [2], [(BadRequest, 2)])
    with pytest.raises(BadRequest):
        await answers.give(CHAT, 4, gone)


async def test_nobody_is_answered_after_ten_minutes() -> None:
    now = [0.0]
    answers, outbox = deferring(clock=lambda: now[0])
    telegram, done = Telegram(refusals=1), list[int]()
    await answers.give(CHAT, 1, telegram.answer("a"))
    answers.when_given(1, partial(done.append, 1))
    now[0] = KEPT_S + 1
    async with at_work(outbox):
        await until(lambda: outbox.waiting == 0, "nothing waits")
    assert (telegram.taken, done) == ([], [1])


async def test_no_more_than_so_many_wait_for_a_chat() -> None:
    answers, _ = deferring()
    telegram, done = Telegram(refusals=1), list[int]()
    for number in range(PER_CHAT + 10):
        await answers.give(CHAT, number, telegram.answer(str(number)))
        answers.when_given(number, partial(done.append, number))
    assert answers.owed(CHAT) == PER_CHAT
    assert done == list(range(PER_CHAT, PER_CHAT + 10))
