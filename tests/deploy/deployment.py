"""One deployment of the unchanged compose file, and the ways people use it."""

import base64
import http.client
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import orjson

from ops.stack.checkout import CHECKOUT
from tests.deploy.engine import Engine

PORTS = ("CHAT_PORT", "GRAFANA_PORT", "PROMETHEUS_PORT", "ALERTMANAGER_PORT", "KIBANA_PORT")
LOOK_EVERY = 0.5
T = TypeVar("T")


@dataclass(frozen=True)
class Deployment:
    """A copy of the checkout, whose `compose/` is brought up as the README says."""

    engine: Engine
    home: Path
    ports: Mapping[str, int]
    project: str = "yarmarka"

    @classmethod
    def copy(cls, engine: Engine, target: Path, project: str = "yarmarka") -> "Deployment":
        """Copy what git knows of the checkout, and write the .env: ports that are free here, and a public address."""
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in listed.stdout.splitlines():
            if (CHECKOUT / name).is_file():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(CHECKOUT / name, target / name)
        return cls(engine, target / "compose", _free_ports(), project)

    def write_env(self, *more: str) -> None:
        """The example's .env with these ports and `more` lines, which win over earlier ones of the same name."""
        lines = (self.home / ".env.example").read_text(encoding="utf-8").splitlines()
        lines += [f"{name}={port}" for name, port in self.ports.items()]
        lines += [f"COMPOSE_PROJECT_NAME={self.project}", *more]
        (self.home / ".env").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def compose(self, *arguments: str, within: float = 300, stdin: bytes | None = None) -> "Said":
        """`docker compose <arguments>` in the deployment's directory; what it said, whatever the exit status."""
        done = self.engine.run("compose", "--project-directory", str(self.home), *arguments, within=within, stdin=stdin)
        return Said(done.returncode, done.stdout, done.stderr)

    def must(self, *arguments: str, within: float = 300, stdin: bytes | None = None) -> str:
        """As `compose`; the output. Raises AssertionError with what was said when the exit status is not 0."""
        said = self.compose(*arguments, within=within, stdin=stdin)
        assert said.status == 0, f"docker compose {' '.join(arguments)}: {said.status}\n{said.everything[-6000:]}"
        return said.out

    def inside(self, service: str, *command: str, within: float = 120) -> "Said":
        """`docker compose exec SERVICE COMMAND`."""
        return self.compose("exec", "-T", service, *command, within=within)

    def containers(self, *services: str) -> list[str]:
        """Ids of the containers, also of those that have ended."""
        return self.must("ps", "-a", "-q", *services).split()

    def inspected(self, *containers: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = orjson.loads(self.engine.must("inspect", *containers))
        return found

    def get(self, port: str, path: str, *, login: str | None = None) -> tuple[int, bytes]:
        """Ask a published port as somebody on this machine would. Raises OSError when nobody answers."""
        headers = {} if login is None else {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()}
        return self._request("GET", port, path, None, headers)

    def post(self, port: str, path: str, body: object) -> tuple[int, bytes]:
        return self._request("POST", port, path, orjson.dumps(body), {"Content-Type": "application/json"})

    def _request(
        self, method: str, port: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[port], timeout=20)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def everything(self) -> str:
        return self.out + self.err


def until(what: str, look: Callable[[], T | None], within: float = 90) -> T:
    """The first answer that is not None or False. Raises AssertionError naming `what` after `within` seconds."""
    deadline = time.monotonic() + within
    seen: object = None
    while time.monotonic() < deadline:
        try:
            found = look()
        except OSError as error:
            seen = error
        else:
            if found is not None and found is not False:
                return found
        time.sleep(LOOK_EVERY)
    raise AssertionError(f"{what}: not within {within:g} s" + (f" ({seen})" if seen else ""))


def _free_ports() -> dict[str, int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in PORTS]
    ports = {name: one.getsockname()[1] for name, one in zip(PORTS, sockets, strict=True)}
    for one in sockets:
        one.close()
    return ports
