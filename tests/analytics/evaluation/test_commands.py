"""The command as a person runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.analytics.models.made import tastes


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analytics", "evaluate", *arguments], capture_output=True, text=True, check=False
    )


def test_only_ours_says_only_ours(tmp_path: Path) -> None:
    file = tmp_path / "sequences.txt"
    file.write_text("".join(f"u{n} {' '.join(map(str, one))}\n" for n, one in enumerate(tastes(80, 40, 4, 6, 1))))
    done = run("--sequences", str(file), "--only", "ours")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert list(found) == ["ours"]
    assert set(found["ours"]) == {"ndcg@10", "hr@10", "coverage", "ndcg@10_low", "ndcg@10_high", "top_1%", "fit_s"}


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "--sequences"),
        (("--purchases", "x.csv"), "--split"),
        (("--sequences", "x.txt", "--only", "best"), "best"),
        (("--sequences", "nowhere.txt"), "nowhere.txt"),
        (("--sequences", "x.txt", "--served"), "--purchases"),
    ],
)
def test_a_wrong_call_is_one_sentence(arguments: tuple[str, ...], word: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert word in done.stderr
    assert "Traceback" not in done.stderr
