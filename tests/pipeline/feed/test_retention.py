"""What is removed of done/ and refused/, and what never is."""

import os
import time
from pathlib import Path

from pipeline.feed.drop_folder import REPORT
from pipeline.feed.retention import DAY_S, MEBIBYTE, KeptFile, prune, superfluous

NOW = 1_800_000_000.0


def kept(name: str, days: float, megabytes: float) -> KeptFile:
    return KeptFile(Path(name), NOW - days * DAY_S, int(megabytes * MEBIBYTE))


def gone(files: list[KeptFile], keep_days: int, keep_mb: int) -> list[str]:
    return [str(file.path) for file in superfluous(files, NOW, keep_days, keep_mb)]


def test_days() -> None:
    files = [kept("new", 1, 1), kept("old", 15, 1), kept("older", 16, 1)]
    assert gone(files, 14, 100) == ["older", "old"]
    assert gone(files, 30, 100) == []


def test_bytes_the_oldest_first_and_reports_last() -> None:
    files = [kept("a", 3, 10), kept(f"a{REPORT}", 3, 0.1), kept("b", 2, 10), kept("c", 1, 10)]
    assert gone(files, 14, 21) == ["a"]
    assert gone(files, 14, 5) == ["a", "b", "c"]
    assert gone(files, 14, 0) == ["a", "b", "c", f"a{REPORT}"]


def test_only_what_was_moved_there_is_removed(tmp_path: Path) -> None:
    for name in ("done", "refused"):
        (tmp_path / name).mkdir()
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(time.time() - 20 * DAY_S)) + ".000000001"
    old = tmp_path / "done" / f"{stamp}-a.json"
    new = tmp_path / "refused" / (time.strftime("%Y%m%dT%H%M%S", time.gmtime()) + ".000000001-b.json")
    strange = tmp_path / "done" / "notes.txt"
    for path in (old, new, strange):
        path.write_bytes(b"x" * 2_000_000)
        os.utime(path, (0, 0))
    prune(tmp_path, 14, 100)
    assert [old.exists(), new.exists(), strange.exists()] == [False, True, True]
    prune(tmp_path, 14, 1)
    assert [new.exists(), strange.exists()] == [False, True]
