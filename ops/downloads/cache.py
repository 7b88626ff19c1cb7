"""Where downloaded servers are kept: one place for all stacks of a machine."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

CACHE_NAME = "XDG_CACHE_HOME"
# root's home is closed to the user that Elasticsearch runs as.
ROOTS_CACHE = Path("/var/cache")


def cache_directory() -> Path:
    """The cache, made when missing: $XDG_CACHE_HOME/yarmarka, else /var/cache for root, else ~/.cache."""
    named = os.environ.get(CACHE_NAME)
    base = Path(named) if named else ROOTS_CACHE if os.geteuid() == 0 else Path.home() / ".cache"
    path = base / "yarmarka"
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path`; another process (or thread) that wants it waits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
