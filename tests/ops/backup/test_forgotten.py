"""Who asked to be forgotten stays forgotten, whichever backup comes back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ops.backup.forgotten import Forgotten, hashed
from ops.errors import StartupError

ASKED = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA, BORIS = "a" * 64, "b" * 64
LEDGER = Forgotten.asked({ANNA: ASKED})


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@pytest.mark.parametrize(
    ("topic", "key", "after", "covered"),
    [
        ("chat_state", f"settings:{ANNA}", -1, True),
        ("chat_state", f"watch:{ANNA}:x/1", 0, True),
        ("recommendations", ANNA, -100_000, True),
        ("chat_state", f"settings:{ANNA}", 1, False),  # what they did afterwards is theirs again
        ("chat_state", f"settings:{BORIS}", -1, False),
        # Records of administration.
        ("roles", ANNA, -1, False),
        ("audit", ANNA, -1, False),
        ("chat_state", f"forget:{ANNA}", -1, False),
        ("recommendations", "item:x/1", -1, False),
        ("chat_state", "", -1, False),
    ],
)
def test_a_record_about_somebody_who_asked_later_is_left_out(topic: str, key: str, after: int, covered: bool) -> None:
    assert LEDGER.covers(topic, key.encode() or None, ms(ASKED + timedelta(seconds=after))) is covered


def test_nobodys_pseudonym_stands_in_it(tmp_path: Path) -> None:
    LEDGER.save(tmp_path / "forgotten.jsonl")
    assert ANNA not in (tmp_path / "forgotten.jsonl").read_text()
    assert Forgotten.load(tmp_path / "forgotten.jsonl") == LEDGER == Forgotten({hashed(ANNA): ASKED})
    assert (tmp_path / "forgotten.jsonl").stat().st_mode & 0o077 == 0


def test_the_later_time_counts_and_old_ones_go_when_no_backup_can_return() -> None:
    later = Forgotten.asked({ANNA: ASKED + timedelta(days=5), BORIS: ASKED})
    both = LEDGER | later
    assert both == later | LEDGER == later
    assert both.since(ASKED + timedelta(days=1)).until.keys() == {hashed(ANNA)}


def test_a_ledger_that_cannot_be_understood_stops_a_restore(tmp_path: Path) -> None:
    (tmp_path / "forgotten.jsonl").write_bytes(b'{"person": "anna"}\n')
    with pytest.raises(StartupError, match=r"forgotten\.jsonl is not a complete backup"):
        Forgotten.load(tmp_path / "forgotten.jsonl")
    assert Forgotten.load(tmp_path / "nothing") == Forgotten()
