"""What works without what: a cell of the table in bot/README.md each, with a server that refuses or never answers.

The world's bounds are a tenth of the real ones, so that a cell takes no seconds; that the real ones together stay
below five seconds is a test of its own.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import TypeAlias, cast

import aiohttp
import pytest
from aiokafka.errors import KafkaError
from elastic_transport import ConnectionTimeout

import bot
from bot.container.parts import ANSWER_WITHIN_S
from bot.core.access import SELLERS, ShopSeller
from bot.core.looking_up import OPEN_S, WITHIN_S
from bot.features.alerts.alertmanager import TIMEOUT_S, Alertmanager
from bot.features.bans.refused_products import KafkaRefusedProducts
from bot.features.my_shop.sent_offers import QUIET_S, KafkaSentOffers
from bot.features.my_shop.stock import StockTaking
from bot.features.reports.figures import AlertFigures, DelayFigures, SearchFigures
from bot.features.reports.reporter import Alerts, Delays, HitsByRule, Reporter, Searches
from bot.features.status.prometheus import PATIENCE_S, Prometheus, PrometheusDownError
from bot.features.trace.handlers import NAMED_WITHIN_S
from bot.features.watches.services import WatchServices
from bot.ui.locale import MOSCOW
from ops.elasticsearch import client as connect
from ops.errors import ServerAway
from ops.kafka import Kafka
from ops.sandbox.server import running
from ops.settings import ElasticsearchSettings, KafkaSettings, Settings
from pipeline.bans import Rules, parse_rule
from pipeline.contracts.jobs import JobOutcome, JobRun, JobStatus
from pipeline.kafka.bounded_producer import CONFIRM_S
from pipeline.kafka.topic_follower import REACH_S
from pipeline.trace.gathering import AFTERWARDS_S, ANSWER_S, CLOSING_S, HINT_S
from pipeline.trace.offer_logs import OfferLogs
from tests.bot.world.alert_samples import payload
from tests.bot.world.away import SOON_S, Fault, answers
from tests.bot.world.memory import Clock, product
from tests.bot.world.operations import Operations
from tests.bot.world.person import Person, Seen
from tests.bot.world.world import PSEUDONYMS, World
from tests.waiting import until

SAID_WITHIN_S = 5.0
FAULTS: tuple[Fault, ...] = ("refuses", "hangs")
NOT_SAVED = "Не получилось это сохранить"
NOT_LOOKED_UP = "Сейчас не могу это посмотреть"
NO_SEARCH = "Поиск сейчас недоступен"
NO_ALERTMANAGER = "Alertmanager не отвечает"

# What a person does while a server is away, and what they are told then: a message or a notice.
Act: TypeAlias = Callable[[], Awaitable[str]]


@dataclass(frozen=True)
class Row:
    """A line of the table: what is there before, what a person does, and what they see without each server."""

    prepare: Callable[[Operations], Awaitable[Act]]
    kafka: str
    elasticsearch: str
    alertmanager: str = ""


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A sandbox without a bot; the bot will not wait long for the catalogue."""
    async with running() as sandbox, aiohttp.ClientSession() as session:
        yield World(sandbox, session, answers_within_s=SOON_S)


async def _writes(person: Person, text: str) -> str:
    await person.writes(text)
    return (await person.sees()).text


async def _presses(person: Person, message: Seen, button: str) -> str:
    """The notice, else what has become of the message, else what came after it."""
    before = {seen.message_id: seen for seen in await person.history()}
    toast = await person.presses(message, button)
    if toast.text:
        return toast.text
    async with asyncio.timeout(SAID_WITHIN_S):
        while True:
            changed = [seen for seen in await person.history() if before.get(seen.message_id) != seen]
            if changed:
                return changed[-1].text + " ".join(changed[-1].labels)
            await asyncio.sleep(0.01)


def typed(user_id: int, text: str) -> Callable[[Operations], Awaitable[Act]]:
    """A text or a command."""

    async def prepare(operations: Operations) -> Act:
        person = operations.world.person(user_id)
        return lambda: _writes(person, text)

    return prepare


