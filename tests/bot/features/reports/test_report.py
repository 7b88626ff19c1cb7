"""Conversations about reports: pictures with their figures, and what to do about searches that find nothing."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.features.reports.alert_review import AlertReview, NoisyAlert, Remark, WeekOfAlerts
from bot.features.reports.drawing import Drawing
from bot.features.reports.figures import AlertFigures, OwnerFigures, Query, Report, SearchFigures, Slot
from bot.ui.locale import MOSCOW, Language
from tests.bot.screens.stage import DOT
from tests.bot.world.person import Person
from tests.bot.world.world import World


def _searched(world: World) -> None:
    world.reporter.searches = SearchFigures(
        searches=1204,
        missed=84,
        people=310,
        slots=(Slot(world.clock(), 1120, 84),),
        top=(Query("умные часы", 90, 40),),
        nothing=(Query("трекер", 14, 6), Query("самокат", 5, 2)),
        opened=(420, 210, 0, 0, 0),
    )
    world.reporter.alerts = AlertFigures(2, 1, (OwnerFigures("Мария", 1, 95, 840), OwnerFigures("", 1, None, None)))


def _person(world: World, user_id: int) -> Person:
    # The process that draws takes seconds to start on a busy machine.
    return Person(world.session, world.sandbox.url, user_id, deadline_s=60)


async def test_a_report_is_three_pictures_with_their_figures_as_text(chat: World) -> None:
    _searched(chat)
    maria = _person(chat, 2001)
    await maria.writes("/report")
    choice = await maria.sees("Отчёт:", button="Последние 7 дней")
    await maria.presses(choice, "Последние 7 дней")
    await maria.sees(
        "Как работает площадка",
        "бренд «Acme»: 31",
        "обычно 0,80 с, в худшем случае (99 %) 4,6 с",
        button="📊 Последние 24 часа",
    )
    said = (await maria.history())[-3:]
    assert all(message.photo for message in said)
    searches, queries, running = (message.text for message in said)
    assert "1 204 поиска, 310 человек" in searches
    assert "Ничего не нашлось: 84 (7 %)" in searches
    assert "Открыто карточек на 100 поисков: 56" in searches
    assert "• трекер – 14 (6 человек)" in queries
    assert "не меньше 2 человек" in queries
    assert "Мария: 1, отклик за 95 с, решено за 14 мин" in running
    assert "без ответственного: 1" in running


class SlowDrawing(Drawing):
    """Draws when it may; until then, whoever asked waits."""

    def __init__(self, *, fails: bool = False) -> None:
        self.may = asyncio.Event()
        self._fails = fails

    async def pictures(self, report: Report, language: Language) -> tuple[bytes, ...]:
        await self.may.wait()
        if self._fails:
            raise TimeoutError
        return (DOT, DOT, DOT)


async def test_while_a_report_is_drawn_the_next_command_is_answered_at_once(world: World) -> None:
    drawing = SlowDrawing()
    made = replace(world, drawing=drawing)
    async with made.bot():
        maria = made.person(2001)
        await maria.writes("/report day")
        waiting = await maria.sees("Рисую отчёт", button="🔄 Повторить")
        await maria.writes("/bans")
        await maria.sees("Запретов нет")
        assert "Уже занимаюсь" in (await maria.presses(waiting, "🔄 Повторить")).text
        drawing.may.set()
        await maria.sees("Как работает площадка")
        history = await maria.history()
        assert [message.photo is not None for message in history[-3:]] == [True] * 3
        assert not any("Рисую отчёт" in message.text for message in history)


async def test_a_report_that_cannot_be_drawn_says_so(world: World) -> None:
    drawing = SlowDrawing(fails=True)
    drawing.may.set()
    made = replace(world, drawing=drawing)
    async with made.bot():
        maria = made.person(2001)
        await maria.writes("/report day")
        await maria.sees("слишком много времени", button="🔄 Повторить")


async def test_a_report_is_compared_with_the_same_time_before(chat: World) -> None:
    _searched(chat)
    chat.reporter.before = SearchFigures(searches=1000, missed=120)
    daniel = _person(chat, 2002)
    await daniel.writes("/report week")
    await daniel.sees("How the marketplace runs")
    assert "Against the week before: +20 %; found nothing then: 12 %" in (await daniel.history())[-3].text


async def test_a_time_that_there_is_no_report_for_is_said(chat: World) -> None:
    maria = _person(chat, 2001)
    await maria.writes("/report month")
    await maria.sees("За «month» отчёта нет", button="Последние 7 дней")


async def test_a_search_that_finds_nothing_becomes_a_synonym_by_two_presses(chat: World) -> None:
    _searched(chat)
    maria = _person(chat, 2001)
    await maria.writes("/report day")
    await maria.sees("Как работает площадка")
    queries = (await maria.history())[-2]
    await maria.presses(queries, "+ Синоним для «трекер»")
    asked = await maria.sees("Что ещё искать по запросу трекер?", "/synonyms трекер = …", button="→ умные часы")
    await maria.presses(asked, "→ умные часы")
    await maria.sees("трекер → умные часы")
    assert [line.phrases for _, line in chat.synonyms.entries()] == [("трекер", "умные часы")]
    await maria.presses(queries, "📣 Показать магазинам")
    await maria.sees("ни у одного магазина этого нет", "• трекер: 6 человек", "• самокат: 2 человека")


async def test_an_empty_report_says_so(chat: World) -> None:
    pavel = _person(chat, 2002)
    await pavel.writes("/report day")
    await pavel.sees("Alerts: none.", button="📊 The last 7 days")
    assert "Searched most: nothing to tell." in (await pavel.history())[-2].text


@pytest.mark.parametrize("who", [1001, 3001])
async def test_reports_are_for_admins(chat: World, who: int) -> None:
    person = chat.person(who)
    await person.writes("/report day")
    await person.sees("могут только администраторы")


@pytest.mark.parametrize(
    ("user_id", "words"),
    [
        (2001, ("Оповещения по неделям", "21 ноября – 27 ноября: 43, взято: 2, отклик за 95 с",
                "DiskFull: 41 раз, ни разу не взято: исправьте", "💬 Anna, 27 ноября", "кабель")),
        (2002, ("Alerts, week by week", "21 November – 27 November: 43, taken: 2, acknowledged in 95 s",
                "DiskFull: fired 41 times, never taken: mend it or drop it", "KafkaDown: fired 2 times, taken: 2")),
    ],
)  # fmt: skip
async def test_four_weeks_of_alerts_say_what_is_noise(chat: World, user_id: int, words: tuple[str, ...]) -> None:
    start = datetime(2026, 11, 21, tzinfo=MOSCOW)
    chat.reporter.review = AlertReview(
        (WeekOfAlerts(start, 43, 2, 95, 840), WeekOfAlerts(start - timedelta(days=7), 0, 0, None, None)),
        (NoisyAlert("DiskFull", 41, 0), NoisyAlert("KafkaDown", 2, 2)),
        (Remark("Anna", "KafkaDown", "кабель", start + timedelta(days=6)),),
    )
    admin = chat.person(user_id)
    await admin.writes("/report alerts")
    await admin.sees(*words)


async def test_without_kafka_nobody_knows_what_became_of_alerts(chat: World) -> None:
    admin = chat.person(2001)
    await admin.writes("/report оповещения")
    await admin.sees("Kafka не отвечает")
