"""Where the files of topics live: each process has a directory of its own, which the next one takes over."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from bot.state.disk.database import SETTING, BrokenFileError, Database
from bot.state.disk.view import DiskView, OnGone
from ops.errors import StartupError
from ops.kafka import Kafka
from pipeline.contracts.topics import Topic
from pipeline.kafka.topic_follower import OnBatch, OnRecord

# How many processes may share a directory.
PROCESSES = 16


class StateFiles:
    """The views of a process, each over a file of its own in one directory."""

    def __init__(self, kafka: Kafka, directory: Path) -> None:
        self._kafka = kafka
        self._directory = directory
        self._views: list[DiskView] = []

    @property
    def fault(self) -> BrokenFileError | None:
        """A file that was found to be damaged while it was read: only a new process can make it anew."""
        return next((view.fault for view in self._views if view.fault is not None), None)

    def view(
        self,
        topic: Topic,
        on_record: OnRecord | None = None,
        *,
        on_batch: OnBatch | None = None,
        on_gone: OnGone | None = None,
    ) -> DiskView:
        """See `DiskView`; to be followed. Raises StartupError."""
        made = DiskView(self._kafka, topic, self._directory, on_record, on_batch=on_batch, on_gone=on_gone)
        self._views.append(made)
        return made

    def database(self, topic: Topic, *, anew: bool = False) -> Database:
        """The file of a topic for who follows it otherwise; emptied with `anew`. Raises StartupError."""
        path = self._directory / f"{topic.name}.sqlite"
        return Database.anew(path, topic.name) if anew else Database.open(path, topic.name)


@contextlib.contextmanager
def open_files(kafka: Kafka, directory: Path) -> Iterator[StateFiles]:
    """The files below this directory that no other process has. Raises StartupError."""
    with claimed(directory) as path:
        yield StateFiles(kafka, path)


@contextlib.contextmanager
def claimed(directory: Path) -> Iterator[Path]:
    """A directory below this one that no other process has, mode 700; the first that is free. Raises StartupError."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        path, lock = _claim(directory)
    except OSError as error:
        raise StartupError(f"{SETTING}: cannot write to {directory} ({error.strerror}).") from None
    try:
        yield path
    finally:
        os.close(lock)


def _claim(directory: Path) -> tuple[Path, int]:
    for number in range(PROCESSES):
        path = directory / f"state-{number}"
        path.mkdir(exist_ok=True, mode=0o700)
        lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            continue
        return path, lock
    raise StartupError(f"{SETTING}: {directory} is used by {PROCESSES} processes already; stop one.")
