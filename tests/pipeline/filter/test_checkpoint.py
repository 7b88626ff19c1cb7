"""What a commit says about the rules and the logs, and when it is not believed."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.filter.checkpoint import OLDEST, Checkpoint, Commit, Mark, encode_anew, encode_mark, parse_commit
from pipeline.kafka.log_position import LogNote

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
INPUT, OUTPUT, BANS = LogNote("aa", 3), LogNote("bb", 4), LogNote("cc", 5)


def test_there_and_back() -> None:
    checkpoint = Checkpoint(17, NOW - timedelta(hours=1), BANS)
    text = encode_mark(Mark(90, checkpoint, written=80, orphans=True), INPUT, OUTPUT)
    assert parse_commit(text, NOW) == Commit(checkpoint, INPUT, 80, OUTPUT, orphans=True)
    assert len(text) < 1_000, "a broker takes 4 KiB"


@pytest.mark.parametrize("orphans", [True, False])
def test_what_is_decided_anew_has_no_rules(orphans: bool) -> None:
    assert parse_commit(encode_anew(INPUT, orphans=orphans), NOW) == Commit(None, INPUT, orphans=orphans)


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", "{}", '{"bans_offset": "x", "as_of": "2026-11-24T00:00:00Z"}', '{"bans_offset": 1}',
     '{"bans_offset": 1, "as_of": "then"}', '{"topic_id": 1, "epoch": "x", "written": "y"}'],
)  # fmt: skip
def test_not_believed(text: str) -> None:
    assert parse_commit(text, NOW) == Commit()


def test_rules_that_are_as_old_as_tombstones_are_not_believed() -> None:
    text = encode_mark(Mark(90, Checkpoint(17, NOW - OLDEST)), INPUT, OUTPUT)
    assert parse_commit(text, NOW).checkpoint is None
