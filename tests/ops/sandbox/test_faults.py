"""Telegram misbehaving, and its rate limits."""

import aiohttp
import pytest

from ops.sandbox.errors import BotApiError
from ops.sandbox.objects import Json
from ops.sandbox.rate_limits import RateLimits
from ops.sandbox.server import running
from tests.ops.sandbox.people import Caller


async def test_too_many_requests_as_often_as_asked(caller: Caller) -> None:
    await caller.post("/faults", {"method": "sendMessage", "kind": "429", "times": 2, "retry_after": 7})
    for _ in range(2):
        answer = await caller.bot("sendMessage", chat_id=1001, text="a")
        assert (answer.status, answer.description) == (429, "Too Many Requests: retry after 7")
        assert answer.body["parameters"] == {"retry_after": 7}
    assert (await caller.bot("sendMessage", chat_id=1001, text="a")).status == 200
    assert len(await caller.messages(1001)) == 2


async def test_a_server_error_of_any_method_but_polling(caller: Caller) -> None:
    await caller.post("/faults", {"method": "*", "kind": "500"})
    assert (await caller.bot("getUpdates")).status == 200
    answer = await caller.bot("getMe")
    assert (answer.status, answer.description) == (500, "Internal Server Error")


async def test_a_dropped_connection(caller: Caller) -> None:
    await caller.post("/faults", {"method": "sendMessage", "kind": "drop"})
    with pytest.raises(aiohttp.ClientError):
        await caller.bot("sendMessage", chat_id=1001, text="a")
    assert len(await caller.messages(1001)) == 1


async def test_an_answer_that_gets_lost_after_delivery(caller: Caller) -> None:
    await caller.post("/faults", {"method": "sendMessage", "kind": "timeout", "hold": 0.05, "delivered": True})
    with pytest.raises((aiohttp.ClientError, ValueError)):
        await caller.bot("sendMessage", chat_id=1001, text="a")
    assert (await caller.messages(1001))[-1]["text"] == "a"


async def test_faults_with_a_probability_last_for_their_time(caller: Caller) -> None:
    await caller.post("/faults", {"method": "getMe", "kind": "500", "probability": 0.5, "seconds": 60})
    seen = {(await caller.bot("getMe")).status for _ in range(60)}
    assert seen == {200, 500}
    async with caller.session.delete("/faults") as response:
        assert await response.json() == {"faults": []}
    assert {(await caller.bot("getMe")).status for _ in range(20)} == {200}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"kind": "flood"}, "kind must be one of 429, 500, timeout, drop, not 'flood'."),
        ({"kind": "429", "probability": 2}, "probability must be above 0 and at most 1."),
        ([], "The body must be a JSON object."),
    ],
)
async def test_faults_that_make_no_sense(caller: Caller, body: Json, error: str) -> None:
    answer = await caller.post("/faults", body)
    assert (answer.status, answer.body) == (400, {"error": error})


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def take_all(limits: RateLimits, chats: list[int]) -> int | None:
    """None when all are let through, else the seconds to wait that the first refused one is told."""
    try:
        for chat in chats:
            limits.take(chat)
    except BotApiError as error:
        return error.parameters["retry_after"]
    return None


def test_one_a_second_in_a_chat_with_a_small_burst() -> None:
    clock = Clock()
    limits = RateLimits(clock)
    assert take_all(limits, [1, 1, 1]) is None
    assert take_all(limits, [1]) == 1
    clock.seconds += 1
    assert take_all(limits, [1]) is None
    assert take_all(limits, [1]) == 1


def test_thirty_a_second_overall() -> None:
    clock = Clock()
    limits = RateLimits(clock)
    assert take_all(limits, list(range(1, 31))) is None
    assert take_all(limits, [99]) == 1
    clock.seconds += 1
    assert take_all(limits, [99]) is None


def test_twenty_a_minute_in_a_group() -> None:
    clock = Clock()
    limits = RateLimits(clock)
    for _ in range(20):
        assert take_all(limits, [-5]) is None
        clock.seconds += 1
    assert take_all(limits, [-5]) == 40


async def test_limits_are_off_unless_switched_on() -> None:
    async with running(rate_limits=True) as sandbox, aiohttp.ClientSession(sandbox.url) as session:
        caller = Caller(session, sandbox.world.token)
        await caller.say(1001, "hello")
        statuses = [(await caller.bot("sendMessage", chat_id=1001, text="a")).status for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
