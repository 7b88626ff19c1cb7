"""Requests and audit entries as documents."""

from datetime import UTC, datetime, timedelta

import orjson

from pipeline.contracts.messages import AuditEntry, ClientRequest, RequestKind, encode
from pipeline.requests.journal import converter
from tests.pipeline.sink.records import FakeRecord

NOW = datetime(2026, 11, 24, tzinfo=UTC)
convert = converter(2, lambda: NOW)


def request(at: datetime = NOW) -> bytes:
    return encode(
        ClientRequest(
            request_id="r1", user="f00d", kind=RequestKind.SEARCH, at=at, text="умные часы", offset=5, hits=("1", "2"),
            filters={"brand": "Полёт"},
        )
    )  # fmt: skip


def test_a_request_is_a_document_of_its_month() -> None:
    record = FakeRecord(b"f00d", request(datetime(2026, 10, 31, 23, tzinfo=UTC)), 7, "client_requests", 2, 1)
    (operation,), refused = convert([record])
    action, body = map(orjson.loads, operation.lines.split(b"\n"))
    assert refused == []
    assert action == {"index": {"_index": "requests-2026.10", "_id": "client_requests-2-7-1"}}
    assert (body["text"], body["filters"], body["hits"]) == ("умные часы", ["brand=Полёт"], ["1", "2"])
    assert (body["page_offset"], body["hit_count"]) == (5, 2)
    assert body["@timestamp"] == "2026-10-31T23:00:00+00:00"
    assert body["kafka"] == {"topic": "client_requests", "partition": 2, "offset": 7}


def test_an_audit_entry() -> None:
    entry = AuditEntry(entry_id="e1", actor="terminal:me", action="ban", target="product:1", at=NOW)
    (operation,), _ = convert([FakeRecord(b"terminal:me", encode(entry), 3, "audit")])
    action, body = map(orjson.loads, operation.lines.split(b"\n"))
    assert action["index"] == {"_index": "audit-2026.11", "_id": "audit-0-3-0"}
    assert (body["action"], body["target"], body["result"]) == ("ban", "product:1", "done")


def test_what_comes_late_of_somebody_who_was_forgotten_is_passed_over() -> None:
    """Off the disk of a bot that could not send it; what they did afterwards is theirs again, and others stay."""
    asked = NOW - timedelta(days=3)
    left_out = converter(2, lambda: NOW, lambda person, at: person == "f00d" and at <= asked)
    records = [
        FakeRecord(b"u", request(asked - timedelta(hours=1)), 1, "client_requests"),
        FakeRecord(b"u", request(asked + timedelta(hours=1)), 2, "client_requests"),
        FakeRecord(b"u", request(asked - timedelta(hours=1)).replace(b"f00d", b"beef"), 3, "client_requests"),
        # What an admin did stays on record.
        FakeRecord(b"f00d", encode(AuditEntry(entry_id="e", actor="f00d", action="ban", at=asked)), 4, "audit"),
    ]
    kept, refused = left_out(records)
    assert ([operation.record.offset for operation in kept], refused) == ([2, 3, 4], [])


def test_a_customers_name_does_not_come_from_an_entry_of_a_former_version() -> None:
    for role, name in (("customer", ""), ("admin", "Анна")):
        entry = orjson.loads(encode(AuditEntry(entry_id="e1", actor="f00d", role=role, action="/ban", at=NOW)))
        (operation,), _ = convert([FakeRecord(b"f00d", orjson.dumps(entry | {"actor_name": "Анна"}), 3, "audit")])
        assert orjson.loads(operation.lines.split(b"\n")[1])["actor_name"] == name


def test_months_that_are_over_do_not_come_back() -> None:
    old = datetime(2026, 9, 30, tzinfo=UTC)
    kept, refused = convert(
        [
            FakeRecord(b"u", request(old), 1, "client_requests"),
            FakeRecord(b"a", encode(AuditEntry(entry_id="e", actor="a", action="ban", at=old)), 1, "audit"),
        ]
    )
    # The audit is kept for a year whatever the settings say.
    assert ([operation.key for operation in kept], refused) == (["audit-0-1-0"], [])


def test_what_cannot_be_read_is_put_aside() -> None:
    kept, refused = convert(
        [
            FakeRecord(None, b"{}", 1, "client_requests"),
            FakeRecord(None, None, 2, "audit"),
            FakeRecord(None, b"x", 3, "audit"),
        ]
    )
    assert (kept, [one.reason for one in refused]) == ([], ["invalid"] * 3)
