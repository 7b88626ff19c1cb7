"""What the set-up hands to Prometheus and Alertmanager, checked by their own tools as it is in a deployment."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from ops.deployment import server_files
from ops.deployment.env_file import read
from ops.deployment.site import Deployment, Files
from ops.downloads.debian import AMTOOL, PROMTOOL
from ops.downloads.report import quiet
from ops.stack import credentials
from ops.stack.check_config import run_tool
from ops.stack.directory import StackDirectory


def check() -> Iterator[str]:
    """Yields what is in order. Raises StartupError with the tool's own words at the first fault."""
    with tempfile.TemporaryDirectory() as place:
        deployment = Deployment(StackDirectory.at(Path(place) / "state"), read(server_files.SOURCES / ".env.example"))
        deployment.directory.make()
        credentials.issue(deployment.directory)
        prometheus = _written(server_files.for_prometheus(deployment), Path(place) / "prometheus")
        run_tool(
            "the deployment's prometheus.yml and rules",
            PROMTOOL.fetch(quiet),
            "check",
            "config",
            prometheus / "prometheus.yml",
        )
        alertmanager = _written(server_files.for_alertmanager(deployment), Path(place) / "alertmanager")
        run_tool(
            "the deployment's alertmanager.yml", AMTOOL.fetch(quiet), "check-config", alertmanager / "alertmanager.yml"
        )
    yield "what a deployment hands to Prometheus and Alertmanager is well-formed"


def _written(files: Files, home: Path) -> Path:
    for name, content in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(content)
    return home
