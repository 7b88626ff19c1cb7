"""The line that shows how far a long command is."""

import os
import pty
from io import StringIO

import pytest

from pipeline.dead_letters.command import _ProgressLine


@pytest.mark.timeout(20)
def test_a_person_at_a_terminal_sees_one_line_that_changes_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen, os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr("sys.stderr", terminal)
        line = _ProgressLine()
        line.show(250, 100_000)
        line.show(500, 100_000)
        line.end()
        said = ""
        while not said.endswith("dead letters\r\x1b[K"):
            said += screen.read(1000).decode()
    assert "\n" not in said
    assert [part.removeprefix("\x1b[K") for part in said.split("\r")] == [
        "",
        "250 of 100,000 dead letters",
        "500 of 100,000 dead letters",
        "",
    ]


def test_where_nobody_looks_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    written = StringIO()
    monkeypatch.setattr("sys.stderr", written)
    line = _ProgressLine()
    line.show(250, 100_000)
    line.end()
    assert written.getvalue() == ""
