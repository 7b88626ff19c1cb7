"""The description of one part of a stack: a server, one of our services, or a task that runs to its end.

A new part is one file with a subclass of `Part` and one line in `ops.stack.parts.PARTS`.
"""

import enum
import signal
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from ops.downloads.report import Report
from ops.settings import PREFIX, Settings, load
from ops.stack.directory import StackDirectory
from ops.stack.ports import HOST


class NotReadyError(Exception):
    """A part does not answer yet; the text says what was seen, for people."""


class PartKind(enum.StrEnum):
    """What the supervisor does when a part's process ends by itself."""

    SERVER = enum.auto()
    """Foreign server: started again after a pause."""
    SERVICE = enum.auto()
    """One of ours: the same."""
    TASK = enum.auto()
    """Runs to its end at every start of the stack, and is done when its probe is good after that."""
    ONCE = enum.auto()
    """As a task, but only until it succeeded once in the stack's life."""

    @property
    def runs_on(self) -> bool:
        return self in (PartKind.SERVER, PartKind.SERVICE)


class PartGroup(enum.StrEnum):
    """What a part belongs to; `--with GROUP` chooses all of it."""

    SERVERS = enum.auto()
    """Kafka and Elasticsearch, without which nothing works."""
    SERVICES = enum.auto()
    """Ours: filter, indexer, request log, bot and what they need."""
    DEMO = enum.auto()
    """The demo's data."""
    MONITORING = enum.auto()
    """What watches the others."""
    LAKE = enum.auto()
    """History and learning."""


# The parts whose readiness means that a person gets an answer; the machine's cores are theirs until then.
FIRST_ANSWER = ("catalogue", "bot")


@dataclass(frozen=True)
class Site:
    """What a part may know of the stack that it stands in."""

    directory: StackDirectory
    ports: Mapping[str, int]
    parts: tuple[str, ...]
    """Names of all chosen parts, for those that describe the others (Prometheus)."""

    def port(self, name: str) -> int:
        return self.ports[name]

    def at(self, name: str) -> str:
        """`127.0.0.1:port` of a named port."""
        return f"{HOST}:{self.port(name)}"

    def settings(self) -> Settings:
        """The settings as a process started in this stack sees them."""
        return load({f"{PREFIX}STACK_DIR": str(self.directory.root)})


@dataclass(frozen=True)
class Launch:
    """How to start a process; what is not said is inherited from the supervisor."""

    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    """Variables of the environment that must not reach the process."""
    cwd: Path | None = None
    user: int | None = None
    stdin: bytes | None = None
    """Written to the process at its start; the pipe stays open as long as the supervisor lives."""


class Part(ABC):
    """One part. Methods but `probe` may block (they run beside the event loop); all may be called again and again."""

    name: ClassVar[str]
    kind: ClassVar[PartKind]
    group: ClassVar[PartGroup]
    requires: ClassVar[tuple[str, ...]] = ()
    """Parts that must be ready, or done, before this one is launched."""
    after: ClassVar[tuple[str, ...]] = ()
    """Parts that come first when they are in the stack at all; what has an `after` is not needed for the first answer
    in the chat, and `--detach` does not wait for it."""
    beside: ClassVar[tuple[str, ...]] = ()
    """Parts that must be in the same stack, but need not be ready first. What this one cannot be ready without stands
    here, if it must not wait for this one either."""
    ports: ClassVar[tuple[str, ...]] = ()
    """Names of the ports it listens on, `name` or `name.purpose`."""
    patience: ClassVar[float] = 90.0
    """Seconds from launch to the first good probe, or for a task to its end."""
    good_statuses: ClassVar[frozenset[int]] = frozenset({0})
    """Exit statuses of a task that count as success."""
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    stop_within: ClassVar[float] = 10.0
    """Seconds between the stop signal and SIGKILL."""

    def wanted(self) -> bool:
        """False when this part has no place in a stack started now, for a reason outside (a real Telegram token)."""
        return True

    def fetch(self, report: Report) -> None:  # noqa: B027 - most parts have nothing to fetch
        """Download what is needed, once for all stacks. Raises StartupError when that is impossible."""

    def settings(self, site: Site) -> Mapping[str, str]:
        """Lines for `stack.env`: how others find this part."""
        return {}

    def address(self, site: Site) -> str:
        """Where it listens, for people; empty when it does not."""
        return ""

    def credentials(self, site: Site) -> tuple[Path, ...]:
        """Files that a script needs to use this part."""
        return ()

    def metrics_address(self, site: Site) -> str | None:
        """`host:port` of its /metrics, or None."""
        return None

    async def refresh(self, site: Site) -> bool:
        """Have the running part take in renewed certificates; False when there is nothing to tell it: it shows none, or
        reads them at its next connection, as our own services do. Raises StartupError when it does not take them.
        """
        return False

    @abstractmethod
    def launch(self, site: Site) -> Launch:
        """Write the configuration and say how to start. Raises StartupError when that is impossible."""

    async def probe(self, site: Site) -> None:  # noqa: B027 - most tasks need none
        """Return when the part does its work now, or a task's work can be seen; raises NotReadyError otherwise."""
