"""What the room's command line says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.__main__ import LINE, cli
from ops.settings import options


def test_the_names_of_settings_are_whole_so_that_they_can_be_copied() -> None:
    said = CliRunner().invoke(cli, ["settings"], env={"COLUMNS": "80"}).output.splitlines()
    assert [name for name, *_ in options() if not any(line.startswith(f"{name}=") for line in said)] == []
    assert not any("…" in line for line in said if line.startswith("YARMARKA_"))
    assert all(len(line) <= LINE for line in said if line.startswith("    "))


@pytest.mark.parametrize("command", [["up"], ["up", "--detach"], ["demo"]])
def test_a_wrong_setting_is_told_before_anything_is_started(command: list[str], tmp_path: Path) -> None:
    wrong = {**os.environ, "YARMARKA_BOT__ADMINS": "boss"}
    asked = [sys.executable, "-m", "ops", *command, "--dir", str(tmp_path / "stack")]
    done = subprocess.run(asked, env=wrong, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "YARMARKA_BOT__ADMINS (from the environment) is wrong" in done.stderr
    assert not (tmp_path / "stack").exists()
