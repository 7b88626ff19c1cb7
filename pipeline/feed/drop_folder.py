"""A folder with a folder for each shop, into which it drops its files: each is fed once, then moved out of the way."""

import contextlib
import errno
import os
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ops import logs, metrics
from ops.errors import StartupError
from pipeline.feed.dropped import DONE, REFUSED, Dropped, FileState, is_being_written, shown
from pipeline.feed.lookout import Lookout

log = logs.get_logger(__name__)
REPORT = ".report.txt"
MOVE_AGAIN_S = 10.0
# Linux allows 255 bytes; the time before the name and the report's ending take some of them.
LONGEST_NAME = 200
NOBODYS = "it is in no shop's folder, and so nobody's; put it into the folder that has the shop's id for a name"
LINK = "it is a link, and links are not followed out of this folder; send the file itself"


class Moved(Enum):
    """What became of a file that was dealt with."""

    MOVED = "moved"
    CHANGED = "changed"
    """It is not as it was when it was read: it stays, and is fed again."""
    WAITS = "waits"
    """It cannot be moved now; it is not fed again, and moved as soon as that is possible."""


@dataclass(frozen=True, slots=True)
class _Move:
    path: Path
    name: str
    state: FileState | None
    """None: a link."""
    folder: str
    report: tuple[str, ...]


class DropFolder:
    """A shop's folder has the shop's id for a name; what lies in it is its own, what lies beside it is nobody's.

    `done/` and `refused/` beside the files take what was dealt with, each with a report for the shop.
    A file is moved only after all of its rows are durable. A crash before that leaves it where it is, and it is
    fed again, which changes nothing. Raises StartupError when the folder cannot be used.
    """

    def __init__(self, folder: Path, quiet_s: float) -> None:
        self.folder = folder
        self._lookout = Lookout(folder, quiet_s)
        self._waiting: dict[Path, _Move] = {}
        self._again_at = 0.0
        try:
            (folder / REFUSED).mkdir(exist_ok=True)
            if (folder / REFUSED).is_symlink():
                raise StartupError(f"--watch {folder}: {REFUSED}/ is a link; make it a folder of its own.")
        except OSError as error:
            raise StartupError(
                f"--watch {folder}: cannot be used ({error.strerror}); create it and let this user write there."
            ) from None

    def whole_files(self) -> list[Dropped]:
        """The shops' files that are whole, the oldest first; see `Lookout`.

        Links and what is nobody's are refused, and old moves tried again.

        Raises OSError when the folder cannot be read.
        """
        self._move_waiting()
        files, links = self._lookout.look(self._waiting.keys())
        for path in links:
            if path not in self._waiting:
                self._refuse(path, shown(path), None, LINK)
        for file in files:
            if not file.shop and self.may_be_taken(file):
                self._refuse(file.path, file.name, file.state, NOBODYS)
        return [file for file in files if file.shop]

    def may_be_taken(self, file: Dropped) -> bool:
        """Whether a whole file is still as it was seen, and nobody has it open for writing; says so once if one has."""
        if FileState.of(file.path) != file.state:
            return False
        if not is_being_written(file.path):
            return True
        self._lookout.tell(file.path, "it has not changed, but somebody has it open for writing; it is not taken yet")
        return False

    def finish(self, file: Dropped, report: list[str], *, refused: bool) -> Moved:
        """Move a file that was read to `done/` or `refused/`, unless it has changed meanwhile."""
        return self._move(_Move(file.path, file.name, file.state, REFUSED if refused else DONE, tuple(report)))

    def _refuse(self, path: Path, name: str, state: FileState | None, reason: str) -> None:
        log.warning("file refused", file=name, reason=reason)
        metrics.FEED_FILES.labels("refused").inc()
        self._move(_Move(path, name, state, REFUSED, (f"{name}: {reason}",)))

    def _move(self, move: _Move) -> Moved:
        if move.state != FileState.of(move.path):
            self._waiting.pop(move.path, None)
            return Moved.CHANGED
        # A shop sends the same name every night: the time keeps them apart.
        stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime()) + f".{time.time_ns() % 1_000_000_000:09d}"
        target = move.path.parent / move.folder / f"{stamp}-{shortened(shown(move.path))}"
        report = target.with_name(target.name + REPORT)
        try:
            target.parent.mkdir(exist_ok=True)
            if target.parent.is_symlink():
                raise OSError(errno.ELOOP, f"{move.folder}/ is a link")
            _write(report, move)
            move.path.rename(target)
        except OSError as error:
            _forget(report)
            if not os.path.lexists(move.path):
                self._waiting.pop(move.path, None)
                return Moved.CHANGED
            if move.path not in self._waiting:
                log.error("file cannot be moved", file=move.name, to=move.folder, fault=str(error.strerror))
            self._waiting[move.path] = move
            metrics.FEED_UNMOVED.set(len(self._waiting))
            return Moved.WAITS
        self._waiting.pop(move.path, None)
        metrics.FEED_UNMOVED.set(len(self._waiting))
        return Moved.MOVED

    def _move_waiting(self) -> None:
        if self._waiting and time.monotonic() >= self._again_at:
            self._again_at = time.monotonic() + MOVE_AGAIN_S
            for move in list(self._waiting.values()):
                self._move(move)


def shortened(name: str) -> str:
    """The name within 200 bytes, its ending kept."""
    if len(name.encode()) <= LONGEST_NAME:
        return name
    half = (LONGEST_NAME - len("…".encode())) // 2
    whole = name.encode()
    return whole[:half].decode("utf-8", "ignore") + "…" + whole[-half:].decode("utf-8", "ignore")


def _write(report: Path, move: _Move) -> None:
    """Write the report, or say in the log what it would have said: a full disk must not keep the file here."""
    try:
        report.write_text("\n".join(move.report) + "\n", encoding="utf-8", errors="replace")
    except OSError as error:
        _forget(report)
        log.error("report cannot be written", file=move.name, fault=str(error.strerror), report=list(move.report[:10]))


def _forget(report: Path) -> None:
    with contextlib.suppress(OSError):
        report.unlink(missing_ok=True)
