"""Records and writes as the tests need them."""

from dataclasses import dataclass

import orjson

from pipeline.sink.operation import Operation


@dataclass(slots=True)
class FakeRecord:
    """A record as a consumer hands it on, without a broker."""

    key: bytes | None
    value: bytes | None
    offset: int = 0
    topic: str = "filtered_products"
    partition: int = 0
    timestamp: int = 0


def write(key: str, offset: int = 0, body: dict[str, object] | None = None) -> Operation:
    """An index operation at a version."""
    action = orjson.dumps({"index": {"_id": key, "version": offset, "version_type": "external"}})
    return Operation(FakeRecord(key.encode(), b"", offset), key, action + b"\n" + orjson.dumps(body or {}))


def delete(key: str, offset: int) -> Operation:
    """A delete operation at a version."""
    action = orjson.dumps({"delete": {"_id": key, "version": offset, "version_type": "external"}})
    return Operation(FakeRecord(key.encode(), None, offset), key, action, is_delete=True)
