"""One clock a person: chosen in the chat, kept, told by every screen."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.features.clock.replies import OFFSETS, clock_choice, moved
from bot.ui.callback_data import decode, encode
from bot.ui.locale import texts
from bot.ui.time import clock, decimal, moment
from tests.bot.world.world import World

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


async def test_the_clock_is_adjusted_kept_and_forgotten(world: World) -> None:
    oliver = world.person(1002)
    async with world.bot():
        await oliver.writes("/language")
        await oliver.presses(await oliver.sees(button="🕒 Your clock"), "🕒 Your clock")
        asked = await oliver.sees("Is it 15:00 where you are?")
        await oliver.presses(asked, "◀ An hour earlier")
        await oliver.sees_change(asked, "Is it 14:00 where you are?", button="✓ It is 14:00")
        toast = await oliver.presses(asked, "✓ It is 14:00")
        assert "Your clock: 14:00" in toast.text
    async with world.bot():
        await oliver.writes("/clock")
        await oliver.sees("Is it 14:00 where you are?")
        await oliver.writes("/privacy")
        await oliver.sees("the language, time or quiet hours you chose")


async def test_another_persons_clock_stays(chat: World) -> None:
    anna, oliver = chat.person(1001), chat.person(1002)
    await oliver.writes("/clock")
    await oliver.presses(await oliver.sees(button="An hour later ▶"), "An hour later ▶")
    await anna.writes("/clock")
    await anna.sees("У вас 15:00?", button="✓ Да, 15:00")


async def test_a_clock_west_of_greenwich_is_set_as_any_other(world: World) -> None:
    oliver = world.person(1002)
    async with world.bot():
        await oliver.writes("/clock")
        asked = await oliver.sees("Is it 15:00 where you are?")
        for hour in range(14, 9, -1):
            await oliver.presses(asked, "◀ An hour earlier")
            asked = await oliver.sees_change(asked, f"Is it {hour:02}:00 where you are?")
        toast = await oliver.presses(asked, "✓ It is 10:00")
        assert "Your clock: 10:00" in toast.text


@pytest.mark.parametrize("offset", OFFSETS)
def test_every_clock_there_is_fits_into_buttons(offset: int) -> None:
    there = texts("en", timezone(timedelta(hours=offset)))
    assert all(
        decode(encode(button.press)) for row in clock_choice(NOON, there).buttons for button in row if button.press
    )


@pytest.mark.parametrize(("offset", "hours", "then"), [(3, 1, 4), (14, 1, -12), (-12, -1, 14), (0, -1, -1)])
def test_beyond_the_latest_clock_comes_the_earliest(offset: int, hours: int, then: int) -> None:
    assert moved(offset, hours) == then


def test_moments_are_told_by_the_readers_clock_and_language() -> None:
    russian, english = texts("ru"), texts("en", timezone(timedelta(hours=-5)))
    noon = NOON.replace(month=12, day=4)
    assert moment(noon, russian) == "4 декабря, 15:00"
    assert moment(noon, english) == "4 December, 07:00"
    assert moment(noon, russian, now=noon + timedelta(hours=8)) == "15:00"
    assert moment(noon, russian, now=noon.replace(year=noon.year + 1)) == f"4 декабря {noon.year}, 15:00"
    assert clock(noon, english, seconds=True) == "07:00:00"
    assert (decimal(1.7, 1, russian), decimal(1.7, 1, english)) == ("1,7", "1.7")
