"""The status file: what the supervisor knows of every part, for `status`, the tests and the chat's `/status`."""

import enum
import fcntl
import os
import time
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ops.stack.directory import StackDirectory
from ops.stack.part import PartKind


class PartState(enum.StrEnum):
    """Where a part is in its life."""

    WAITING = enum.auto()
    FETCHING = enum.auto()
    STARTING = enum.auto()
    READY = enum.auto()
    UNHEALTHY = enum.auto()
    BACKING_OFF = "backing off"
    HELD = enum.auto()
    DONE = enum.auto()
    FAILED = enum.auto()
    STOPPED = enum.auto()

    @property
    def good(self) -> bool:
        return self in (PartState.READY, PartState.DONE)


class PartStatus(BaseModel):
    """What is known of one part, as of its last change."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: PartKind
    later: bool = False
    health: PartState
    note: str = ""
    pid: int | None = None
    address: str = ""
    restarts: int = 0
    since: float = 0.0
    ready_after: float | None = None
    log: str = ""
    credentials: tuple[str, ...] = ()


class StackStatus(BaseModel):
    """All parts of one stack, and the supervisor that runs them."""

    model_config = ConfigDict(frozen=True)

    supervisor: int
    directory: str
    started: float
    parts: tuple[PartStatus, ...]
    fault: str = ""

    @property
    def answering(self) -> bool:
        """Everything is ready or done that the first answer in the chat needs."""
        return bool(self.parts) and all(part.health.good for part in self.parts if not part.later)

    @property
    def settled(self) -> bool:
        """Everything is ready or done."""
        return bool(self.parts) and all(part.health.good for part in self.parts)


class StatusFile:
    """The supervisor's own copy of the status; every change is written to the file in one step."""

    def __init__(self, directory: StackDirectory) -> None:
        self._directory = directory
        self._started = time.time()
        self._parts: dict[str, PartStatus] = {}

    def add(self, status: PartStatus) -> None:
        """Enter a part that the stack has; the file shows it from the next `publish` on."""
        self._parts[status.name] = status

    def note(
        self,
        name: str,
        health: PartState,
        note: str = "",
        *,
        pid: int | None = None,
        restarted: bool = False,
        ready_after: float | None = None,
    ) -> None:
        """Change what is known of a part; without `pid` no process of it runs."""
        old = self._parts[name]
        new = old.model_copy(
            update={
                "health": health,
                "note": note,
                "pid": pid,
                "restarts": old.restarts + restarted,
                "since": time.time() if health is not old.health else old.since,
                "ready_after": old.ready_after if ready_after is None else round(ready_after, 2),
            }
        )
        if new != old:
            self._parts[name] = new
            self.publish()

    def status(self, fault: str = "") -> StackStatus:
        """All parts as they are now; `fault` says why the stack ends."""
        return StackStatus(
            supervisor=os.getpid(),
            directory=str(self._directory.root),
            started=self._started,
            parts=tuple(self._parts.values()),
            fault=fault,
        )

    def publish(self, fault: str = "") -> None:
        """Write the file; it names the places of secrets, never a secret."""
        path = self._directory.status_file
        draft = path.with_suffix(".draft")
        draft.write_text(self.status(fault).model_dump_json(indent=2), encoding="utf-8")
        draft.replace(path)


def read_status(directory: StackDirectory) -> StackStatus | None:
    """What the running supervisor says of its parts, or None when none runs."""
    if not is_supervised(directory.lock):
        return None
    try:
        return StackStatus.model_validate_json(directory.status_file.read_bytes())
    except FileNotFoundError:
        return None


def is_supervised(lock: Path) -> bool:
    """True when a supervisor holds the lock of its stack."""
    try:
        with lock.open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