def pressed(user_id: int, text: str, *buttons: str) -> Callable[[Operations], Awaitable[Act]]:
    """The last button, under the answer to a text, after the other buttons."""

    async def prepare(operations: Operations) -> Act:
        person = operations.world.person(user_id)
        await person.writes(text)
        shown = await person.sees(button=buttons[0])
        for button, following in pairwise(buttons):
            await person.presses(shown, button)
            shown = await person.sees(button=following)
        return lambda: _presses(person, shown, buttons[-1])

    return prepare


async def _watching(operations: Operations) -> Act:
    await (await pressed(1001, "/start p_w5", "🔔 Следить", "Любое снижение")(operations))()
    return await typed(1001, "/watch")(operations)


async def _forgetting(operations: Operations) -> Act:
    await (await typed(1001, "умные часы")(operations))()
    return await pressed(1001, "/privacy", "🗑 Забыть меня", "Да, удалить")(operations)


async def _dismissing(operations: Operations) -> Act:
    maria = operations.world.person(2001)
    await maria.writes("/start")
    await maria.sees("Здравствуйте")
    await (await pressed(1001, "/start p_w5", "🚩 Пожаловаться", "Подделка")(operations))()
    card = await maria.sees("Пожаловался 1 человек", button="✋ Отклонить жалобы")
    return lambda: _presses(maria, card, "✋ Отклонить жалобы")


async def _running_a_job(operations: Operations) -> Act:
    at = operations.world.clock()
    run = JobRun(run_id="r1", job="ingest", outcome=JobOutcome.DONE, asked_at=at, started_at=at, ended_at=at)
    operations.world.jobs.set("ingest", JobStatus(name="ingest", runs=(run,)))
    return await pressed(2001, "/jobs ingest", "▶️ Запустить")(operations)


def on_card(*buttons: str) -> Callable[[Operations], Awaitable[Act]]:
    """The last button, beginning at an alert's card in the operators' group, in English."""

    async def prepare(operations: Operations) -> Act:
        operator = operations.operator()
        await operations.notify(payload())
        shown = await operator.sees("ServiceDown", button=buttons[0])
        for button, following in pairwise(buttons):
            await operator.presses(shown, button)
            shown = await operator.sees(button=following)
        return lambda: _presses(operator, shown, buttons[-1])

    return prepare


async def _selling(operations: Operations) -> Act:
    world = operations.world
    world.store(SELLERS).set(f"{PSEUDONYMS.of(1001)}:sever", ShopSeller(user_id=1001, store_id="sever"))
    return await typed(1001, "/my")(operations)


