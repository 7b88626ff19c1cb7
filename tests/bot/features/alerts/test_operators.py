"""Operators among themselves and with the bot: /alerts, /silences, /status and /drill, in both languages."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.features.alerts.alertmanager import Matcher
from bot.features.alerts.drills.drill import Drill
from bot.features.status.prometheus import PrometheusDownError
from bot.features.status.report import JobHealth, ServiceStatus, StatusReport
from ops.errors import StartupError
from tests.bot.world.alert_samples import START, alert, payload, resolved
from tests.bot.world.operations import Operations
from tests.bot.world.person import Person, Seen
from tests.bot.world.world import World
from tests.waiting import until

IGOR, GRACE, ANNA = 3001, 3002, 1001
TRACE = (
    "ConnectionError: Connection error caused by: ConnectionError(Connection error caused by: ClientConnectorError("
    "Cannot connect to host 127.0.0.1:26352 ssl:default [Connect call failed ('127.0.0.1', 26352)]))"
)


@pytest.fixture
async def operations(world: World) -> AsyncIterator[Operations]:
    """A bot with alert cards in memory."""
    made = Operations(world)
    async with made.bot():
        yield made


@dataclass
class MemoryStack:
    """A stack whose parts do what they are told at once."""

    held: list[str] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    obeys: bool = True
    parts: frozenset[str] = frozenset({"kafka", "filter"})

    def hold(self, part: str, seconds: float) -> None:
        if part not in self.parts:
            raise StartupError(f"no part {part}")
        self.held.append(part)
        if self.obeys:
            self.away.add(part)

    def release(self, part: str) -> None:
        self.away.discard(part)

    def is_well(self, part: str) -> bool:
        return part not in self.away


def audits(operations: Operations) -> list[tuple[str, str]]:
    return [(entry.action, entry.result) for entry in operations.world.audit.written]


class TestAlerts:
    async def test_without_an_open_alert_the_list_says_so(self, operations: Operations) -> None:
        for user_id, words in ((IGOR, "Открытых оповещений нет"), (GRACE, "No open alerts")):
            person = operations.world.person(user_id)
            await person.writes("/alerts")
            await person.sees(words, "/status")

    @pytest.mark.parametrize(
        ("user_id", "nobody", "many"), [(IGOR, "никто не взял", "2 открытых"), (GRACE, "unassigned", "2 open")]
    )
    async def test_open_cards_with_age_and_owner(
        self, operations: Operations, user_id: int, nobody: str, many: str
    ) -> None:
        token = await operations.notify(payload("ServiceDown", "kafka"))
        operations.later(timedelta(minutes=4))
        await operations.notify(payload("SearchSlow", "bot"))
        await operations.actions.acknowledge(token, "Olga")
        person = operations.world.person(user_id)
        await person.writes("/alerts")
        listed = await person.sees(many, "ServiceDown · kafka", "SearchSlow · bot", "✋ Olga", nobody, button="✋ 2")
        assert ("4 мин" if user_id == IGOR else "4 min") in listed.text
        await operations.notify(resolved("SearchSlow", "bot"))
        await person.presses(listed, "🔄 Обновить" if user_id == IGOR else "🔄 Refresh")
        assert "SearchSlow" not in (await person.sees_change(listed, "ServiceDown")).text
        assert nobody not in (await person.sees("ServiceDown")).text

    async def test_pages_turn_in_place_and_around_the_end(self, operations: Operations) -> None:
        for number in range(8):
            await operations.notify(payload("ServiceDown", f"part{number}"))
        grace = operations.world.person(GRACE)
        await grace.writes("/alerts")
        listed = await grace.sees("8 open alerts", button="1/2")
        await grace.presses(listed, "›")
        second = await grace.sees_change(listed, "7.", "8.", button="2/2")
        await grace.presses(second, "›")
        await grace.sees_change(listed, "1.", button="1/2")

    async def test_an_alert_is_taken_from_the_list_by_one_press(self, operations: Operations) -> None:
        token = await operations.notify(payload())
        grace = operations.world.person(GRACE)
        await grace.writes("/alerts")
        listed = await grace.sees("unassigned", button="✋ 1")
        assert "You're on it" in (await grace.presses(listed, "✋ 1")).text
        listed = await grace.sees_change(listed, "✋ Grace")
        assert "✋ 1" not in listed.labels
        assert operations.cards.kept[token].owner == "Grace"
        assert audits(operations) == [("acknowledge", "done")]

    async def test_a_view_leads_to_the_next_alert_and_shows_what_came_of_a_press(self, operations: Operations) -> None:
        both = [
            alert("ServiceDown", "kafka", fingerprint="a"),
            alert("ServiceDown", "kafka", fingerprint="b", annotations={"summary": "the second one", "host": "web-2"}),
        ]
        token = await operations.notify(payload("ServiceDown", "kafka", *both))
        grace = operations.world.person(GRACE)
        await grace.writes("/alerts")
        listed = await grace.sees("1 open alert")
        await grace.presses(listed, "🔎 1")
        view = await grace.sees_change(listed, "topic: products", "kafka does not answer", button="1/2")
        await grace.presses(view, "›")
        view = await grace.sees_change(view, "host: web-2", button="2/2")
        assert "You're on it" in (await grace.presses(view, "✋ Acknowledge")).text
        view = await grace.sees_change(view, "✋ Grace is on it", button="↩️ Step back")
        assert operations.cards.kept[token].owner == "Grace"
        assert "✋ Acknowledge" not in view.labels
        await grace.presses(view, "↩️ Step back")
        view = await grace.sees_change(view, "kafka", button="✋ Acknowledge")
        await grace.presses(view, "‹ All alerts")
        await grace.sees_change(view, "1 open alert", "unassigned")
        assert audits(operations) == [("acknowledge", "done"), ("resign", "done")]

    async def test_details_of_a_forgotten_card_are_refused(self, operations: Operations) -> None:
        token = await operations.notify(payload())
        grace = operations.world.person(GRACE)
        await grace.writes("/alerts")
        listed = await grace.sees("1 open alert")
        await operations.cards.put(token, None)
        toast = await grace.presses(listed, "🔎 1")
        assert toast.alert and "not known any more" in toast.text

    async def test_what_is_resolved_cannot_be_taken_or_silenced(self, operations: Operations) -> None:
        igor = operations.operator()
        await operations.notify(payload())
        card = await igor.sees("ServiceDown", button="✋ Acknowledge")
        await operations.world.misbehave("editMessageText", "500", times=50)
        await operations.notify(resolved())
        # The card in the chat is not yet changed: its buttons are still there.
        assert "Уже прошло" in (await igor.presses(card, "✋ Acknowledge")).text
        assert "Уже прошло" in (await igor.presses(card, "🔕 1 h")).text
        assert audits(operations) == []


class TestSilences:
    async def test_without_a_silence_the_list_says_so(self, operations: Operations) -> None:
        for user_id, words in ((IGOR, "Ничего не заглушено"), (GRACE, "Nothing is silenced")):
            person = operations.world.person(user_id)
            await person.writes("/silences")
            await person.sees(words, "/alerts")

    async def test_a_silence_is_listed_and_ended_once(self, operations: Operations) -> None:
        igor, grace = operations.operator(), operations.world.person(GRACE)
        token = await operations.notify(payload())
        await operations.actions.silence(token, 240, "Игорь")
        card = await igor.sees("Silenced by Игорь")
        await grace.writes("/silences")
        listed = await grace.sees("1 silence", "alertname=ServiceDown", "Игорь, 4 h left", button="🔔 Unsilence 1")
        assert "silence is over" in (await grace.presses(listed, "🔔 Unsilence 1")).text
        await grace.sees_change(listed, "Nothing is silenced")
        await igor.sees_change(card, "🔴")
        assert operations.alertmanager.made == {}
        assert audits(operations) == [("unsilence", "requested"), ("unsilence", "done")]

    async def test_two_operators_who_end_the_same_silence_get_no_fault(self, operations: Operations) -> None:
        await _silence(operations, "kafka")
        people = [operations.world.person(IGOR), operations.world.person(GRACE)]
        lists = []
        for person, label in zip(people, ("🔔 Снять 1", "🔔 Unsilence 1"), strict=True):
            await person.writes("/silences")
            lists.append((person, await person.sees("kafka", button=label), label))
        toasts = await asyncio.gather(*(person.presses(listed, label) for person, listed, label in lists))
        assert not any(toast.alert for toast in toasts)
        assert operations.alertmanager.made == {}

    async def test_pages_turn_and_the_last_one_goes_with_its_last_silence(self, operations: Operations) -> None:
        for number in range(7):
            await _silence(operations, f"part{number}")
        igor = operations.world.person(IGOR)
        await igor.writes("/silences")
        listed = await igor.sees("7 заглушек", "part0", button="1/2")
        await igor.presses(listed, "›")
        second = await igor.sees_change(listed, "part6", button="2/2")
        await igor.presses(second, "🔔 Снять 7")
        await igor.sees_change(listed, "6 заглушек", "part5", button="2/2")
        await igor.presses(await igor.sees("part5"), "🔔 Снять 6")
        await igor.sees_change(listed, "5 заглушек", "part0")
        assert len(operations.alertmanager.made) == 5

    async def test_without_alertmanager_no_silence_is_ended_and_that_is_on_record(self, operations: Operations) -> None:
        await _silence(operations, "kafka")
        grace = operations.world.person(GRACE)
        await grace.writes("/silences")
        listed = await grace.sees("kafka", button="🔔 Unsilence 1")
        operations.alertmanager.down = True
        toast = await grace.presses(listed, "🔔 Unsilence 1")
        assert toast.alert and "Alertmanager does not answer" in toast.text
        assert (await grace.sees("kafka")).text == listed.text
        await grace.writes("/silences")
        await grace.sees("Alertmanager does not answer")
        assert audits(operations) == [("unsilence", "requested"), ("unsilence", "failed")]

    async def test_alertmanager_goes_away_under_a_cards_buttons(self, operations: Operations) -> None:
        igor = operations.operator()
        await operations.notify(payload())
        card = await igor.sees("ServiceDown", button="🔕 1 h")
        await igor.presses(card, "🔕 1 h")
        preview = await igor.sees("на 1 ч, до", button="🔕 Заглушить")
        operations.alertmanager.down = True
        toast = await igor.presses(preview, "🔕 Заглушить")
        assert toast.alert and "Alertmanager не отвечает" in toast.text
        assert (await igor.sees_change(card, "🔴")).text == card.text
        operations.alertmanager.down = False
        await igor.presses(preview, "🔕 Заглушить")
        silenced = await igor.sees_change(card, "Silenced by Игорь", button="🔔 Unsilence")
        operations.alertmanager.down = True
        assert "не отвечает" in (await igor.presses(silenced, "🔔 Unsilence")).text
        assert "Silenced by Игорь" in (await igor.sees_change(card, "🔕")).text
        assert audits(operations) == [
            ("silence", "requested"),
            ("silence", "failed"),
            ("silence", "requested"),
            ("silence", "done"),
            ("unsilence", "requested"),
            ("unsilence", "failed"),
        ]

    async def test_a_preview_that_is_left_silences_nothing(self, operations: Operations) -> None:
        igor = operations.operator()
        await operations.notify(payload())
        card = await igor.sees("ServiceDown", button="🔕 24 h")
        await igor.presses(card, "🔕 24 h")
        preview = await igor.sees("на 24 ч, до", button="✕ Отмена")
        await igor.presses(preview, "✕ Отмена")
        await until_gone(igor, preview)
        assert operations.alertmanager.made == {}
        assert audits(operations) == []


class TestStatus:
    @pytest.mark.parametrize(
        ("user_id", "words"),
        [
            (IGOR, ("🔴 Не в порядке служб: 2 из 4", "остановлен для учений", "остальные 2 службы в порядке",
                    "❗ Обучение рекомендаций: нет связи с Elasticsearch (localhost:26352)", "версия 0.1")),
            (GRACE, ("🔴 2 of 4 services unhealthy", "stopped by a drill", "the other 2 services are healthy",
                     "❗ Learn recommendations: no connection to Elasticsearch (localhost:26352)", "version 0.1")),
        ],
    )  # fmt: skip
    async def test_what_is_wrong_comes_first_in_words_and_the_rest_is_folded(
        self, world: World, user_id: int, words: tuple[str, ...]
    ) -> None:
        async with _looked_at(world, _report()).bot():
            person = world.person(user_id)
            await person.writes("/status")
            said = await person.sees(*words)
            assert "filter" not in said.text and "held" not in said.text and "ConnectionError" not in said.text
            await person.presses(said, said.labels[0])
            said = await person.sees_change(said, *words[:2], "🟢 filter", "ConnectionError", "held")
            assert said.text.index("kafka") < said.text.index("🟢 filter")
            assert ("lag 1,200" if user_id == GRACE else "отставание 1 200") in said.text
            await person.presses(said, said.labels[0])
            assert "🟢 filter" not in (await person.sees_change(said, words[2])).text

    async def test_refresh_changes_the_message_and_a_heading_is_green_only_when_all_is_well(self, world: World) -> None:
        operations = _looked_at(world, _report())
        async with operations.bot():
            grace = world.person(GRACE)
            await grace.writes("/status")
            said = await grace.sees("2 of 4", button="🔄 Refresh")
            well = tuple(ServiceStatus(name, good=True) for name in ("filter", "indexer", "kafka"))
            operations.report = StatusReport(START, well)
            await grace.presses(said, "🔄 Refresh")
            await grace.sees_change(said, "🟢 All 3 services healthy")
            operations.report = StatusReport(START, well, (JobHealth("forget", failed=True),))
            await operations.notify(payload())
            await grace.presses(said, "🔄 Refresh")
            await grace.sees_change(
                said, "🟡 Services are up, 1 alert, 1 failed job", "❗ Delete personal data", "1 open alert"
            )

    async def test_without_prometheus_the_status_says_so(self, world: World) -> None:
        operations = Operations(world)
        operations.report = PrometheusDownError("no answer")
        async with operations.bot():
            for user_id, words in ((IGOR, "Prometheus не отвечает"), (GRACE, "Prometheus does not answer")):
                person = world.person(user_id)
                await person.writes("/status")
                await person.sees(words)


class TestDrill:
    async def test_without_a_local_stack_there_is_no_drill(self, operations: Operations) -> None:
        grace = operations.world.person(GRACE)
        await grace.writes("/drill kafka")
        await grace.sees("only for the demo's stack")

    @pytest.mark.parametrize(
        ("user_id", "stop", "question", "steps"),
        [
            (
                IGOR,
                "🧯 Остановить",
                "Остановить журнал сообщений (Kafka)",
                ("Учения: журнал сообщений (Kafka)", "Пройдено за"),
            ),
            (GRACE, "🧯 Stop it", "Stop message log (Kafka)", ("Drill: message log (Kafka)", "Passed in")),
        ],
    )
    async def test_every_step_is_timed(
        self, world: World, user_id: int, stop: str, question: str, steps: tuple[str, str]
    ) -> None:
        operations, stack = _with_stack(world)
        async with operations.bot():
            person = world.person(user_id)
            await person.writes("/drill")
            asked = await person.sees("🧯")
            (kafka,) = (label for label in asked.labels if "Kafka" in label)
            await person.presses(asked, kafka)
            asked = await person.sees_change(asked, question, "30", button=stop)
            assert stack.held == []
            await person.presses(asked, stop)
            shown = await person.sees_change(asked, steps[0], "✅", "⏳")
            await operations.notify(payload("ServiceDown", "kafka"))
            await _sees_steps(person, shown, 2)
            stack.away.clear()
            await _sees_steps(person, shown, 3)
            await operations.notify(resolved("ServiceDown", "kafka"))
            await person.sees_change(shown, steps[1])
        assert stack.held == ["kafka"]
        assert audits(operations) == [("drill", "done")]

    async def test_what_a_drill_has_shown_is_kept_and_said_before_the_next(self, world: World) -> None:
        operations, stack = _with_stack(world)
        async with operations.bot():
            grace, igor = world.person(GRACE), operations.operator()
            await grace.writes("/drill kafka")
            asked = await grace.sees("Stop message log (Kafka)", button="🧯 Stop it")
            await grace.presses(asked, "🧯 Stop it")
            shown = await grace.sees_change(asked, "✅", "⏳")
            await operations.notify(payload("ServiceDown", "kafka"))
            await _sees_steps(grace, shown, 2)
            await igor.presses(await igor.sees("kafka does not answer"), "✋ Acknowledge")
            stack.away.clear()
            await _sees_steps(grace, shown, 3)
            await operations.notify(resolved("ServiceDown", "kafka"))
            done = await grace.sees_change(shown, "Passed in", "✋ taken after", button="📈 Earlier drills")
            await grace.presses(done, "📈 Earlier drills")
            await grace.sees_change(done, "The last drills", "✅", "message log (Kafka): ", button="🧯 A drill")
        async with operations.bot():
            await igor.writes("/drill kafka")
            await igor.sees("Прошлые учения (1): карточка в чате через ", "взято через ", "карточка закрыта через ")

    async def test_what_a_drill_causes_is_announced_before_and_marked_in_its_time(self, world: World) -> None:
        operations, stack = _with_stack(world)
        stack.parts |= {"elasticsearch"}
        async with operations.bot():
            group, igor = operations.operator(GRACE), world.person(IGOR)
            await operations.notify(payload("IndexingDelay", "indexer"))
            before = await group.sees("indexer does not answer")
            operations.later(timedelta(minutes=1))
            await igor.writes("/drill elasticsearch")
            asked = await igor.sees(
                "Остановить поиск (Elasticsearch)", "повторы индексатора, ", "сбой фонового задания"
            )
            assert len(await group.history()) == 1
            await igor.presses(asked, "🧯 Остановить")
            await group.sees(
                "🧯 Drill: search (Elasticsearch)", "Игорь stops it for 45 seconds", "a background job fails"
            )
            assert "🧯" not in before.text
            began = operations.world.clock().isoformat()
            for name, service in (("ElasticsearchDown", "exporter"), ("JobFailed", "analytics"), ("DiskFull", "x")):
                await operations.notify(payload(name, service, alert(name, service, startsAt=began)))
                marked = "🔴 🧯 drill · " if name != "DiskFull" else "🔴 "
                await group.sees(f"{marked}{service} does not answer")
            await _sees_steps(igor, asked, 2)
            stack.away.clear()
            await _sees_steps(igor, asked, 3)
            await operations.notify(resolved("ElasticsearchDown", "exporter"))
            await igor.sees_change(asked, "Пройдено за", button="🧯 Другие учения")
            # What follows late is known to come from it, after a restart too; what comes much later is not.
        async with operations.bot():
            for minutes, drill in ((5, "🧯 drill · "), (6, "")):
                operations.later(timedelta(minutes=minutes))
                began = operations.world.clock().isoformat()
                name = f"part{minutes}"
                labels = {"alertname": "ServiceNotReady", "service": name, "severity": "critical"}
                await operations.notify(
                    payload("ServiceNotReady", name, alert("ServiceNotReady", name, labels=labels, startsAt=began))
                )
                await group.sees(f"🔴 {drill}{name} does not answer")

    async def test_one_at_a_time_and_a_second_press_does_nothing(self, world: World) -> None:
        operations, stack = _with_stack(world)
        async with operations.bot():
            igor, grace = world.person(IGOR), world.person(GRACE)
            await igor.writes("/drill kafka")
            first = await igor.sees("Остановить журнал сообщений (Kafka)", button="🧯 Остановить")
            await grace.writes("/drill filter")
            second = await grace.sees("Stop ban filter", button="🧯 Stop it")
            await igor.presses(first, "🧯 Остановить")
            await igor.sees_change(first, "⏳")
            toast = await grace.presses(second, "🧯 Stop it")
            assert toast.alert and "A drill of message log (Kafka) is running" in toast.text
            await grace.writes("/drill")
            await grace.sees("A drill of message log (Kafka) is running")
            assert stack.held == ["kafka"]

    async def test_a_step_that_never_comes_is_said_and_the_part_comes_back(self, world: World) -> None:
        operations, stack = _with_stack(world, patience_s=0.2)
        async with operations.bot():
            grace = world.person(GRACE)
            await grace.writes("/drill filter")
            asked = await grace.sees("Stop ban filter", button="🧯 Stop it")
            await grace.presses(asked, "🧯 Stop it")
            await grace.sees_change(asked, "❌", "it did not come")
            await until(lambda: stack.away == set(), "the part is back")

    async def test_a_part_that_this_stack_does_not_have(self, world: World) -> None:
        operations, stack = _with_stack(world)
        async with operations.bot():
            grace = world.person(GRACE)
            await grace.writes("/drill indexer")
            asked = await grace.sees("Stop search indexer", button="🧯 Stop it")
            await grace.presses(asked, "🧯 Stop it")
            await grace.sees_change(asked, "❌ service stopped")
            assert stack.held == []

    async def test_it_is_left_and_an_unknown_part_brings_the_choice(self, world: World) -> None:
        operations, stack = _with_stack(world)
        async with operations.bot():
            igor = world.person(IGOR)
            await igor.writes("/drill луна")
            asked = await igor.sees("луна", button="Журнал сообщений (Kafka)")
            await igor.presses(asked, "Журнал сообщений (Kafka)")
            asked = await igor.sees_change(asked, "Остановить журнал сообщений (Kafka)", button="✕ Отмена")
            await igor.presses(asked, "✕ Отмена")
            await igor.sees_change(asked, "Ничего не остановлено")
            assert (stack.held, audits(operations)) == ([], [])


@pytest.mark.parametrize("command", ["/alerts", "/silences", "/status", "/drill kafka"])
async def test_customers_are_told_which_role_is_needed(world: World, command: str) -> None:
    operations, stack = _with_stack(world)
    async with operations.bot():
        for user_id, words in ((ANNA, "только операторы"), (1002, "Only operators")):
            person = world.person(user_id)
            await person.writes(command)
            await person.sees(words)
    assert {entry.result for entry in operations.world.records.audits} == {"refused"}
    assert stack.held == []


def _looked_at(world: World, report: StatusReport) -> Operations:
    operations = Operations(world)
    operations.report = report
    return operations


def _report() -> StatusReport:
    return StatusReport(
        START,
        (
            ServiceStatus("filter", good=True, version="0.1", lag=1_200, committed_at=START - timedelta(seconds=30)),
            ServiceStatus("indexer", good=True, version="0.1"),
            ServiceStatus("kafka", good=False, codes=("held",)),
            ServiceStatus("exporter", good=False, codes=("elasticsearch",)),
        ),
        (JobHealth("recommend", failed=True, success_at=START - timedelta(minutes=5), reason=TRACE),),
    )


def _with_stack(world: World, patience_s: float = 20.0) -> tuple[Operations, MemoryStack]:
    operations, stack = Operations(world), MemoryStack()
    operations.rehearses = lambda cards: Drill(stack, cards, patience_s, world.clock)
    return operations, stack


async def _silence(operations: Operations, service: str) -> None:
    await operations.alertmanager.silence(
        [Matcher(name="service", value=service)],
        operations.world.clock() + timedelta(hours=1, minutes=len(operations.alertmanager.made)),
        "Olga",
        "by hand",
    )


async def until_gone(person: Person, message: Seen) -> None:
    async def gone() -> bool:
        return all(seen.message_id != message.message_id for seen in await person.history())

    await until(gone, "the message is deleted")


async def _sees_steps(person: Person, message: Seen, count: int) -> None:
    async def enough() -> bool:
        return (await person.sees_change(message)).text.count("✅") >= count

    await until(enough, f"{count} steps are done")
