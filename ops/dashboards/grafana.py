"""A dashboard as Grafana reads it from a file: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/."""

from collections.abc import Mapping

import orjson

from ops.dashboards.boards import MARKS
from ops.dashboards.panel import Dashboard, Mark, Panel

SOURCE: Mapping[str, str] = {"type": "prometheus", "uid": "prometheus"}
SCHEMA = 39
WIDTH, HEIGHT, ALL = 8, 7, 24
GREEN, RED = "green", "red"


def dashboard_json(dashboard: Dashboard) -> bytes:
    """The file's content; the same dashboard gives the same bytes."""
    return (
        orjson.dumps(
            {
                "uid": dashboard.uid,
                "title": dashboard.title,
                "tags": ["yarmarka"],
                "schemaVersion": SCHEMA,
                "version": 1,
                "editable": False,
                "refresh": "10s",
                "time": {"from": "now-1h", "to": "now"},
                "annotations": {"list": [_mark(mark) for mark in MARKS]},
                "panels": [_panel(panel, number) for number, panel in enumerate(dashboard.panels, start=1)],
            },
            option=orjson.OPT_INDENT_2,
        )
        + b"\n"
    )


def _mark(mark: Mark) -> Mapping[str, object]:
    return {
        "name": mark.name,
        "datasource": SOURCE,
        "enable": True,
        "expr": mark.expr,
        "step": "60s",
        "titleFormat": mark.name,
        "textFormat": mark.text,
        "iconColor": mark.colour,
    }


def _panel(panel: Panel, number: int) -> Mapping[str, object]:
    column, row = (number - 1) % (ALL // WIDTH), (number - 1) // (ALL // WIDTH)
    thresholds: list[Mapping[str, object]] = [{"color": GREEN, "value": None}]
    if panel.bound is not None:
        thresholds.append({"color": RED, "value": panel.bound})
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "datasource": SOURCE,
        "gridPos": {"x": column * WIDTH, "y": row * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {
            "defaults": {"unit": panel.unit, "thresholds": {"mode": "absolute", "steps": thresholds}},
            "overrides": [],
        },
        "targets": [
            {"refId": chr(ord("A") + place), "datasource": SOURCE, "expr": query.expr, "legendFormat": query.legend}
            for place, query in enumerate(panel.queries)
        ],
    }
