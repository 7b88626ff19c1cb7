"""The configuration of Prometheus and Alertmanager, checked by their own tools before anything is started."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ops.downloads.debian import AMTOOL, PROMTOOL
from ops.downloads.report import quiet
from ops.errors import StartupError
from ops.stack.checkout import CHECKOUT
from ops.stack.parts.monitoring import alertmanager_config

SOURCES = CHECKOUT / "compose" / "prometheus"


def check() -> Iterator[str]:
    """Yields what is in order. Raises StartupError with the tool's own words at the first fault."""
    promtool, amtool = PROMTOOL.fetch(quiet), AMTOOL.fetch(quiet)
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "prometheus"
        shutil.copytree(SOURCES, copy)
        run_tool("prometheus.yml and rules", promtool, "check", "config", copy / "prometheus.yml")
        yield "prometheus.yml and its rules are well-formed"
        tests = sorted((SOURCES / "tests").glob("*.yml"))
        run_tool("tests of rules", promtool, "test", "rules", *tests)
        yield f"{len(tests)} files of rule tests pass"
        config = Path(place) / "alertmanager.yml"
        config.write_text(alertmanager_config("http://localhost:9/alerts", Path(place) / "token"), encoding="utf-8")
        run_tool("alertmanager.yml", amtool, "check-config", config)
        yield "alertmanager.yml is well-formed"


def run_tool(subject: str, *command: Path | str) -> None:
    """Run one tool. Raises StartupError with what it said when its exit status is not 0."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StartupError(f"{subject} are not in order: {(done.stdout + done.stderr).strip()}")
