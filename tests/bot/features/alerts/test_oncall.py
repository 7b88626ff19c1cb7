"""Who is on call: shifts as people write them, the rota in the chat, and who is reminded first."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.alerts.oncall.models import SHIFTS, Shift, zone_of
from bot.features.alerts.oncall.written import ShiftError, read_shift
from tests.bot.world.alert_samples import payload
from tests.bot.world.operations import Operations
from tests.bot.world.world import PSEUDONYMS, World
from tests.waiting import until

IGOR, GRACE = 3001, 3002
MOSCOW = timezone(timedelta(hours=3))
# A Saturday.
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=MOSCOW)


@pytest.fixture
async def operations(world: World) -> AsyncIterator[Operations]:
    made = Operations(world)
    async with made.bot():
        yield made


@pytest.mark.parametrize(
    ("text", "starts", "ends", "weekly"),
    [
        ("now – 24h", at(28, 15), at(29, 15), False),
        ("сейчас до 18:00", at(28, 15), at(28, 18), False),
        ("09:00–18:00", at(28, 9), at(28, 18), False),
        ("09:00-12:00", at(29, 9), at(29, 12), False),
        ("с 21:00 до 09:00", at(28, 21), at(29, 9), False),
        ("28.11 09:00 – 05.12 09:00", at(28, 9), at(5, 9, month=12), False),
        ("30 ноября – 1 декабря", at(30, 0), at(2, 0, month=12), False),
        ("2026-11-30 09:00 - 2026-12-01 09:00", at(30, 9), at(1, 9, month=12), False),
        ("monday 09:00 to 18:00 every week", at(30, 9), at(30, 18), True),
        ("пн 09:00 – 18:00, еженедельно", at(30, 9), at(30, 18), True),
        ("20:00 – 23:00 UTC+5", at(28, 18), at(28, 21), False),
        ("20:00 – 23:00 Europe/Berlin", at(28, 22), at(29, 1), False),
    ],
)
def test_a_shift_is_read_as_people_write_it(text: str, starts: datetime, ends: datetime, weekly: bool) -> None:
    shift = read_shift(text, NOW, MOSCOW)
    assert (shift.starts_at, shift.ends_at, shift.weekly) == (starts, ends, weekly)


@pytest.mark.parametrize(
    "text",
    ["", "tomorrow", "soon – later", "27.11 09:00 – 27.11 18:00", "01.12 09:00 – 01.11 09:00", "now – 90d",
     "now – 14d every week", "09:00 – 18:00 Mars/Olympus", "–", "now –"],
)  # fmt: skip
def test_what_is_no_shift_is_refused(text: str) -> None:
    with pytest.raises(ShiftError):
        read_shift(text, NOW, MOSCOW)


@given(st.text(max_size=60))
def test_any_text_is_a_shift_ahead_or_is_refused(text: str) -> None:
    try:
        shift = read_shift(text, NOW, MOSCOW)
    except ShiftError:
        return
    assert shift.starts_at < shift.ends_at and shift.ends_at > NOW


@given(st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes)))
def test_a_weekly_shift_keeps_its_clock_where_clocks_are_changed(moment: datetime) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    shift = Shift(
        starts_at=datetime(2026, 1, 5, 9, tzinfo=berlin),
        ends_at=datetime(2026, 1, 5, 18, tzinfo=berlin),
        weekly=True,
        zone="Europe/Berlin",
    )
    time = shift.next(moment)
    assert time is not None and moment < time[1]
    local = time[0].astimezone(berlin)
    assert (local.weekday(), local.hour, time[1].astimezone(berlin).hour) == (0, 9, 18)
    here = moment.astimezone(berlin)
    assert shift.holds(moment) is (moment >= shift.starts_at and here.weekday() == 0 and 9 <= here.hour < 18)


@pytest.mark.parametrize("name", ["UTC", "UTC+3", "UTC-05:30", "Asia/Almaty"])
def test_the_name_of_a_clock_is_read_again(name: str) -> None:
    zone = zone_of(name)
    assert zone is not None
    assert NOW.astimezone(zone_of(str(zone))).utcoffset() == NOW.astimezone(zone).utcoffset()


class TestRota:
    async def test_somebody_is_put_into_the_rota_by_buttons_and_taken_out(self, operations: Operations) -> None:
        grace = operations.world.person(GRACE)
        await grace.writes("/oncall")
        shown = await grace.sees("Nobody is on call", "/oncall me", button="+ Add a shift")
        await grace.presses(shown, "+ Add a shift")
        shown = await grace.sees_change(shown, "Who will be on call?", button="3002")
        await grace.presses(shown, "3002")
        shown = await grace.sees_change(shown, "for how long?", button="12 h")
        await grace.presses(shown, "12 h")
        shown = await grace.sees_change(shown, "✅ Grace is in the rota", "On call now: Grace", button="🗑 1")
        await grace.presses(shown, "🗑 1")
        shown = await grace.sees_change(shown, "Remove this shift?", "Grace")
        await grace.presses(shown, "🗑 Remove it")
        await grace.sees_change(shown, "Nobody is on call")
        done = [(entry.action, entry.target) for entry in operations.world.audit.written]
        assert done == [("oncall_add", "Grace"), ("oncall_remove", "Grace")]
        assert not operations.world.store(SHIFTS).kept

    async def test_a_time_that_was_asked_for_is_written_in_private(self, operations: Operations) -> None:
        igor = operations.world.person(IGOR)
        await igor.writes("/oncall")
        shown = await igor.sees("Дежурных нет")
        await igor.presses(shown, "+ Добавить дежурство")
        shown = await igor.sees_change(shown, "Кто будет дежурить?")
        await igor.presses(shown, "3001")
        await igor.sees_change(shown, "сколько времени")
        await igor.writes("завтра 09:00 – 21:00")
        await igor.sees("Дежурство добавлено: Игорь", "Сейчас никто не дежурит", "09:00 – 21:00")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("/oncall me whenever", "do not see from when"),
            ("/oncall @nobody now – 24h", "No operator is called “@nobody”"),
            ("/oncall Ivanov now – 24h", "No operator is called “Ivanov”"),
        ],
    )
    async def test_what_is_not_understood_is_said(self, operations: Operations, text: str, said: str) -> None:
        grace = operations.world.person(GRACE)
        await grace.writes(text)
        await grace.sees(said)

    async def test_a_customer_has_no_rota(self, operations: Operations) -> None:
        anna = operations.world.person(1001)
        await anna.writes("/oncall me now – 24h")
        await anna.sees("оператор")
        assert not operations.world.store(SHIFTS).kept

    async def test_a_shift_is_counted_and_forgotten_with_its_person(self, operations: Operations) -> None:
        grace = operations.world.person(GRACE)
        await grace.writes("/oncall me now – 24h")
        await grace.sees("On call now: Grace")
        await grace.writes("/privacy")
        await grace.sees("1 on-call shift of yours")


class TestReminders:
    async def test_who_is_on_call_stands_on_the_card_and_is_reminded_before_all(self, operations: Operations) -> None:
        igor, grace = operations.operator(), operations.world.person(GRACE)
        await grace.writes("/oncall me now – 24h")
        await grace.sees("On call now: Grace")
        await operations.notify(payload())
        card = await igor.sees("ServiceDown", "📟 On call: Grace")
        await until(lambda: all(one.message_id for one in operations.cards.kept.values()), "the card is posted")
        operations.later(timedelta(minutes=6))
        await operations.here.reminders.remind()
        told = await grace.sees("You're on call, and nobody has taken this", button="✋ Acknowledge")
        assert "Nobody has taken" not in (await igor.sees()).text
        operations.later(timedelta(minutes=10))
        await operations.here.reminders.remind()
        await igor.sees("Nobody has taken this")
        await grace.presses(told, "✋ Acknowledge")
        assert "On call" not in (await igor.sees_change(card, "Grace is on it")).text

    async def test_whose_role_was_taken_is_on_call_no_more(self, operations: Operations) -> None:
        ended = Shift(name="Anna", starts_at=NOW - timedelta(days=400), ends_at=NOW + timedelta(days=4000))
        operations.world.store(SHIFTS).set(f"{PSEUDONYMS.of(1001)}:x", ended)
        igor = operations.operator()
        await operations.notify(payload())
        assert "On call" not in (await igor.sees("ServiceDown")).text
        await until(lambda: all(one.message_id for one in operations.cards.kept.values()), "the card is posted")
        operations.later(timedelta(minutes=6))
        await operations.here.reminders.remind()
        await igor.sees("Nobody has taken this")
