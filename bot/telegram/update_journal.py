"""Updates that were read and not handled yet, on disk: they may be confirmed to Telegram, which then sends others.

A line is appended when an update is kept and when kept ones are done; what was kept and is not done is read at the
next start. Everything survives a kill of the process; a power cut may take the last seconds. A process holds the lock
of its files; what another one of the same bot left behind is taken over.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import orjson

from ops.errors import StartupError
from ops.logs import get_logger

log = get_logger(__name__)
LIMIT_BYTES = 16 << 20
# Telegram itself keeps updates for a day.
KEPT_S = 24 * 3600.0
# How many processes may share a directory; each has files of its own.
FILES = 16

RawUpdate = dict[str, object]


class UpdateJournal:
    """What was read and is not handled. `bot_id` keeps the journals of bots apart that share a directory."""

    def __init__(
        self,
        directory: Path,
        bot_id: str,
        *,
        limit_bytes: int = LIMIT_BYTES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._limit = limit_bytes
        self._lines: dict[int, bytes] = {}
        self._done: list[int] = []
        self._met: set[int] = set()
        self._clock = clock
        self._failing = False
        self._size = 0
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path, self._lock, left = _claim(directory, f"updates-{bot_id}")
            for path in (self._path, *left):
                self._read(path, oldest=clock() - KEPT_S)
            self._file = self._opened()
        except OSError as error:
            raise StartupError(f"YARMARKA_STACK_DIR: cannot write to {directory} ({error.strerror}).") from None
        for path, lock in left.items():
            path.unlink(missing_ok=True)
            os.close(lock)

    def left(self) -> list[RawUpdate]:
        """What is kept and not done, in the order of the updates."""
        return [orjson.loads(self._lines[update_id])["update"] for update_id in sorted(self._lines)]

    def met(self) -> frozenset[int]:
        """What earlier lives wrote of, done or not: Telegram sends it again when it was not confirmed before a kill."""
        return frozenset(self._met)

    def keep(self, updates: Mapping[int, RawUpdate]) -> bool:
        """Keep updates until they are done; False when the disk, or the journal, has no room for them."""
        at = self._clock()
        lines = {number: orjson.dumps({"at": at, "update": raw}) + b"\n" for number, raw in updates.items()}
        block = b"".join(lines.values())
        try:
            if self._size + len(self._marks()) + len(block) > self._limit:
                self._compact()
            if self._size + len(block) > self._limit:
                return False
            self._append(self._marks() + block)
        except OSError as error:
            self._say(error)
            return False
        self._done.clear()
        self._failing = False
        self._lines |= lines
        return True

    def done(self, update_id: int) -> None:
        """The update was handled. It is on disk with the next that is kept, or with `flush`, whichever comes first."""
        if self._lines.pop(update_id, None) is not None:
            self._done.append(update_id)

    def flush(self) -> None:
        """Write what is done. Without room that is left out: it is only handled again after a kill."""
        try:
            if not self._lines:
                os.ftruncate(self._file, 0)
                self._size = 0
            else:
                self._append(self._marks())
        except OSError as error:
            self._say(error)
            return
        self._done.clear()

    def close(self) -> None:
        """Write what is done, and let another process have the files."""
        self.flush()
        os.close(self._file)
        os.close(self._lock)

    def _say(self, error: OSError) -> None:
        """Once, until there is room again."""
        if not self._failing:
            self._failing = True
            log.warning(
                "journal_of_updates_not_written", setting="YARMARKA_STACK_DIR", file=str(self._path), error=str(error)
            )

    def _marks(self) -> bytes:
        return orjson.dumps({"done": self._done}) + b"\n" if self._done else b""

    def _append(self, block: bytes) -> None:
        try:
            written = os.pwrite(self._file, block, self._size)
            if written < len(block):
                raise OSError(28, "No space left on device")
        except OSError:
            # Half a line must not run into the next one.
            os.ftruncate(self._file, self._size)
            raise
        self._size += len(block)

    def _opened(self) -> int:
        try:
            return self._rewritten()
        except OSError as error:
            # A full disk is no reason not to start: what is there stays, and new lines follow when there is room.
            log.warning("journal_not_rewritten", setting="YARMARKA_STACK_DIR", error=str(error))
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            self._size = os.fstat(file).st_size
            return file

    def _compact(self) -> None:
        file = self._rewritten()
        os.close(self._file)
        self._file = file

    def _rewritten(self) -> int:
        """The file anew, with what is not done; the old one stays until the new one is whole. Raises OSError."""
        fresh = self._path.with_suffix(".new")
        block = b"".join(self._lines.values())
        file = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            if os.pwrite(file, block, 0) < len(block):
                raise OSError(28, "No space left on device")
            fresh.replace(self._path)
        except OSError:
            os.close(file)
            raise
        self._size = len(block)
        self._done.clear()
        return file

    def _read(self, path: Path, oldest: float) -> None:
        if not path.exists():
            return
        for line in path.read_bytes().splitlines(keepends=True):
            try:
                self._take(orjson.loads(line), line, oldest)
            except (ValueError, LookupError, TypeError, AttributeError):
                # The last line of a process that was killed while it wrote.
                log.warning("journal_line_not_understood", file=str(path), length=len(line))

    def _take(self, entry: dict[str, object], line: bytes, oldest: float) -> None:
        done, update = entry.get("done"), entry.get("update")
        for number in done if isinstance(done, Iterable) else ():
            self._lines.pop(number, None)
            self._met.add(number)
        if isinstance(update, dict):
            at, number = entry["at"], update["update_id"]
            if isinstance(at, float) and isinstance(number, int) and at >= oldest:
                self._met.add(number)
                self._lines[number] = line.rstrip(b"\n") + b"\n"


def _claim(directory: Path, name: str) -> tuple[Path, int, dict[Path, int]]:
    """A journal for this process with its lock, and those that no process has any more, with theirs."""
    mine: tuple[Path, int] | None = None
    left: dict[Path, int] = {}
    for number in range(FILES):
        path = directory / f"{name}-{number}.journal"
        if (mine is None or path.exists()) and (lock := _locked(path.with_suffix(".lock"))) is not None:
            if mine is None:
                mine = path, lock
            else:
                left[path] = lock
    if mine is None:
        raise StartupError(f"YARMARKA_STACK_DIR: {directory} is used by {FILES} bots already; stop one.")
    return *mine, left


def _locked(path: Path) -> int | None:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock
