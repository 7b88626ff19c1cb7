"""A Debian tool from PATH, and the place of its templates in an unpacked copy."""

from pathlib import Path

import pytest

from ops.downloads.debian import DebianTool, relative_of_length
from ops.downloads.report import quiet


@pytest.mark.parametrize("length", [8, 9, 34, 35])
def test_a_path_of_any_length_still_names_the_assets(length: int) -> None:
    moved = relative_of_length(length)
    assert len(moved) == length
    assert Path(moved) == Path("assets")


def test_a_command_on_path_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = tmp_path / "alertmanager"
    command.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert DebianTool("prometheus-alertmanager", "prometheus-alertmanager", "alertmanager").fetch(quiet) == command
