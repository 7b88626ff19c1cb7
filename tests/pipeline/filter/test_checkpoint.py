"""What a commit says about the rules, and when it is not believed."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.filter.checkpoint import OLDEST, Checkpoint, parse_checkpoint

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_there_and_back() -> None:
    checkpoint = Checkpoint(17, NOW - timedelta(hours=1))
    assert parse_checkpoint(checkpoint.encode(), NOW) == checkpoint


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", "{}", '{"bans_offset": "x", "as_of": "2026-11-24T00:00:00Z"}', '{"bans_offset": 1}',
     '{"bans_offset": 1, "as_of": "then"}', Checkpoint(17, NOW - OLDEST).encode()],
)  # fmt: skip
def test_not_believed(text: str) -> None:
    assert parse_checkpoint(text, NOW) is None
