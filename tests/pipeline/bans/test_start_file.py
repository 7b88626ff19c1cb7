"""The file of bans to begin with."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.bans import parse_rule
from pipeline.bans.start_file import StartBan, StartFileError, parse_start_file

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_ids_rules_and_objects() -> None:
    content = b"""["3920564", 17, "seller:shop-1", "a:b",
        {"rule": "brand:X", "reason": "fake", "until": "7d"}, {"product_id": 5},
        {"product_id": 5, "store_id": "s"}]"""
    assert parse_start_file(content, NOW).bans == (
        StartBan(parse_rule("product:3920564")),
        StartBan(parse_rule("product:17")),
        StartBan(parse_rule("seller:shop-1")),
        StartBan(parse_rule("product:a:b")),
        StartBan(parse_rule("brand:x"), "fake", NOW + timedelta(days=7)),
        StartBan(parse_rule("product:5")),
        StartBan(parse_rule("product:s/5")),
    )


def test_the_list_may_have_a_name() -> None:
    assert parse_start_file(b'{"banned_products": ["1"]}', NOW).bans == (StartBan(parse_rule("product:1")),)


def test_a_wrong_entry_does_not_stop_the_others() -> None:
    found = parse_start_file(
        b'["1", null, {"reason": "x"}, {"rule": "brand:"}, {"rule": "brand:y", "until": "z"}]', NOW
    )
    assert [ban.rule.id for ban in found.bans] == ["product:1"]
    assert [fault.split(":")[0] for fault in found.faults] == ["entry 2", "entry 3", "entry 4", "entry 5"]


@pytest.mark.parametrize("content", [b"", b"{", b"1", b'{"rules": []}', b'"product:1"'])
def test_no_list_at_all(content: bytes) -> None:
    with pytest.raises(StartFileError):
        parse_start_file(content, NOW)