ROWS: dict[str, Row] = {
    "search": Row(typed(1001, "умные часы"), "12 товаров", NO_SEARCH),
    "card": Row(pressed(1001, "умные часы", "1"), "модель", NO_SEARCH),
    "page of an old list": Row(pressed(1001, "умные часы", "›"), "2/3", NO_SEARCH),
    "/start": Row(typed(1001, "/start"), "Здравствуйте", "Здравствуйте"),
    "/help": Row(typed(1001, "/help"), "Что здесь можно делать", "Что здесь можно делать"),
    "/recommend": Row(typed(1001, "/recommend"), "Новое на площадке", NO_SEARCH),
    "/watch": Row(_watching, "модель 5", NO_SEARCH),
    "watch a price": Row(pressed(1001, "/start p_w5", "🔔 Следить", "Любое снижение"), NOT_SAVED, NO_SEARCH),
    "report a product": Row(pressed(1001, "/start p_w5", "🚩 Пожаловаться", "Подделка"), NOT_SAVED, NO_SEARCH),
    "dismiss reports": Row(_dismissing, NOT_SAVED, NO_SEARCH),
    "/language": Row(typed(1001, "/language en"), NOT_SAVED, "English it is"),
    "/privacy": Row(typed(1001, "/privacy"), "🔐", "🔐"),
    "forget me": Row(_forgetting, NOT_SAVED, "Удалено"),
    "/ban": Row(typed(2001, "/ban product:chasy-mira/w2"), NOT_SAVED, "Запретить"),
    "/ban, confirmed": Row(pressed(2001, "/ban product:chasy-mira/w2", "✅ Скрыть 1 товар"), NOT_SAVED, "Запрещено"),
    "/bans": Row(typed(2001, "/bans"), "Запретов нет", "Запретов нет"),
    "/jobs": Row(typed(2001, "/jobs"), "пока ничего не известно", "пока ничего не известно"),
    "/jobs, run now": Row(_running_a_job, NOT_SAVED, "В очереди"),
    "/roles, grant": Row(pressed(2001, "/roles grant 1002 operator", "✅ Подтвердить"), NOT_SAVED, "оператор"),
    "/synonyms, add": Row(typed(2001, "/synonyms часы = хронометр"), NOT_SAVED, "хронометр"),
    "/audit": Row(typed(2001, "/audit"), "", ""),
    "/feeds": Row(typed(3001, "/feeds"), "ещё не присылали", "ещё не присылали"),
    "/trace": Row(typed(3001, "/trace chasy-mira/w2"), "Kafka не отвечает", "Поиск не отвечает"),
    "/trace, a short id": Row(typed(3001, "/trace w2"), "Kafka не отвечает", "Поиск не отвечает, поэтому"),
    "/my": Row(_selling, "не получается посчитать", "Цифры за неделю"),
    "/dead_letters": Row(typed(2001, "/dead_letters"), NOT_LOOKED_UP, ""),
    "/check": Row(typed(2001, "/check"), "Kafka не отвечает", "Elasticsearch не отвечает"),
    "/alerts": Row(typed(3001, "/alerts"), "Открытых оповещений нет", "Открытых оповещений нет"),
    "/status": Row(typed(3001, "/status"), "служб", "служб"),
    "acknowledge": Row(on_card("✋ Acknowledge"), NOT_SAVED, "занимаетесь", "занимаетесь"),
    "silence": Row(on_card("🔕 1 h", "🔕 Заглушить"), NOT_SAVED, "Заглушено", NO_ALERTMANAGER),
    "/oncall": Row(typed(3001, "/oncall"), "Дежурных нет", "Дежурных нет"),
    "/oncall, add": Row(typed(3001, "/oncall я сейчас – 24 ч"), NOT_SAVED, "Сейчас дежурит"),
    "/silences": Row(typed(3001, "/silences"), "Ничего не заглушено", "Ничего не заглушено", NO_ALERTMANAGER),
}


async def _within_time(act: Act) -> str:
    begun = perf_counter()
    said = await act()
    assert perf_counter() - begun < SAID_WITHIN_S
    return said


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("row", ROWS)
async def test_without_kafka(operations: Operations, row: str, fault: Fault) -> None:
    act = await ROWS[row].prepare(operations)
    operations.world.kafka.goes(fault)
    try:
        assert ROWS[row].kafka in await _within_time(act)
    finally:
        operations.world.kafka.goes("")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("row", ROWS)
async def test_without_elasticsearch(operations: Operations, row: str, fault: Fault) -> None:
    act = await ROWS[row].prepare(operations)
    operations.world.elasticsearch.fault = fault
    assert ROWS[row].elasticsearch in await _within_time(act)


@pytest.mark.parametrize("row", [row for row in ROWS if ROWS[row].alertmanager])
async def test_without_alertmanager(operations: Operations, row: str) -> None:
    act = await ROWS[row].prepare(operations)
    operations.alertmanager.down = True
    assert ROWS[row].alertmanager in await _within_time(act)
    operations.alertmanager.down = False


@pytest.mark.parametrize("row", [row for row in ROWS if not ROWS[row].alertmanager])
async def test_what_needs_no_alertmanager_goes_on_without_it(operations: Operations, row: str) -> None:
    act = await ROWS[row].prepare(operations)
    operations.alertmanager.down = True
    assert NO_ALERTMANAGER not in await _within_time(act)


@contextlib.asynccontextmanager
async def silent_server() -> AsyncIterator[str]:
    """A server that takes connections and never answers."""

    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silence, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_prometheus_that_never_answers_is_said_under_status(operations: Operations) -> None:
    async with silent_server() as url:
        prometheus = Prometheus(url, operations.world.clock)
        operations.world.look = prometheus.look
        assert "Prometheus не отвечает" in await _within_time(await typed(3001, "/status")(operations))


