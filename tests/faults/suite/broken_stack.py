"""A stack whose services can be broken from outside: `python -m tests.faults.suite.broken_stack --dir D …`.

What is to be different is in `<dir>/breakage.json`, which is read at each launch of a part: variables of its
environment, a command that it is started behind, and for Kafka a listener for each service, whose advertised port is a
proxy's, so that this service alone has a bad network.
"""

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from ops.stack import terminal
from ops.stack.directory import StackDirectory
from ops.stack.part import Launch, Part, Site
from ops.stack.parts import PARTS, choose
from ops.stack.parts.kafka import KafkaPart
from ops.stack.parts.services import BotPart, FilterPart, IndexerPart, ServicePart
from ops.stack.ports import HOST
from tests.conftest import CHECKOUT

SERVICES = ("bot", "filter", "indexer")


class Breakage(BaseModel):
    """What is different in this stack."""

    model_config = ConfigDict(frozen=True)

    environment: Mapping[str, Mapping[str, str]] = {}
    """Part → variables of its environment."""
    behind: Mapping[str, tuple[str, ...]] = {}
    """Part → the command in front of its own."""
    listeners: Mapping[str, int] = {}
    """Service → the port that its listener of Kafka advertises."""

    def write(self, directory: Path) -> None:
        """Let it hold for every part that is launched from now on."""
        draft = directory / ".breakage.json"
        draft.write_text(self.model_dump_json(), encoding="utf-8")
        draft.replace(directory / "breakage.json")

    @classmethod
    def read(cls, directory: Path) -> "Breakage":
        path = directory / "breakage.json"
        return cls.model_validate_json(path.read_bytes()) if path.exists() else cls()


class _BrokenService(ServicePart):
    """One of ours, in surroundings that `breakage.json` describes."""

    def launch(self, site: Site) -> Launch:
        launch, how = super().launch(site), Breakage.read(site.directory.root)
        return replace(
            launch,
            argv=(*how.behind.get(self.name, ()), *launch.argv),
            environment={**launch.environment, **how.environment.get(self.name, {})},
        )


class BrokenBot(_BrokenService, BotPart):
    """The bot."""


class BrokenFilter(_BrokenService, FilterPart):
    """The filter."""


class BrokenIndexer(_BrokenService, IndexerPart):
    """The indexer."""


class BrokenKafka(KafkaPart):
    """A broker with a listener for each service."""

    ports: ClassVar[tuple[str, ...]] = (*KafkaPart.ports, *(f"kafka.{name}" for name in SERVICES))

    def _configure(self, site: Site, home: Path) -> Path:
        config = super()._configure(site, home)
        advertised = Breakage.read(site.directory.root).listeners
        lines = config.read_text(encoding="utf-8").splitlines()
        config.write_text("".join(f"{_with(line, site, advertised)}\n" for line in lines), encoding="utf-8")
        return config


def _with(line: str, site: Site, advertised: Mapping[str, int]) -> str:
    more = {
        "listeners": [f"{name.upper()}://{HOST}:{site.port(f'kafka.{name}')}" for name in advertised],
        "advertised.listeners": [f"{name.upper()}://localhost:{port}" for name, port in advertised.items()],
        "listener.security.protocol.map": [f"{name.upper()}:SSL" for name in advertised],
    }.get(line.partition("=")[0], [])
    return ",".join([line, *more])


BROKEN: tuple[Part, ...] = (BrokenKafka(), BrokenBot(), BrokenFilter(), BrokenIndexer())


def parts() -> tuple[Part, ...]:
    """Every part that a stack can have, those that can be broken in place of the ordinary ones."""
    broken = {part.name: part for part in BROKEN}
    return tuple(broken.get(part.name, part) for part in PARTS)


@contextlib.contextmanager
def started(directory: Path, *more: str, breakage: Breakage | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A supervisor of such a stack in the background, which ends with the block, and with this process."""
    directory.chmod(0o755)
    (breakage or Breakage()).write(directory)
    command = [sys.executable, "-m", __name__, "--dir", str(directory), "--lifeline", str(os.getpid()), *more]
    with (directory / "supervisor.out").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=CHECKOUT)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Keep the stack running until a signal, or the end of the process `--lifeline`."""
    parser = argparse.ArgumentParser(prog=f"python -m {__name__}", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--lifeline", type=int)
    parser.add_argument("parts", nargs="*")
    chosen = parser.parse_args()
    wanted = choose(("servers", *chosen.parts), parts())
    asyncio.run(terminal.foreground(StackDirectory.at(chosen.dir), wanted, lifeline=chosen.lifeline))


if __name__ == "__main__":
    main()
