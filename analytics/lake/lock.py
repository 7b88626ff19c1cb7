"""One writer of the lake at a time, whichever process of this host it is in."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ops.settings import Settings


@contextmanager
def lake_lock(settings: Settings, on_wait: Callable[[str], None]) -> Iterator[None]:
    """Hold the lake for writing; waits for whoever holds it now, and calls `on_wait` once with a line that says so.

    A deletion clears away whatever no commit names yet: nobody may be writing meanwhile. The lock is the operating
    system's, so it ends with its process, however that ends.
    """
    path = settings.stack_dir / "run" / "lake.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait("waiting for another job")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
