"""A file of client requests is read whole, or refused with the number of its wrong line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ops.demo import history
from ops.errors import StartupError
from pipeline.requests.import_command import _read

UNTIL = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "new" / "requests.jsonl"
    history.write(path, UNTIL, days=3, customers=10)
    return path


def test_the_demos_history_is_read_whole(written: Path) -> None:
    requests = _read(written)
    assert len(requests) == written.read_bytes().count(b"\n") > 5
    assert all(request.simulated and request.user.startswith("sim-") for request in requests)


def test_a_wrong_line_is_named_and_nothing_is_sent(written: Path) -> None:
    with written.open("ab") as file:
        file.write(b'{"kind": "search"}\n')
    lines = written.read_bytes().count(b"\n")
    with pytest.raises(StartupError, match=rf"requests\.jsonl, line {lines}: .*; nothing was sent\.$"):
        _read(written)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StartupError, match=r"none\.jsonl: No such file or directory; name a file"):
        _read(tmp_path / "none.jsonl")
