"""Prometheus and Alertmanager of the local stack: their configuration, and an alarm from a stopped part to its end."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from ops.stack.http_probe import get
from ops.stack.parts.monitoring import alertmanager_config, targets
from ops.stack.running import RunningStack
from ops.stack.stack_status import PartState
from tests.conftest import own_stack
from tests.waiting import until

WITHIN = 90.0


def test_targets_are_what_prometheus_reads() -> None:
    assert targets([("filter", "127.0.0.1:1")]) == [{"targets": ["127.0.0.1:1"], "labels": {"service": "filter"}}]


def test_nothing_is_left_to_fill_in_for_alertmanager() -> None:
    text = alertmanager_config("http://localhost:5/alerts", Path("/secret"))
    assert 'url: "http://localhost:5/alerts"' in text
    assert 'credentials_file: "/secret"' in text
    assert "@" not in text


@pytest.fixture(scope="module")
def watched() -> Iterator[RunningStack]:
    with own_stack("watched", "monitoring") as running:
        yield running


@pytest.mark.system
async def test_every_part_is_scraped_and_a_stopped_one_is_an_alarm_until_it_is_back(watched: RunningStack) -> None:
    await eventually(watched, {"kafka": "up", "exporter": "up", "prometheus": "up", "alertmanager": "up"})
    assert await value(watched, "kafka_offline_partitions") == "0"
    assert await value(watched, "yarmarka_elasticsearch_up") == "1"
    watched.hold("exporter", 600)
    await alarm(watched, "exporter", raised=True)
    watched.release("exporter")
    await watched.until("exporter", lambda part: part.health is PartState.READY)
    await alarm(watched, "exporter", raised=False)


async def ask(stack: RunningStack, part: str, path: str) -> object:
    host, _, port = stack.part(part).address.removeprefix("http://").rpartition(":")
    status, body = await get(host, int(port), path)
    assert status == 200, body
    return orjson.loads(body)


async def value(stack: RunningStack, query: str) -> str:
    answer = await ask(stack, "prometheus", f"/api/v1/query?query={query}")
    match answer:
        case {"data": {"result": [{"value": [_, str(found)]}]}}:
            return found
    raise AssertionError(answer)


async def eventually(stack: RunningStack, wanted: dict[str, str]) -> None:
    health: dict[str, str] = {}

    async def right() -> bool:
        match await ask(stack, "prometheus", "/api/v1/targets"):
            case {"data": {"activeTargets": list(found)}}:
                health.clear()
                health.update((one["labels"]["service"], one["health"]) for one in found)
        return health == wanted

    await until(right, f"targets are {wanted}", within_s=WITHIN, saw=lambda: health, look_s=0.5)


async def alarm(stack: RunningStack, service: str, *, raised: bool) -> None:
    """Wait until Alertmanager has, or no longer has, the alert that a service is down."""

    async def as_wanted() -> bool:
        match await ask(stack, "alertmanager", "/api/v2/alerts"):
            case list(found):
                down = {one["labels"].get("service") for one in found if one["labels"]["alertname"] == "ServiceDown"}
                return (service in down) is raised
        return False

    await until(as_wanted, f"the alarm of {service} is raised: {raised}", within_s=WITHIN, look_s=0.5)