async def test_an_alertmanager_that_never_answers_is_given_up_in_time() -> None:
    begun = perf_counter()
    async with silent_server() as url, Alertmanager(url) as alertmanager:
        with pytest.raises(Exception, match="Timeout"):
            await alertmanager.silences()
    assert perf_counter() - begun < SAID_WITHIN_S


@pytest.mark.parametrize("text", ["умные часы", "/help", "/recommend", "/language en", "/privacy", "/watch"])
async def test_what_was_written_while_telegram_was_away_is_answered_when_it_is_back(chat: World, text: str) -> None:
    await chat.misbehave("getUpdates", "drop", times=2)
    anna = chat.person(1001)
    await anna.writes(text)
    assert await anna.sees()


def test_the_bot_asks_nothing_of_hdfs() -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(bot.__file__).parent.rglob("*.py")]
    assert not [source for source in sources if "settings.hdfs" in source or "ops.hdfs" in source]


def test_what_a_person_waits_for_is_bounded_below_five_seconds() -> None:
    # A write that is confirmed late, and read later still; an answer of the index; a look at what is in Kafka.
    assert CONFIRM_S + REACH_S < SAID_WITHIN_S
    assert max(ANSWER_WITHIN_S, TIMEOUT_S, PATIENCE_S, WITHIN_S) < SAID_WITHIN_S
    assert OPEN_S < WITHIN_S
    assert OPEN_S + QUIET_S < SAID_WITHIN_S
    # A trace: the index silent, then Kafka; or a short id asked of the index, then its version.
    assert HINT_S + ANSWER_S + CLOSING_S + AFTERWARDS_S < SAID_WITHIN_S
    assert NAMED_WITHIN_S + ANSWER_S < SAID_WITHIN_S


async def test_of_many_presses_behind_one_lock_none_waits_for_anothers_time_out(operations: Operations) -> None:
    world = operations.world
    people = [world.person(2001), world.person(2002)]
    asked = []
    for person, confirm in zip(people, ("✅ Подтвердить", "✅ Confirm"), strict=True):
        await person.writes("/roles grant 1002 operator")
        asked.append((person, await person.sees(button=confirm), confirm))
    world.kafka.goes("hangs")
    begun = perf_counter()
    # Both change roles, which goes one after another; and both press again and again.
    said = [
        toast.text
        for _ in range(3)
        for toast in await asyncio.gather(*(person.presses(seen, confirm) for person, seen, confirm in asked))
    ]
    assert perf_counter() - begun < SAID_WITHIN_S
    assert all(NOT_SAVED in text or "could not save" in text for text in said)
    # One press, the digest, and nothing that waited behind them.
    assert world.kafka.tried <= 3
    world.kafka.goes("")


async def test_what_was_refused_is_taken_again_as_soon_as_kafka_confirms(operations: Operations) -> None:
    world = operations.world
    anna = world.person(1001)
    world.kafka.goes("hangs")
    assert NOT_SAVED in await _writes(anna, "/language en")
    assert world.kafka.refuses_writes
    world.kafka.goes("")
    assert "English it is" in await _writes(anna, "/language en")


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_price_that_fell_while_kafka_was_away_is_told_once_when_it_is_back(chat: World, fault: Fault) -> None:
    anna = chat.person(1001)
    await anna.writes("/start p_w5")
    card = await anna.sees(button="🔔 Следить")
    await anna.presses(card, "🔔 Следить")
    asked = await anna.sees("Сообщить при цене")
    await anna.presses(asked, "Любое снижение")
    await anna.sees_change(asked, "Слежу за ценой")
    chat.kafka.goes(fault)
    cheaper = product("w5", "Xiaomi умные часы модель 5", 4990.0)
    chat.catalog.put("chasy-mira/w5", cheaper)
    change = chat.snapshots.put("chasy-mira/w5", cheaper, chat.placed())
    assert change is not None
    watcher = chat.services(WatchServices).watcher
    with pytest.raises(KafkaError):
        await watcher.look([change])
    chat.kafka.goes("")
    await until(lambda: not chat.kafka.refuses_writes, "the bot writes again")
    # What is not settled is not committed, and is given to the watcher again.
    for _ in range(2):
        await watcher.look([change])
    await anna.sees("📉", "4 990 ₽")
    assert sum(message.text.startswith("📉") for message in await anna.history()) == 1


