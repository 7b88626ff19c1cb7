"""What the room's command line says."""

from typer.testing import CliRunner

from ops.__main__ import LINE, cli
from ops.settings import options


def test_the_names_of_settings_are_whole_so_that_they_can_be_copied() -> None:
    said = CliRunner().invoke(cli, ["settings"], env={"COLUMNS": "80"}).output.splitlines()
    assert [name for name, *_ in options() if not any(line.startswith(f"{name}=") for line in said)] == []
    assert not any("…" in line for line in said if line.startswith("YARMARKA_"))
    assert all(len(line) <= LINE for line in said if line.startswith("    "))
