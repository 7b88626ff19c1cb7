"""Which dead letters are open, and how many of what kind: on disk, so that memory does not grow with their number.

A letter is known by its place in the topic and a mark of its key; the letter itself stays in Kafka. What was counted
and the position up to which the topic was counted are written in one transaction: after a kill it goes on from there.
"""

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Self

import orjson

from ops import logs
from ops.errors import StartupError
from pipeline.kafka.log_position import LogNote
from pipeline.kafka.read_to_end import Record

log = logs.get_logger(__name__)
MEMORY = Path(":memory:")
BUSY_S = 30.0
CACHE_KIB = 4096
SETTLES = "settles"
JOB = "job"
OUTCOME = "outcome"

# Numbers stand for names, and no index is there that another can do for: half a million letters take 40 MB.
SCHEMA = """
CREATE TABLE IF NOT EXISTS reasons (id INTEGER PRIMARY KEY, reason TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS kinds (
    id INTEGER PRIMARY KEY, reason INTEGER NOT NULL, topic TEXT NOT NULL, service TEXT NOT NULL,
    open INTEGER NOT NULL DEFAULT 0, UNIQUE (reason, topic, service));
CREATE TABLE IF NOT EXISTS letters (
    name BLOB PRIMARY KEY, offset INTEGER NOT NULL, kind INTEGER NOT NULL, reason INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_reason ON letters (reason, offset);
CREATE TABLE IF NOT EXISTS settled (
    job TEXT NOT NULL, outcome TEXT NOT NULL, letters INTEGER NOT NULL, offset INTEGER NOT NULL,
    PRIMARY KEY (job, outcome)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counted (
    id INTEGER PRIMARY KEY CHECK (id = 0), offset INTEGER NOT NULL, topic_id TEXT NOT NULL, epoch INTEGER NOT NULL);
"""
CLEAR = (
    "DELETE FROM reasons",
    "DELETE FROM kinds",
    "DELETE FROM letters",
    "DELETE FROM settled",
    "DELETE FROM counted",
)
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many letters of a kind are open; `topic` is where a replay would send them, empty for rows of a feed."""

    reason: str
    topic: str
    service: str
    open: int


@dataclass(frozen=True, slots=True)
class CountedUpto:
    """Up to which offset the topic was counted, and of which log that is true."""

    offset: int
    note: LogNote


class LetterIndex:
    """The open letters by reason and offset, their numbers by kind, and what became of the letters of each job.

    Every method may be called from any thread; several processes may count into one file.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = Lock()

    @classmethod
    def open(cls, path: Path) -> Self:
        """The index in this file; one that cannot be read is begun anew. Raises StartupError."""
        try:
            if path != MEMORY:
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                return cls(_connected(path))
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                log.warning("the index of dead letters is made again", path=str(path), fault=str(error))
                for suffix in ("", "-wal", "-shm"):
                    path.with_name(path.name + suffix).unlink(missing_ok=True)
                return cls(_connected(path))
        except (OSError, sqlite3.Error) as error:
            raise StartupError(f"YARMARKA_STACK_DIR: cannot write to {path.parent} ({error}).") from None

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def counted(self) -> CountedUpto | None:
        """Up to where the topic was counted; None when it never was."""
        found = self._one("SELECT offset, topic_id, epoch FROM counted")
        return None if found is None else CountedUpto(found[0], LogNote(found[1], found[2]))

    def kinds(self) -> tuple[KindCount, ...]:
        """How many are open of each kind, the most first."""
        rows = self._all(
            "SELECT reasons.reason, topic, service, open FROM kinds JOIN reasons ON reasons.id = kinds.reason "
            "WHERE open > 0 ORDER BY open DESC, kinds.id"
        )
        return tuple(KindCount(*row) for row in rows)

    def page(self, reason: str, skip: int, size: int) -> tuple[int, ...]:
        """Offsets of the open letters of a reason, the oldest first."""
        return self._offsets(
            "SELECT offset FROM letters WHERE reason = ? ORDER BY offset LIMIT ? OFFSET ?",
            self._number(reason),
            size,
            skip,
        )

    def after(self, reason: str, offset: int, upto: int, size: int) -> tuple[int, ...]:
        """Offsets of the open letters of a reason that come after `offset`, and not after `upto`, in their order."""
        return self._offsets(
            "SELECT offset FROM letters WHERE reason = ? AND offset > ? AND offset <= ? ORDER BY offset LIMIT ?",
            self._number(reason), offset, upto, size,
        )  # fmt: skip

    def open_upto(self, reason: str, upto: int) -> int:
        """How many letters of a reason are open that do not come after `upto`."""
        found = self._one("SELECT count(*) FROM letters WHERE reason = ? AND offset <= ?", self._number(reason), upto)
        return found[0] if found else 0

    def last(self, reason: str) -> int:
        """The offset of the newest open letter of a reason; -1 when there is none."""
        found = self._one("SELECT max(offset) FROM letters WHERE reason = ?", self._number(reason))
        return -1 if found is None or found[0] is None else found[0]

    def find(self, source: str) -> int | None:
        """Where the open letter with this source is."""
        found = self._one("SELECT offset FROM letters WHERE name = ?", _name(source.encode()))
        return None if found is None else found[0]

    def still_open(self, places: Sequence[tuple[str, int]]) -> frozenset[int]:
        """Of letters, given by source and offset, the offsets of those that are open; a source may be used again."""
        return frozenset(offset for source, offset in places if self.find(source) == offset)

    def settled(self, job: str) -> dict[str, int]:
        """What became of the letters that this job has settled, by outcome; each letter counts once."""
        return dict(self._all("SELECT outcome, letters FROM settled WHERE job = ?", job))

    def take(self, records: Sequence[Record], position: int, note: LogNote) -> None:
        """Count records of the topic in their order, up to `position`; what was counted before is passed over."""
        with self._lock, self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            before = connection.execute("SELECT offset FROM counted").fetchone()
            known = before[0] if before else 0
            for record in records:
                if record.offset >= known:
                    _count(connection, record)
            connection.execute(
                "INSERT OR REPLACE INTO counted VALUES (0, ?, ?, ?)", (max(known, position), note.topic_id, note.epoch)
            )

    def forget_before(self, offset: int) -> int:
        """Let go of letters that Kafka no longer keeps; how many they were."""
        with self._lock, self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            gone = 0
            for (reason,) in connection.execute("SELECT id FROM reasons").fetchall():
                old = connection.execute(
                    "SELECT kind, count(*) FROM letters WHERE reason = ? AND offset < ? GROUP BY kind", (reason, offset)
                ).fetchall()
                for kind, letters in old:
                    connection.execute("UPDATE kinds SET open = open - ? WHERE id = ?", (letters, kind))
                    gone += letters
                connection.execute("DELETE FROM letters WHERE reason = ? AND offset < ?", (reason, offset))
            connection.execute("DELETE FROM settled WHERE offset < ?", (offset,))
        return gone

    def clear(self) -> None:
        """Forget everything: the topic is another one."""
        with self._lock, self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            for statement in CLEAR:
                connection.execute(statement)

    def _number(self, reason: str) -> int:
        found = self._one("SELECT id FROM reasons WHERE reason = ?", reason)
        return UNKNOWN if found is None else found[0]

    def _offsets(self, query: str, *values: str | int) -> tuple[int, ...]:
        return tuple(offset for (offset,) in self._all(query, *values))

    def _all(self, query: str, *values: str | int | bytes) -> list[tuple]:  # type: ignore[type-arg] # rows of any shape
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def _one(self, query: str, *values: str | int | bytes) -> tuple | None:  # type: ignore[type-arg]
        found = self._all(query, *values)
        return found[0] if found else None


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute("PRAGMA journal_mode = WAL")
        # A power cut loses the last transactions whole; they are counted again.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(SCHEMA)
    except BaseException:
        connection.close()
        raise
    return connection