class Sources:
    """Where a report's figures come from; each may hang."""

    def __init__(self) -> None:
        self.hang: set[str] = set()

    def of(self, name: str, answer: object) -> object:
        sources = self

        class Source:
            async def figures(self, span: object) -> object:
                await answers("hangs" if name in sources.hang else "", TimeoutError())
                return answer

            async def hits(self, rules: object) -> object:
                await answers("refuses" if name in sources.hang else "", ServerAway("no broker"))
                return answer

        return Source()

    def reporter(self, clock: Clock) -> Reporter:
        rule = parse_rule("brand:huawei")
        return Reporter(
            cast(Searches, self.of("searches", SearchFigures())),
            delays=cast(Delays, self.of("prometheus", DelayFigures(1, 2, 3, 4))),
            alerts=cast(Alerts, self.of("kafka", AlertFigures())),
            refused=cast(HitsByRule, self.of("kafka", {rule.id: 4})),
            rules=lambda: iter((rule,)),
            clock=clock,
        )


async def test_a_report_leaves_out_what_kafka_would_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.features.reports.reporter.ALERTS_WITHIN_S", SOON_S)
    sources, clock = Sources(), Clock()
    whole = await sources.reporter(clock).report("day", MOSCOW)
    assert (whole.refused, whole.delay) == ((("brand:huawei", 4),), DelayFigures(1, 2, 3, 4))
    sources.hang = {"kafka"}
    begun = perf_counter()
    part = await sources.reporter(clock).report("day", MOSCOW)
    assert perf_counter() - begun < SAID_WITHIN_S
    assert (part.refused, part.alerts, part.delay) == (None, AlertFigures(), whole.delay)


async def test_a_prometheus_that_never_answers_costs_a_report_its_delays() -> None:
    async with silent_server() as url:
        begun = perf_counter()
        with pytest.raises(PrometheusDownError):
            await Prometheus(url, Clock()).values("up")
        assert perf_counter() - begun < SAID_WITHIN_S


async def test_an_elasticsearch_that_never_answers_is_given_up_by_the_client_that_the_bot_opens(tmp_path: Path) -> None:
    async with silent_server() as url:
        (tmp_path / "bot").mkdir()
        (tmp_path / "bot" / "elasticsearch.password").write_text("secret", encoding="ascii")
        settings = Settings(credentials=tmp_path, elasticsearch=ElasticsearchSettings(url=url))
        monkey = pytest.MonkeyPatch()
        monkey.setattr("ops.elasticsearch._context", lambda _: None)
        client = connect(settings, "bot", answer_within_s=ANSWER_WITHIN_S)
        monkey.undo()
        begun = perf_counter()
        async with client:
            with pytest.raises(ConnectionTimeout):
                await client.count(index="requests-*")
        assert perf_counter() - begun < SAID_WITHIN_S


async def test_a_kafka_that_never_answers_is_given_up_by_who_reads_it_for_a_person(tmp_path: Path) -> None:
    async with silent_server() as url:
        kafka = Kafka(Settings(kafka=KafkaSettings(bootstrap=url.removeprefix("http://"))), "bot", open_within_s=OPEN_S)
        kafka._context = ssl.create_default_context()
        begun = perf_counter()
        assert await KafkaRefusedProducts(kafka, Clock()).hits([parse_rule("brand:huawei")]) is None
        assert not await KafkaSentOffers(kafka).count("sever", StockTaking(Rules(), Clock()()))
        with pytest.raises(ServerAway):
            async with kafka.consumer():
                """It is never opened."""
        with pytest.raises(ServerAway):
            await OfferLogs(kafka, kafka).look("sever/1", None, ANSWER_S)
        assert perf_counter() - begun < 4 * SAID_WITHIN_S
