"""A directory for what a session spills to the disk, gone with its process however that ends."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

LOCK = "in-use.lock"


@contextmanager
def scratch(root: Path) -> Iterator[Path]:
    """A new directory below `root`, removed with the block. What those who were killed left there is removed before."""
    root.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        # One at a time: a directory that was made a moment ago is not in use yet.
        with root.with_name(f"{root.name}.lock").open("a") as one:
            fcntl.flock(one, fcntl.LOCK_EX)
            for left in root.iterdir():
                if not _in_use(left):
                    _remove(left)
            home = Path(tempfile.mkdtemp(prefix="session-", dir=root))
            # The operating system's, so it ends with this process.
            fcntl.flock(held.enter_context((home / LOCK).open("a")), fcntl.LOCK_EX)
        try:
            yield home
        finally:
            _remove(home)


def _in_use(path: Path) -> bool:
    try:
        with (path / LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
