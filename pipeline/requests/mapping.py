"""The fields of the two logs, the same on any Elasticsearch. Unknown fields are kept and not searched."""

from collections.abc import Mapping

KEYWORD: Mapping[str, object] = {"type": "keyword", "ignore_above": 512}
# Words as they were typed, in any language; the whole text too, to count what people ask for.
TEXT: Mapping[str, object] = {"type": "text", "fields": {"whole": {"type": "keyword", "ignore_above": 256}}}
NUMBER: Mapping[str, object] = {"type": "long"}
MOMENT: Mapping[str, object] = {"type": "date"}
PLACE: Mapping[str, object] = {"topic": KEYWORD, "partition": {"type": "integer"}, "offset": NUMBER}

REQUESTS: Mapping[str, object] = {
    "dynamic": False,
    "properties": {
        "@timestamp": MOMENT,
        "request_id": KEYWORD,
        "user": KEYWORD,
        "kind": KEYWORD,
        "channel": KEYWORD,
        "language": KEYWORD,
        "text": TEXT,
        # "name=value", since names are of no fixed set.
        "filters": KEYWORD,
        "sort": KEYWORD,
        "page_offset": {"type": "integer"},
        "outcome": KEYWORD,
        "total": NUMBER,
        "hits": KEYWORD,
        "hit_count": {"type": "integer"},
        "offer_id": KEYWORD,
        "position": {"type": "integer"},
        "source": KEYWORD,
        "quantity": {"type": "integer"},
        "latency_ms": {"type": "float"},
        "simulated": {"type": "boolean"},
        "kafka": {"properties": PLACE},
    },
}

AUDIT: Mapping[str, object] = {
    "dynamic": False,
    "properties": {
        "@timestamp": MOMENT,
        "entry_id": KEYWORD,
        "actor": KEYWORD,
        "actor_name": KEYWORD,
        "role": KEYWORD,
        "action": KEYWORD,
        "target": KEYWORD,
        "detail": TEXT,
        "result": KEYWORD,
        "kafka": {"properties": PLACE},
    },
}
