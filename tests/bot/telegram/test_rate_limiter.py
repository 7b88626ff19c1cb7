"""Who may call Telegram now: what waits, what is told to come later, and Telegram's 429."""

from typing import cast

import pytest
from telegram.error import RetryAfter

from bot.telegram.outbox_item import TURN, Turn, Urgency
from bot.telegram.pace import Limit, Limits, Pace
from bot.telegram.rate_limiter import ANSWER, AT_ONCE, UNREAD, Call, RateLimiter, TooSoonError, is_counted

LIMITS = Limits(overall=Limit(30, 30), private=Limit(2, 1), group=Limit(3, 0.5))


class Time:
    """A clock that `sleep` moves on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.slept: list[float] = []
        monkeypatch.setattr("bot.telegram.rate_limiter.asyncio.sleep", self.sleep)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


@pytest.fixture
def pace(time: Time) -> Pace:
    return Pace(LIMITS, clock=time)


async def _call(
    pace: Pace, endpoint: str, chat: int, *failures: Exception, asked: Call | None = None, patience_s: float = 60.0
) -> bool:
    left = list(failures)

    async def callback() -> bool:
        if left:
            raise left.pop(0)
        return True

    limiter = RateLimiter(pace, patience_s)
    return cast(bool, await limiter.process_request(callback, (), {}, endpoint, {"chat_id": chat}, asked))


async def test_a_private_chat_gets_a_burst_and_then_one_a_second(time: Time, pace: Pace) -> None:
    for _ in range(4):
        assert await _call(pace, "sendMessage", 1001)
    assert time.slept == [1.0, 1.0]


async def test_a_group_gets_its_number_in_any_span(time: Time, pace: Pace) -> None:
    for _ in range(4):
        await _call(pace, "sendMessage", -100500)
    # Three in six seconds, and a little more: Telegram counts when they arrive.
    assert time.slept == pytest.approx([6.1])


async def test_answers_to_buttons_are_never_held_back(time: Time, pace: Pace) -> None:
    for _ in range(100):
        await _call(pace, "answerCallbackQuery", 1001, asked=AT_ONCE)
    assert time.slept == []


async def test_in_an_update_nothing_waits(time: Time, pace: Pace) -> None:
    for _ in range(2):
        await _call(pace, "sendMessage", 1001, asked=ANSWER)
    with pytest.raises(TooSoonError) as soon:
        await _call(pace, "sendMessage", 1001, asked=ANSWER)
    assert soon.value._retry_after.total_seconds() == 1.0
    with pytest.raises(RetryAfter):
        await _call(pace, "sendMessage", 1002, RetryAfter(30), asked=ANSWER)
    # Telegram has said so: it is not asked again before the time.
    with pytest.raises(TooSoonError):
        await _call(pace, "editMessageText", 1002, asked=ANSWER)
    with pytest.raises(RetryAfter):
        await _call(pace, "answerCallbackQuery", 1003, RetryAfter(3), asked=AT_ONCE)
    assert time.slept == []


async def test_nobody_goes_before_what_waits_for_the_limit_of_all_chats(pace: Pace) -> None:
    pace.in_line = True
    with pytest.raises(TooSoonError):
        await _call(pace, "sendMessage", 1001, asked=ANSWER)
    assert await _call(pace, "answerCallbackQuery", 1001, asked=AT_ONCE)


async def test_a_turn_is_good_for_one_message_to_its_chat(time: Time, pace: Pace) -> None:
    turn = Turn(1001, Urgency.NOW)
    for _ in range(3):
        pace.take(1001)
    token = TURN.set(turn)
    try:
        await _call(pace, "answerCallbackQuery", 1001)
        assert turn == Turn(1001, Urgency.NOW)
        await _call(pace, "sendMessage", 1001, asked=ANSWER)
        assert (turn, time.slept) == (Turn(1001, Urgency.NOW, used=True), [])
        # A second one waits like any other.
        await _call(pace, "sendMessage", 1001)
        assert time.slept == [2.0]
        with pytest.raises(RetryAfter):
            await _call(pace, "editMessageText", 1001, RetryAfter(1))
    finally:
        TURN.reset(token)


async def test_a_429_is_obeyed_and_the_call_made_again(time: Time, pace: Pace) -> None:
    assert await _call(pace, "sendMessage", 1001, RetryAfter(7), RetryAfter(3))
    assert sum(time.slept) == pytest.approx(10.0)


async def test_more_patience_than_there_is_is_not_had(pace: Pace) -> None:
    with pytest.raises(RetryAfter):
        await _call(pace, "sendMessage", 1001, RetryAfter(7), patience_s=5)


async def test_a_message_that_nobody_reads_is_not_built(pace: Pace) -> None:
    async def callback() -> dict[str, object]:
        return {"message_id": 1}

    limiter = RateLimiter(pace)
    assert await limiter.process_request(callback, (), {}, "sendMessage", {"chat_id": 1}, None) == {"message_id": 1}
    assert await limiter.process_request(callback, (), {}, "sendMessage", {"chat_id": 1}, UNREAD) is True


@pytest.mark.parametrize(
    ("endpoint", "counted"),
    [
        ("sendMessage", True),
        ("editMessageText", True),
        ("sendChatAction", False),
        ("getMe", False),
        ("copyMessage", True),
    ],
)
def test_only_what_telegram_counts_is_counted(endpoint: str, counted: bool) -> None:
    assert is_counted(endpoint) is counted
