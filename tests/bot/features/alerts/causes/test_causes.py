"""From a card to its cause: the rule's own query, its last hour as Prometheus' API gives it, what changed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from time import perf_counter
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from bot.core.job_requests import JOB_STATUSES
from bot.features.alerts.causes.expression import Watched, watched
from bot.features.alerts.causes.history import LARGEST_BYTES, MOST_SERIES, NoHistoryError, Prometheus
from pipeline.contracts.jobs import JobOutcome, JobRun, JobStatus
from pipeline.contracts.messages import AuditEntry
from tests.bot.world.alert_samples import START, alert, payload
from tests.bot.world.operations import GROUP, Operations
from tests.bot.world.person import Person, Seen
from tests.bot.world.world import World

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def address(expression: str) -> str:
    return f"http://prometheus:9090/graph?g0.expr={quote(expression)}&g0.tab=1"


@pytest.mark.parametrize(
    ("expression", "query", "threshold"),
    [
        ("up == 0", "up", 0),
        ('rate(errors_total{path=~"/a>1"}[5m]) > 0.05', 'rate(errors_total{path=~"/a>1"}[5m])', 0.05),
        ("sum by (job) (a > 1) / 2 >= 1.5e3", "sum by (job) (a > 1) / 2", 1500),
        ("a > bool 1", "a", 1),
        ("a < -3", "a", -3),
        ("a > 1 and b > 2", "a > 1 and b > 2", None),
        ("a > b", "a > b", None),
        ("vector(1)", "vector(1)", None),
        ("1 > 0", "1 > 0", None),
        ("absent(up)", "absent(up)", None),
    ],
)
def test_the_query_of_a_rule_is_shown_without_its_comparison(
    expression: str, query: str, threshold: float | None
) -> None:
    assert watched(address(expression)) == Watched(query, threshold)


@pytest.mark.parametrize("url", ["", "http://[", "https://grafana.example/alerting/x/view", address("x" * 5_000)])
def test_another_senders_address_names_no_query(url: str) -> None:
    assert watched(url) is None


@given(st.text(alphabet="ab(){}[]\"'`\\<>=!1 .-andor", max_size=40))
def test_any_expression_is_parted_or_left_whole(text: str) -> None:
    found = watched(address(text))
    assert found is None or found.query in text.strip()


@contextlib.asynccontextmanager
async def prometheus(answer: Answer) -> AsyncIterator[Prometheus]:
    app = web.Application()
    app.router.add_post("/api/v1/{method}", answer)
    async with TestServer(app) as server:
        yield Prometheus(f"http://{server.host}:{server.port}")


def lines(*labels: dict[str, str]) -> Answer:
    """Each line rises through the hour; of services, kafka was started a minute after the alerts began."""

    async def answer(request: web.Request) -> web.Response:
        asked = await request.post()
        if request.match_info["method"] == "query":
            at = str((START + timedelta(minutes=1)).timestamp())
            return web.json_response({"data": {"result": [{"metric": {"service": "kafka"}, "value": [1, at]}]}})
        start, end = float(str(asked["start"])), float(str(asked["end"]))
        values = [[start + step, str(step / 60)] for step in range(0, int(end - start), 60)] + [[end, "NaN"]]
        return web.json_response({"data": {"result": [{"metric": one, "values": values} for one in labels]}})

    return answer


async def test_only_the_lines_of_the_alert_are_shown_when_its_labels_tell() -> None:
    both = ({"__name__": "up", "instance": "a"}, {"__name__": "up", "instance": "b"})
    async with prometheus(lines(*both)) as server:
        own = await server.last_hour("up", {"instance": "b", "alertname": "Down"}, START)
        every = await server.last_hour("up", {"alertname": "Down"}, START)
    assert [line.labels for line in own.series] == [{"instance": "b"}]
    assert (len(every.series), every.left_out) == (2, 0)
    assert len(own.series[0].points) == 60
    assert own.series[0].points[0] == (-3600.0, 0.0)


async def test_of_many_lines_a_few_are_shown_and_the_rest_is_counted() -> None:
    async with prometheus(lines(*({"pod": str(number)} for number in range(20)))) as server:
        found = await server.last_hour("up", {}, START)
    assert (len(found.series), found.left_out) == (MOST_SERIES, 20 - MOST_SERIES)


async def _garbage(_: web.Request) -> web.Response:
    return web.Response(text="<html>nginx</html>")


async def _refusal(_: web.Request) -> web.Response:
    return web.json_response({"status": "error", "error": "parse error"}, status=400)


async def _flood(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        for _ in range(LARGEST_BYTES // 65_536 + 64):
            await response.write(b" " * 65_536)
    return response


async def _silence(_: web.Request) -> web.Response:
    await asyncio.sleep(30)
    return web.Response()


@pytest.mark.parametrize("answer", [_garbage, _refusal, _flood, _silence])
async def test_whatever_prometheus_answers_is_bounded(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.features.alerts.causes.history.PATIENCE_S", 1.0)
    begun = perf_counter()
    async with prometheus(answer) as server:
        with pytest.raises(NoHistoryError):
            await server.last_hour("up", {}, START)
        assert perf_counter() - begun < 4


@pytest.fixture
async def operations(world: World) -> AsyncIterator[Operations]:
    made = Operations(world)
    async with made.bot():
        yield made


async def _details(operations: Operations, *alerts: dict[str, object]) -> Seen:
    igor = operations.operator()
    await operations.notify(payload("JobFailed", "ingest", *alerts))
    card = await igor.sees("JobFailed", button="🔎 Details")
    await igor.presses(card, "🔎 Details")
    return await igor.sees_change(card, "Details", button="📉 Last hour")


async def test_the_last_hour_comes_as_a_picture_with_what_changed(world: World) -> None:
    async with prometheus(lines({"instance": "a"}, {"instance": "b"})) as server:
        world.histories = server
        operations = Operations(world)
        async with operations.bot():
            done = AuditEntry(entry_id="1", actor="x", actor_name="Anna", action="ban", target="brand:Tavr",
                              at=START - timedelta(minutes=30))  # fmt: skip
            await world.audit.log(world.clock).append(done)
            card = await _details(operations, alert("JobFailed", "ingest", generatorURL=address("up == 0")))
            igor = operations.operator()
            await igor.presses(card, "📉 Last hour")
            # A process of its own draws, which takes seconds where much goes on.
            patient = Person(world.session, world.sandbox.url, 3001, GROUP, deadline_s=60)
            shown = await patient.sees("Что менялось", "запуск службы kafka")
            assert shown.photo is not None


async def test_without_prometheus_one_sentence_says_so(operations: Operations) -> None:
    igor = operations.operator()
    card = await _details(operations, alert("JobFailed", "ingest", generatorURL=address("up == 0")))
    await igor.presses(card, "📉 Last hour")
    shown = await igor.sees("Prometheus не отвечает", "ничего не менялось")
    assert shown.photo is None


async def test_a_job_is_run_from_its_alert_by_an_admin_after_a_question(operations: Operations) -> None:
    world = operations.world
    run = JobRun(run_id="1", job="ingest", outcome=JobOutcome.FAILED, ended_at=START - timedelta(minutes=5))
    world.store(JOB_STATUSES).set("ingest", JobStatus(name="ingest", runs=(run,)))
    failed = alert("JobFailed", "ingest", labels={"alertname": "JobFailed", "job_name": "ingest"})
    card = await _details(operations, failed)
    igor, anna = operations.operator(), operations.operator(2001)
    await igor.presses(card, "📉 Last hour")
    shown = await igor.sees(
        "Prometheus не отвечает", "задание «Пополнение хранилища» не удалось", button="▶️ Запустить задание"
    )
    assert "администратор" in (await igor.presses(shown, "▶️ Запустить задание")).text
    await anna.presses(shown, "▶️ Запустить задание")
    asked = await anna.sees("Запустить", "сейчас?")
    assert not world.job_requests.kept
    await anna.presses(asked, "▶️ Запустить")
    await anna.sees_change(asked, "запуск в очереди")
    assert [one.job for one in world.job_requests.kept.values()] == ["ingest"]
    done = [(entry.action, entry.target, entry.result) for entry in world.audit.written]
    assert ("run_job", "ingest", "requested") in done
