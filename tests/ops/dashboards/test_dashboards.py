"""Dashboards: every question is about metrics that somebody really exports, with labels that they really have."""

import json
import re
from collections.abc import Iterator

import pytest
import yaml

from ops.dashboards.boards import DASHBOARDS, MARKS
from ops.dashboards.kibana import CHARTS, DASHBOARD, saved_objects
from ops.dashboards.panel import METRIC, Dashboard, Mark, Panel
from ops.dashboards.writing import grafana_files
from ops.metrics import REGISTRY
from ops.stack.parts.kafka import AGENT_CONFIG
from pipeline.requests.mapping import REQUESTS

BY = re.compile(r"\bby \(([a-z_, ]+)\)")
CHOSEN = re.compile(r"\{(\w+)(?:=~|!=|=)")
# What Prometheus itself adds, and what a histogram's samples carry.
ALWAYS = {"service", "job", "instance", "le"}
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count"), "unknown": ("",)}
# Of the node exporter, looked at in the deployment's own run.
OF_THE_MACHINE: dict[str, set[str]] = {
    "node_memory_MemAvailable_bytes": set(),
    "node_memory_MemTotal_bytes": set(),
    "node_cpu_seconds_total": {"mode"},
}
PANELS = [(board, panel) for board in DASHBOARDS for panel in board.panels]


def exported() -> dict[str, set[str]]:
    """Name of each sample → its labels, from what the code declares and from the JMX agent's configuration."""
    found: dict[str, set[str]] = {
        "up": set(),
        "process_resident_memory_bytes": set(),
        "process_start_time_seconds": set(),
        **OF_THE_MACHINE,
    }
    for metric in REGISTRY._names_to_collectors.values():
        for family in metric.describe() if hasattr(metric, "describe") else metric.collect():
            for suffix in SUFFIXES[family.type]:
                found[f"{family.name}{suffix}"] = set(getattr(metric, "_labelnames", ()))
    for rule in yaml.safe_load(AGENT_CONFIG.read_text(encoding="utf-8"))["rules"]:
        for way in ("in", "out") if "$1" in rule["name"] else ("",):
            found[rule["name"].replace("$1", way)] = set(rule.get("labels", {}))
    return found


@pytest.mark.parametrize(("board", "panel"), PANELS, ids=[f"{board.name}-{panel.title}" for board, panel in PANELS])
def test_a_panel_asks_for_what_is_exported(board: Dashboard, panel: Panel) -> None:
    known = exported()
    names = panel.metrics()
    assert names, "it asks for nothing"
    assert names <= set(known), "no service exports this"
    labels = ALWAYS.union(*(known[name] for name in names))
    for query in panel.queries:
        asked = {label.strip() for found in BY.findall(query.expr) for label in found.split(",")}
        asked |= set(CHOSEN.findall(query.expr)) | set(re.findall(r"\{\{(\w+)\}\}", query.legend))
        assert asked <= labels


@pytest.mark.parametrize("mark", MARKS, ids=[mark.name for mark in MARKS])
def test_a_mark_asks_for_what_is_exported_and_is_on_every_dashboard(mark: Mark) -> None:
    known = exported()
    assert mark.metrics() and mark.metrics() <= set(known)
    asked = {label for found in BY.findall(mark.expr) for label in found.split(", ")}
    asked |= set(CHOSEN.findall(mark.expr)) | set(re.findall(r"\{\{(\w+)\}\}", mark.text))
    assert asked <= ALWAYS.union(*(known[name] for name in mark.metrics()))
    for content in grafana_files().values():
        assert mark.expr in [one["expr"] for one in json.loads(content)["annotations"]["list"]]


def test_metric_names_with_capitals_are_seen() -> None:
    assert METRIC.findall("1 - node_memory_MemAvailable_bytes / x") == ["node_memory_MemAvailable_bytes"]


def rules_asked() -> Iterator[tuple[str, str]]:
    for path in sorted(AGENT_CONFIG.parent.rglob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for group in content.get("groups", ()) if path.parent.name in {"rules", "deployment"} else ():
            for rule in group["rules"]:
                yield rule["alert"], rule["expr"]


def test_alerts_ask_for_what_is_exported() -> None:
    asked = [(alert, name) for alert, expr in rules_asked() for name in METRIC.findall(expr)]
    assert len(asked) > 15
    assert [pair for pair in asked if pair[1] not in exported()] == []


def test_grafana_reads_each_dashboard_with_panels_of_their_own_numbers() -> None:
    boards = {name: json.loads(content) for name, content in grafana_files().items()}
    assert set(boards) == {f"{name}.json" for name in ("overview", "kafka", "pipeline", "bot", "search", "spark")}
    for board in boards.values():
        numbers = [panel["id"] for panel in board["panels"]]
        assert numbers == list(range(1, len(numbers) + 1))
        places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in board["panels"]]
        assert len(set(places)) == len(places)


def test_kibanas_objects_refer_to_one_another() -> None:
    lines = [json.loads(line) for line in saved_objects().splitlines()]
    names = {(one["type"], one["id"]) for one in lines}
    assert ("dashboard", DASHBOARD) in names
    assert len(names) == len(lines)
    assert all((ref["type"], ref["id"]) in names for one in lines for ref in one["references"])


def test_kibanas_charts_ask_for_fields_of_the_request_log() -> None:
    def fields(properties: dict[str, dict[str, object]], prefix: str = "") -> Iterator[str]:
        for name, field in properties.items():
            yield f"{prefix}{name}"
            for inner in ("fields", "properties"):
                if isinstance(nested := field.get(inner), dict):
                    yield from fields(nested, f"{prefix}{name}.")

    properties = REQUESTS["properties"]
    assert isinstance(properties, dict)
    known = set(fields(properties))
    assert {chart.field for chart in CHARTS} <= known
