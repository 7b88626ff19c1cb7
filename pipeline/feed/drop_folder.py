"""A folder into which shops drop their files: each is fed once, then moved out of the way."""

import time
from dataclasses import dataclass
from pathlib import Path

from ops.errors import StartupError
from pipeline.feed.summary import Summary

SETTLE_S = 2.0
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ".partial")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file as it was when it was found to be complete."""

    path: Path
    size: int
    changed_ns: int


class DropFolder:
    """`done/` and `refused/` beside the files take what was dealt with, each with a report for the shop.

    A file is moved only after all of its rows are durable. A crash before that leaves it where it is, and it is
    fed again, which changes nothing. Raises StartupError when the folder cannot be used.
    """

    def __init__(self, folder: Path, settle_s: float = SETTLE_S) -> None:
        self._folder = folder
        self._settle = settle_s
        self._before: dict[Path, tuple[int, int]] = {}
        try:
            for name in ("done", "refused"):
                (folder / name).mkdir(exist_ok=True)
        except OSError as error:
            raise StartupError(
                f"--watch {folder}: cannot be used ({error.strerror}); create it and let this user write there."
            ) from None

    def complete(self) -> list[Dropped]:
        """Files that have not changed since the last look and for `settle_s` seconds, the oldest first.

        A file that is renamed into the folder is complete at the second look. Hidden files and those with an
        unfinished upload's ending are left alone.
        """
        now = time.time_ns()
        states = {path: state for path in self._folder.iterdir() if (state := _state(path)) is not None}
        quiet = [
            Dropped(path, *state)
            for path, state in states.items()
            if self._before.get(path) == state and now - state[1] >= self._settle * 1e9
        ]
        self._before = states
        return sorted(quiet, key=lambda file: (file.changed_ns, file.path.name))

    def finish(self, file: Dropped, summary: Summary) -> Path | None:
        """Move a file that was fed to `done/`; None, and nothing is moved, when it has changed meanwhile."""
        return self._move(file, "done", summary.report(file.path.name))

    def refuse(self, file: Dropped, reason: str) -> Path | None:
        """Move a file in which nothing can be read to `refused/`."""
        return self._move(file, "refused", [f"{file.path.name}: {reason}"])

    def _move(self, file: Dropped, folder: str, report: list[str]) -> Path | None:
        if _state(file.path) != (file.size, file.changed_ns):
            return None
        # A shop sends the same name every night: the time keeps them apart.
        stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime()) + f".{time.time_ns() % 1_000_000_000:09d}"
        target = self._folder / folder / f"{stamp}-{file.path.name}"
        target.with_name(target.name + ".report.txt").write_text("\n".join(report) + "\n", encoding="utf-8")
        file.path.rename(target)
        self._before.pop(file.path, None)
        return target


def _state(path: Path) -> tuple[int, int] | None:
    if path.name.startswith(".") or path.name.lower().endswith(UNFINISHED):
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns) if path.is_file() else None