def _count(connection: sqlite3.Connection, record: Record) -> None:
    name = _name(record.key or b"")
    if record.value is None:
        _close(connection, record, name)
        return
    kind = _kind(record.value)
    if kind is None:
        log.error("dead letter not understood", offset=record.offset)
        return
    _remove(connection, name)
    reason, topic, service = kind
    connection.execute("INSERT OR IGNORE INTO reasons (reason) VALUES (?)", (reason,))
    (number,) = connection.execute("SELECT id FROM reasons WHERE reason = ?", (reason,)).fetchone()
    (kind_number,) = connection.execute(
        "INSERT INTO kinds (reason, topic, service, open) VALUES (?, ?, ?, 1) "
        "ON CONFLICT (reason, topic, service) DO UPDATE SET open = open + 1 RETURNING id",
        (number, topic, service),
    ).fetchone()
    connection.execute("INSERT INTO letters VALUES (?, ?, ?, ?)", (name, record.offset, kind_number, number))


def _close(connection: sqlite3.Connection, record: Record, name: bytes) -> None:
    headers = dict(record.headers)
    upto = headers.get(SETTLES, b"")
    # A source that was used again: the newer letter is not the one that was settled.
    if not _remove(connection, name, int(upto) if upto.isdigit() else None):
        return
    job, outcome = (
        headers.get(JOB, b"").decode("utf-8", "replace"),
        headers.get(OUTCOME, b"").decode("utf-8", "replace"),
    )
    if job:
        connection.execute(
            "INSERT INTO settled VALUES (?, ?, 1, ?) "
            "ON CONFLICT (job, outcome) DO UPDATE SET letters = letters + 1, offset = excluded.offset",
            (job, outcome, record.offset),
        )


def _remove(connection: sqlite3.Connection, name: bytes, upto: int | None = None) -> bool:
    found = connection.execute("SELECT offset, kind FROM letters WHERE name = ?", (name,)).fetchone()
    if found is None or (upto is not None and found[0] > upto):
        return False
    connection.execute("DELETE FROM letters WHERE name = ?", (name,))
    connection.execute("UPDATE kinds SET open = open - 1 WHERE id = ?", (found[1],))
    return True


def _kind(value: bytes) -> tuple[str, str, str] | None:
    """Reason, topic and service of a letter, without looking at the message in it; None when it is no letter."""
    try:
        fields = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(fields, dict) or not isinstance(fields.get("source"), str):
        return None
    kind = fields.get("reason"), fields.get("topic"), fields.get("service")
    return kind if all(isinstance(part, str) for part in kind) else None  # type: ignore[return-value]


def _name(key: bytes) -> bytes:
    return blake2b(key, digest_size=12).digest()


def tombstone_headers(offset: int, outcome: str, by: str, reason: str, job: str) -> list[tuple[str, bytes]]:
    """What the record that closes the letter at `offset` says: of which letter, how, by whom, why, in which job."""
    fields: Collection[tuple[str, str]] = (
        (SETTLES, str(offset)), (OUTCOME, outcome), ("by", by), ("reason", reason), (JOB, job)
    )  # fmt: skip
    return [(name, value.encode()) for name, value in fields]
