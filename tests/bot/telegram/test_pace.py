"""Telegram's limits as they are counted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.outbox_item import Urgency
from bot.telegram.pace import FORGET_AFTER, Bucket, Limit, Limits, Pace, Window

NOW, ROUTINE = Urgency.NOW, Urgency.ROUTINE


class Time:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@given(steps=st.lists(st.tuples(st.integers(1, 9), st.floats(0, 3)), max_size=200), most=st.integers(1, 30))
@settings(max_examples=60)
def test_a_window_never_lets_more_through_in_any_span_and_is_never_slower_than_it_must(
    steps: list[tuple[int, float]], most: int
) -> None:
    window, now, sent = Window(Limit(most, most)), 0.0, list[float]()
    for _, pause_s in steps:
        now += pause_s + window.delay_s(now + pause_s, NOW)
        assert window.delay_s(now, NOW) <= 1e-9
        window.take(now)
        sent.append(now)
    for last in range(most, len(sent)):
        assert sent[last] - sent[last - most] >= 1.0


def test_what_nobody_waits_for_leaves_room_to_what_somebody_does() -> None:
    time = Time()
    pace = Pace(Limits(overall=Limit(30, 30)), time)
    sent = 0
    while pace.overall_delay_s(ROUTINE) == 0:
        sent += 1
        pace.take(sent)
    assert sent == 24
    assert pace.delay_s(1001, NOW) == 0
    for chat in (-5, 7):
        while pace.chat_delay_s(chat, ROUTINE) == 0:
            pace.take(chat)
        assert pace.chat_delay_s(chat, NOW) == 0


def test_a_block_holds_for_its_chat_and_its_time() -> None:
    time = Time()
    pace = Pace(clock=time)
    pace.block(1001, 30)
    assert pace.delay_s(1001, NOW) == 30
    assert pace.delay_s(1002, NOW) == 0
    time.now += 30
    assert pace.delay_s(1001, NOW) == 0


def test_what_was_not_sent_is_given_back() -> None:
    pace = Pace(Limits(Limit(1, 1), Limit(1, 1), Limit(1, 1)), Time())
    for chat in (1, -1):
        pace.take(chat)
        assert pace.delay_s(chat, NOW) > 0
        pace.give_back(chat)
        assert pace.delay_s(chat, NOW) == 0


def test_a_full_bucket_may_be_forgotten() -> None:
    bucket = Bucket(Limit(2, 1), 0.0)
    assert bucket.is_full(0.0)
    bucket.take(0.0)
    assert not bucket.is_full(0.5)
    assert bucket.is_full(1.0)


def test_chats_that_are_quiet_again_are_forgotten() -> None:
    time = Time()
    pace = Pace(Limits(Limit(1e9, 1e9)), time)
    for chat in range(1, 5 * FORGET_AFTER):
        pace.take(chat)
        time.now += 0.001
    assert len(pace._chats) <= 2 * FORGET_AFTER


@pytest.mark.parametrize("chat", ["@channel", -1])
def test_groups_and_channels_have_the_limit_of_groups(chat: object) -> None:
    pace = Pace(Limits(group=Limit(1, 1 / 60)), Time())
    pace.take(chat)
    assert pace.chat_delay_s(chat, NOW) == pytest.approx(60.1)
