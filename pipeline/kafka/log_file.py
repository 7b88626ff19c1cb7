"""A SQLite file of what was read of a log: whatever is wrong with it, it can be made again from Kafka."""

import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path


def open_log_file(
    path: Path, tables: str, version: int, *, wait_s: float, pragmas: Sequence[str] = (), rows: str = ""
) -> sqlite3.Connection:
    """A connection to the file with these tables; one that is damaged, or of another version, is begun anew, empty.

    The folder is made. `pragmas` are set before there are tables, `rows` is what tables of this version begin with.
    Nothing is in a transaction until one is begun. Raises OSError, and sqlite3.OperationalError when the file cannot be
    opened or written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connect = partial(_connected, path, tables, version, wait_s=wait_s, pragmas=pragmas, rows=rows)
    try:
        return connect()
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        for name in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
            name.unlink(missing_ok=True)
        return connect()


def _connected(
    path: Path, tables: str, version: int, *, wait_s: float, pragmas: Sequence[str], rows: str
) -> sqlite3.Connection:
    base = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=wait_s)
    try:
        for pragma in pragmas:
            base.execute(f"pragma {pragma}")
        base.execute("pragma journal_mode = wal")
        # A lost power supply may cost the last commits: they are read again from Kafka, whose position went with them.
        base.execute("pragma synchronous = normal")
        base.executescript(tables)
        (found,) = base.execute("pragma user_version").fetchone()
        if found not in {0, version}:
            raise sqlite3.DatabaseError(f"version {found}")
        base.execute(f"pragma user_version = {version}")
        base.executescript(rows)
    except BaseException:
        base.close()
        raise
    return base
