"""Ends in words, by Moscow's clock on Tuesday, 24 November 2026, 15:00."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.bans import ends_of

MOSCOW = timezone(timedelta(hours=3), "MSK")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def told(text: str) -> list[str]:
    """What the only end in the text can mean."""
    (found,) = ends_of(f"fakes {text}", NOW, MOSCOW)
    assert f"fakes {text}"[found.start : found.stop] == text
    return [
        "never" if moment is None else f"{moment.astimezone(MOSCOW):%d.%m.%y %H:%M}" for moment in found.end.moments
    ]


@pytest.mark.parametrize(
    ("texts", "moment"),
    [
        (("на полчаса", "for half an hour", "на 30 минут", "for 30 min", "на 30м"), "24.11.26 15:30"),
        (("на час", "for an hour", "for 1 hour", "for 60 minutes"), "24.11.26 16:00"),
        (("на полтора часа",), "24.11.26 16:30"),
        (("на сутки", "на день", "for a day", "на 24 часа", "for 24h"), "25.11.26 15:00"),
        (("на 1 день и 12 часов",), "26.11.26 03:00"),
        (("на двое суток", "на пару дней", "for a couple of days"), "26.11.26 15:00"),
        (("на 3 дня", "НА ТРИ ДНЯ", "for 3 days", "for three days", "на 3 дн", "на 3д", "for the next 3 days"),
         "27.11.26 15:00"),
        (("на неделю", "for a week", "на 7 дней", "в течение недели", "for 1w", "на недельку"), "01.12.26 15:00"),
        (("на две недели", "for two weeks", "for a fortnight", "на ближайшие две недели", "for 2w"), "08.12.26 15:00"),
        (("на месяц", "for a month", "сроком на 1 месяц"), "24.12.26 15:00"),
        (("на полгода", "for half a year", "на 6 месяцев"), "24.05.27 15:00"),
        (("на год", "for a year"), "24.11.27 15:00"),
        (("до полуночи", "until midnight", "до конца дня", "until today", "до сегодня", "до 24:00"), "25.11.26 00:00"),
        (("до завтра", "until tomorrow", "till tomorrow", "до завтрашнего дня"), "26.11.26 00:00"),
        (("до послезавтра", "until the day after tomorrow"), "27.11.26 00:00"),
        (("до завтра 9:00", "till tomorrow 9am", "until tomorrow at 9:00", "до завтра до 9 утра"), "25.11.26 09:00"),
        (("до 18:00", "until 6pm", "until 6:00 pm", "до 6 вечера", "до 18.00"), "24.11.26 18:00"),
        (("до пятницы", "until Friday", "till fri", "до пт", "по пятницу"), "28.11.26 00:00"),
        (("до выходных", "until the weekend"), "28.11.26 00:00"),
        (("на выходные", "for the weekend"), "30.11.26 00:00"),
        (("до воскресенья, 18:00", "until Sunday, 18:00"), "29.11.26 18:00"),
        (("до конца недели", "until the end of the week", "до следующей недели", "until next week"), "30.11.26 00:00"),
        (("до понедельника", "until Monday"), "01.12.26 00:00"),
        (("до конца месяца", "until the end of the month", "until next month"), "01.12.26 00:00"),
        (("до конца следующего месяца", "until the end of next month", "до конца года"), "01.01.27 00:00"),
        (("до 5 декабря", "until 5 December", "until Dec 5th", "до 05.12", "до 5.12.2026", "до 5 дек", "до 5-го",
          "until the 5th", "по 5 декабря включительно", "до 2026-12-05"), "06.12.26 00:00"),
        (("до 05.12 18:00", "until 5 Dec 18:00", "до 5 декабря в 18:00", "until 2026-12-05 18:00"), "05.12.26 18:00"),
        (("до 05.12 15:00 utc",), "05.12.26 18:00"),
        (("до 05.12 15:00 мск", "until 5 Dec 3pm MSK"), "05.12.26 15:00"),
        (("до 5 марта", "until March 5"), "06.03.27 00:00"),
        (("до 31.12.2026", "until 12/31"), "01.01.27 00:00"),
        (("навсегда", "forever", "бессрочно", "без срока", "permanently", "for good"), "never"),
    ],
)  # fmt: skip
def test_one_moment(texts: tuple[str, ...], moment: str) -> None:
    for text in texts:
        assert told(text) == [moment], text


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("until 05/12", ["06.12.26 00:00", "13.05.27 00:00"]),
        ("до вторника", ["25.11.26 00:00", "02.12.26 00:00"]),
        ("until next Friday", ["28.11.26 00:00", "05.12.26 00:00"]),
        ("до следующей пятницы", ["28.11.26 00:00", "05.12.26 00:00"]),
        ("до завтра в 9", ["25.11.26 09:00", "25.11.26 21:00"]),
        ("until tomorrow at 9", ["25.11.26 09:00", "25.11.26 21:00"]),
        ("на 2-3 дня", ["26.11.26 15:00", "27.11.26 15:00"]),
        ("до 5", ["24.11.26 17:00", "25.11.26 05:00", "06.12.26 00:00"]),
    ],
)
def test_two_moments(text: str, moments: list[str]) -> None:
    assert told(text) == moments


@pytest.mark.parametrize("text", ["до 31.02", "until 31 February", "до 45.12", "until 25:00", "на полтора месяца"])
def test_a_moment_that_there_is_not(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    ["на часы", "на 3 раза", "до 18 лет", "до 5%", "до 3000 рублей", "for kids", "for days", "until further notice",
     "до скорого", "в 3 дня", "на днях", "по 5 рублей", "на неделе", "на веки", "на yearly", "до 10.5%", "на 3 дняx"],
)  # fmt: skip
def test_no_end(text: str) -> None:
    assert list(ends_of(f"fakes {text}", NOW, MOSCOW)) == []


@given(st.text(), st.sampled_from(["на 3 дня", "until Friday", "до 5", "навсегда"]), st.text())
def test_places_lie_in_the_text_and_in_order(before: str, end: str, after: str) -> None:
    text = f"{before} {end} {after}"
    found = list(ends_of(text, NOW, MOSCOW))
    assert len(found) <= 8
    places = [place for each in found for place in (each.start, each.stop)]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)
