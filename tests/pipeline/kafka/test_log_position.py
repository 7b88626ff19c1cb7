"""Whether a committed position is believed."""

import pytest

from pipeline.kafka.log_position import Finding, LogNote, PartitionLog, Verdict, judge, parse_note

NOTE = LogNote("aa", 3)
LOG = PartitionLog("aa", begin=10, reach=90)


@pytest.mark.parametrize(
    ("offset", "note", "log", "verdict"),
    [
        (50, NOTE, LOG, Verdict(50)),
        (90, NOTE, LOG, Verdict(90)),
        (None, None, LOG, Verdict(10)),
        (50, None, LOG, Verdict(50)),
        (50, LogNote("bb", 3), LOG, Verdict(10, Finding.OTHER_TOPIC)),
        (91, NOTE, LOG, Verdict(90, Finding.SHORTENED)),
        (91, None, LOG, Verdict(90, Finding.SHORTENED)),
        # All of it is gone, or the broker has never heard of the epoch.
        (50, NOTE, PartitionLog("aa", 0, 0), Verdict(0, Finding.SHORTENED)),
        (50, NOTE, PartitionLog("aa", 10, -1), Verdict(10, Finding.SHORTENED)),
        (5, NOTE, LOG, Verdict(10, Finding.HOLE)),
    ],
)
def test_verdicts(offset: int | None, note: LogNote | None, log: PartitionLog, verdict: Verdict) -> None:
    assert judge(offset, note, log) == verdict


def test_a_note_there_and_back() -> None:
    assert parse_note(NOTE.encode()) == NOTE


@pytest.mark.parametrize("metadata", ["", "{", "[]", "{}", '{"topic_id": "aa"}', '{"topic_id": 1, "epoch": 2}'])
def test_no_note(metadata: str) -> None:
    assert parse_note(metadata) is None
