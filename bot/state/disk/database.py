"""The file of one topic: the newest value of each key, and up to where the topic is in it, in one transaction.

SQLite, measured beside RocksDB with 300,000 lists of recommendations: it has no service threads and half the memory,
opens after a kill ten times as fast, takes two thirds of the disk, and writes over what is deleted. RocksDB writes
nearly twice as fast, which counts only when a file is made anew.
"""

import contextlib
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import NamedTuple, Self

from ops import logs
from ops.errors import StartupError
from pipeline.kafka.log_position import LogNote
from pipeline.kafka.position_check import Noted

log = logs.get_logger(__name__)
SETTING = "YARMARKA_BOT__STATE_DIR"
# Raise it with every change of SCHEMA: a file of another version is made anew from Kafka.
VERSION = 2
SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (key BLOB NOT NULL PRIMARY KEY, life INTEGER NOT NULL, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS marks (key BLOB NOT NULL, mark BLOB NOT NULL, PRIMARY KEY (key, mark)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_mark ON marks (mark);
CREATE TABLE IF NOT EXISTS positions (
    number INTEGER PRIMARY KEY, position INTEGER NOT NULL, topic_id TEXT NOT NULL, epoch INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS state (
    id INTEGER PRIMARY KEY CHECK (id = 0), topic TEXT NOT NULL, life INTEGER NOT NULL, whole INTEGER NOT NULL,
    seen REAL NOT NULL);
"""
BUSY_S = 30.0
WRITER_CACHE_KIB = 8_192
READER_CACHE_KIB = 4_096
WAL_BYTES = 16 << 20
# JSON begins with a brace, and this with an x.
COMPRESSED = b"\x78"
COMPRESSED_FROM = 512
FIRST_LIFE = 1
SUFFIXES = ("", "-wal", "-shm")


class Change(NamedTuple):
    """A key with its newest value; None deletes it. `marks` are those by which it is found; None: as they were."""

    key: bytes
    value: bytes | None
    marks: tuple[bytes, ...] | None = None


class BrokenFileError(StartupError):
    """What is in the file cannot be read: it is made anew at the next start."""


@dataclass(frozen=True, slots=True)
class _Connections:
    """Two of one file, so that who reads never waits for a write."""

    reader: sqlite3.Connection
    writer: sqlite3.Connection

    def close(self) -> None:
        self.reader.close()
        self.writer.close()


class Database:
    """Reads are made by one thread, writes by any, one at a time.

    Every method raises BrokenFileError when the file is damaged, and sqlite3.OperationalError when the disk is full or
    fails. What is deleted is overwritten with zeros; `truncate` lets go of what the journal still has of it.
    """

    def __init__(self, path: Path, connections: _Connections) -> None:
        self._path = path
        self._reader = connections.reader
        self._writer = connections.writer
        self._connections = connections
        self._lock = Lock()
        self._life, self._whole = self._read_lives()

    @classmethod
    def open(cls, path: Path, topic: str) -> Self:
        """The file of this topic; one that is damaged, or of another version, is begun anew. Raises StartupError."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if _mark(path).exists():
                _remove(path)
            try:
                return cls(path, _connected(path, topic))
            except (sqlite3.DatabaseError, BrokenFileError) as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                log.error("state_file_made_anew", file=str(path), fault=str(error), mended="all is read from Kafka")
                _remove(path)
                return cls(path, _connected(path, topic))
        except (OSError, sqlite3.Error) as error:
            raise StartupError(f"{SETTING}: cannot write to {path.parent} ({error}).") from None

    @classmethod
    def anew(cls, path: Path, topic: str) -> Self:
        """An empty file in the place of the one that was there. Raises StartupError."""
        try:
            _remove(path)
        except OSError as error:
            raise StartupError(f"{SETTING}: cannot write to {path.parent} ({error}).") from None
        return cls.open(path, topic)

    def close(self) -> None:
        with self._lock:
            self._connections.close()

    @property
    def path(self) -> Path:
        return self._path

    @property
    def whole(self) -> bool:
        """Whether everything that the topic held at some moment is in the file."""
        return self._whole == self._life

    def size(self) -> int:
        """Bytes on disk."""
        paths = (self._path.with_name(self._path.name + suffix) for suffix in SUFFIXES)
        return sum(path.stat().st_size for path in paths if path.exists())

    def positions(self) -> dict[int, Noted]:
        """By partition: up to where the topic is in the file, and of which log that is true."""
        rows = self._read("SELECT number, position, topic_id, epoch FROM positions")
        return {number: (position, LogNote(topic_id, epoch)) for number, position, topic_id, epoch in rows}

    def away_s(self) -> float:
        """Seconds since the file was last known to be up to date."""
        return time.time() - float(self._read("SELECT seen FROM state")[0][0])

    def get(self, key: bytes) -> bytes | None:
        """The newest value of the key."""
        found = self._read("SELECT value FROM entries WHERE key = ?", key)
        return self._unpacked(found[0][0]) if found else None

    def has(self, key: bytes) -> bool:
        """Whether there is such a key."""
        return bool(self._read("SELECT 1 FROM entries WHERE key = ?", key))

    def page(self, start: bytes, end: bytes, size: int) -> list[tuple[bytes, bytes]]:
        """The first keys from `start`, and before `end`, with their values, in the order of their bytes."""
        rows = self._read(
            "SELECT key, value FROM entries WHERE key >= ? AND key < ? ORDER BY key LIMIT ?", start, end, size
        )
        return [(key, self._unpacked(value)) for key, value in rows]

    def marked(self, mark: bytes) -> list[bytes]:
        """The keys that have the mark."""
        return [key for (key,) in self._read("SELECT key FROM marks WHERE mark = ?", mark)]

    def count(self, start: bytes, end: bytes) -> int:
        """How many keys there are from `start`, and before `end`; costs their number."""
        return int(self._read("SELECT count(*) FROM entries WHERE key >= ? AND key < ?", start, end)[0][0])

    def total(self) -> int:
        """How many keys there are; costs their number, and may be asked from any thread."""
        with self._lock, _marking_damage(self._path):
            return int(self._writer.execute("SELECT count(*) FROM entries").fetchone()[0])

    def write(self, changes: Iterable[Change], positions: Mapping[int, int], notes: Mapping[int, LogNote]) -> None:
        """Take over the changes, and that everything before these positions is in the file: all of it or nothing."""
        ordered = sorted(changes, key=lambda one: one.key)
        with self._lock, _marking_damage(self._path), self._writer as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO entries VALUES (?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value, life = excluded.life",
                ((one.key, self._life, _packed(one.value)) for one in ordered if one.value is not None),
            )
            connection.executemany(
                "DELETE FROM entries WHERE key = ?", ((one.key,) for one in ordered if one.value is None)
            )
            connection.executemany(
                "DELETE FROM marks WHERE key = ?", ((one.key,) for one in ordered if one.marks is not None)
            )
            connection.executemany(
                "INSERT OR IGNORE INTO marks VALUES (?, ?)",
                ((one.key, mark) for one in ordered for mark in one.marks or ()),
            )
            connection.executemany(
                "INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?)",
                [(number, at, notes[number].topic_id, notes[number].epoch) for number, at in positions.items()],
            )
            connection.execute("UPDATE state SET seen = ?", (time.time(),))

    def begin_again(self) -> None:
        """The topic is read from its beginning: what it does not bring any more is `left_over` afterwards."""
        with self._lock, _marking_damage(self._path), self._writer as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM positions")
            connection.execute("UPDATE state SET life = life + 1")
        self._life, self._whole = self._read_lives()

    def left_over(self, size: int) -> list[bytes]:
        """Keys that were there before `begin_again` and have not come since."""
        if self._life == FIRST_LIFE:
            return []
        query = "SELECT key FROM entries WHERE life < ? LIMIT ?"
        with self._lock, _marking_damage(self._path):
            return [key for (key,) in self._writer.execute(query, (self._life, size)).fetchall()]

    def note_whole(self) -> None:
        """Everything that is in the topic is in the file."""
        with self._lock, _marking_damage(self._path), self._writer as connection:
            connection.execute("UPDATE state SET whole = life")
        self._life, self._whole = self._read_lives()

    def truncate(self) -> None:
        """Bring everything from the journal into the file, and empty the journal."""
        with self._lock, _marking_damage(self._path):
            (busy, *_) = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise sqlite3.OperationalError("somebody reads the file for so long that its journal cannot be emptied")

    def _unpacked(self, value: bytes) -> bytes:
        with _marking_damage(self._path):
            return zlib.decompress(value) if value.startswith(COMPRESSED) else value

    def _read_lives(self) -> tuple[int, int]:
        life, whole = self._read("SELECT life, whole FROM state")[0]
        return int(life), int(whole)

    def _read(self, query: str, *values: bytes | int) -> list[tuple]:  # type: ignore[type-arg] # rows of any shape
        with _marking_damage(self._path):
            return self._reader.execute(query, values).fetchall()


@contextlib.contextmanager
def _marking_damage(path: Path) -> Iterator[None]:
    """Marks a damaged file, so that the next start makes it anew."""
    try:
        yield
    except (sqlite3.DatabaseError, zlib.error) as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        _mark(path).touch(mode=0o600)
        raise BrokenFileError(f"{path} is damaged ({error}); the next start makes it anew from Kafka.") from error


def _connected(path: Path, topic: str) -> _Connections:
    writer = _connection(path, WRITER_CACHE_KIB)
    try:
        writer.executescript(SCHEMA)
        (version,) = writer.execute("PRAGMA user_version").fetchone()
        if version not in {0, VERSION}:
            raise BrokenFileError(f"it is of version {version}, this is {VERSION}")
        writer.execute(f"PRAGMA user_version = {VERSION}")
        writer.execute("INSERT OR IGNORE INTO state VALUES (0, ?, ?, 0, ?)", (topic, FIRST_LIFE, time.time()))
        (kept,) = writer.execute("SELECT topic FROM state").fetchone()
        if kept != topic:
            raise BrokenFileError(f"it is of the topic {kept}")
        path.chmod(0o600)
        return _Connections(_connection(path, READER_CACHE_KIB), writer)
    except BaseException:
        writer.close()
        raise


def _connection(path: Path, cache_kib: int) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA cache_size = -{cache_kib}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")
        # A power cut loses the last transactions whole; they are read again from Kafka.
        connection.execute("PRAGMA synchronous = NORMAL")
        # What people have deleted is overwritten.
        connection.execute("PRAGMA secure_delete = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _mark(path: Path) -> Path:
    return path.with_name(path.name + ".broken")


def _remove(path: Path) -> None:
    for suffix in (*SUFFIXES, ".broken"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _packed(value: bytes) -> bytes:
    if len(value) < COMPRESSED_FROM and not value.startswith(COMPRESSED):
        return value
    return zlib.compress(value, 1)
