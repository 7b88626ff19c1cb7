"""Telegram's limits, and its 429."""

from typing import cast

import pytest
from telegram.error import RetryAfter

from bot.telegram.rate_limiter import UNREAD, Bucket, Limit, Limits, RateLimiter, is_counted

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


async def _call(limiter: RateLimiter, endpoint: str, chat: int, *failures: Exception) -> bool:
    left = list(failures)

    async def callback() -> bool:
        if left:
            raise left.pop(0)
        return True

    return cast(bool, await limiter.process_request(callback, (), {}, endpoint, {"chat_id": chat}, None))


async def test_a_private_chat_gets_a_burst_and_then_one_a_second(time: Time) -> None:
    limiter = RateLimiter(LIMITS, clock=time)
    for _ in range(4):
        assert await _call(limiter, "sendMessage", 1001)
    assert time.slept == [1.0, 1.0]


async def test_a_group_gets_less_than_a_person(time: Time) -> None:
    limiter = RateLimiter(LIMITS, clock=time)
    for _ in range(4):
        await _call(limiter, "sendMessage", -100500)
    assert time.slept == [2.0]


async def test_answers_to_buttons_are_never_held_back(time: Time) -> None:
    limiter = RateLimiter(LIMITS, clock=time)
    for _ in range(100):
        await _call(limiter, "answerCallbackQuery", 1001)
    assert time.slept == []


async def test_all_chats_together_keep_to_thirty_a_second(time: Time) -> None:
    limiter = RateLimiter(LIMITS, clock=time)
    for chat in range(60):
        await _call(limiter, "sendMessage", chat + 1)
    assert time.now == pytest.approx(101.0, abs=0.01)


async def test_a_429_is_obeyed_and_the_call_made_again(time: Time) -> None:
    limiter = RateLimiter(LIMITS, clock=time)
    assert await _call(limiter, "sendMessage", 1001, RetryAfter(7), RetryAfter(3))
    assert sum(time.slept) == pytest.approx(10.0)


async def test_more_patience_than_there_is_is_not_had(time: Time) -> None:
    limiter = RateLimiter(LIMITS, patience_s=5, clock=time)
    with pytest.raises(RetryAfter):
        await _call(limiter, "sendMessage", 1001, RetryAfter(7))


async def test_a_message_that_nobody_reads_is_not_built() -> None:
    async def callback() -> dict[str, object]:
        return {"message_id": 1}

    assert await RateLimiter(LIMITS).process_request(callback, (), {}, "sendMessage", {"chat_id": 1}, None) == {
        "message_id": 1
    }
    assert await RateLimiter(LIMITS).process_request(callback, (), {}, "sendMessage", {"chat_id": 1}, UNREAD) is True


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


def test_a_full_bucket_may_be_forgotten() -> None:
    bucket = Bucket(Limit(2, 1), 0.0)
    assert bucket.is_full(0.0)
    bucket.take(0.0)
    assert not bucket.is_full(0.5)
    assert bucket.is_full(1.0)
