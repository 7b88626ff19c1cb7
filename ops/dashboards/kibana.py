"""Kibana's saved objects: data views of the request log and of the audit, and a dashboard over the former."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

# Of Kibana 8: a dashboard whose panels are classic aggregation charts, each a saved object of its own.
DASHBOARD = "yarmarka-requests"


@dataclass(frozen=True)
class Chart:
    """One chart: counts by a field, or over time."""

    name: str
    title: str
    kind: str
    field: str
    query: str = ""


VIEWS = {"yarmarka-requests": "requests-*", "yarmarka-audit": "audit-*"}
CHARTS = (
    Chart("yarmarka-requests-time", "Requests over time", "histogram", "@timestamp"),
    Chart("yarmarka-requests-kinds", "What was asked for", "pie", "kind"),
    Chart("yarmarka-requests-texts", "Most frequent searches", "table", "text.whole", "kind: search"),
    Chart("yarmarka-requests-nothing", "Searches that found nothing", "table", "text.whole", "outcome: nothing"),
    Chart("yarmarka-requests-outcomes", "What came of searches", "pie", "outcome", "kind: search"),
    Chart("yarmarka-requests-products", "Products met most", "table", "offer_id", "offer_id: *"),
)


def saved_objects() -> bytes:
    """The lines of an import file (`POST /api/saved_objects/_import`); the same bytes each time."""
    objects = [_view(name, pattern) for name, pattern in VIEWS.items()]
    objects += [_chart(chart) for chart in CHARTS]
    objects.append(_dashboard())
    return b"".join(orjson.dumps(one) + b"\n" for one in objects)


def _view(name: str, pattern: str) -> Mapping[str, object]:
    attributes = {"title": pattern, "name": name, "timeFieldName": "@timestamp"}
    return {"type": "index-pattern", "id": name, "attributes": attributes, "references": []}


def _chart(chart: Chart) -> Mapping[str, object]:
    split = {"histogram": "date_histogram"}.get(chart.kind, "terms")
    how: dict[str, object] = {"field": chart.field}
    how |= (
        {"interval": "auto", "min_doc_count": 1}
        if split == "date_histogram"
        else {"size": 15, "order": "desc", "orderBy": "1"}
    )
    schema = {"histogram": "segment", "pie": "segment", "table": "bucket"}[chart.kind]
    aggregations = [
        {"id": "1", "enabled": True, "type": "count", "schema": "metric", "params": {}},
        {"id": "2", "enabled": True, "type": split, "schema": schema, "params": how},
    ]
    state = {"title": chart.title, "type": chart.kind, "aggs": aggregations, "params": {"addLegend": True}}
    source = {"query": {"query": chart.query, "language": "kuery"}, "filter": [], "indexRefName": "source.index"}
    return {
        "type": "visualization",
        "id": chart.name,
        "attributes": {
            "title": chart.title,
            "visState": orjson.dumps(state).decode(),
            "uiStateJSON": "{}",
            "description": "",
            "version": 1,
            "kibanaSavedObjectMeta": {"searchSourceJSON": orjson.dumps(source).decode()},
        },
        "references": [{"name": "source.index", "type": "index-pattern", "id": "yarmarka-requests"}],
    }


def _dashboard() -> Mapping[str, object]:
    panels = [
        {
            "panelIndex": str(number),
            "gridData": {"x": 24 * (number % 2), "y": 14 * (number // 2), "w": 24, "h": 14, "i": str(number)},
            "type": "visualization",
            "panelRefName": f"panel_{number}",
            "embeddableConfig": {},
        }
        for number in range(len(CHARTS))
    ]
    source = {"query": {"query": "", "language": "kuery"}, "filter": []}
    return {
        "type": "dashboard",
        "id": DASHBOARD,
        "attributes": {
            "title": "Yarmarka: request log",
            "description": "What people ask for. The people are pseudonyms.",
            "panelsJSON": orjson.dumps(panels).decode(),
            "optionsJSON": orjson.dumps({"useMargins": True}).decode(),
            "timeRestore": True,
            "timeFrom": "now-7d",
            "timeTo": "now",
            "version": 1,
            "kibanaSavedObjectMeta": {"searchSourceJSON": orjson.dumps(source).decode()},
        },
        "references": [
            {"name": f"panel_{number}", "type": "visualization", "id": chart.name}
            for number, chart in enumerate(CHARTS)
        ],
    }
