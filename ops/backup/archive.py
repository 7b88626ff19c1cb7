"""One topic in a file: gzip of JSON lines, a head, one line a record, and a last line with their number.

Keys, values and headers are base64; a tombstone's value is null. A file that broke off, or was changed, is found out.
"""

import base64
import contextlib
import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from ops.errors import StartupError

SUFFIX = ".jsonl.gz"
FORMAT = 1


class ArchiveHead(BaseModel):
    """What the file holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    topic: str
    partitions: int
    taken_at: str


class ArchivedRecord(BaseModel):
    """One message as it was in Kafka; bytes are base64."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    partition: int
    timestamp_ms: int
    key: str | None
    value: str | None
    headers: tuple[tuple[str, str], ...]


class Tail(BaseModel):
    """The end of a complete file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    records: int


class Writer:
    """Writes records to an archive; used by `writing`."""

    def __init__(self, file: gzip.GzipFile) -> None:
        self._file = file
        self.records = 0

    def line(self, line: ArchiveHead | ArchivedRecord | Tail) -> None:
        self._file.write(orjson.dumps(line.model_dump()) + b"\n")

    def write(self, record: ArchivedRecord) -> None:
        self.line(record)
        self.records += 1


@contextlib.contextmanager
def writing(path: Path, head: ArchiveHead) -> Iterator[Writer]:
    """A new archive, mode 600; it gets its name only when it is complete and on the disk."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0) as packed:
                writer = Writer(packed)
                writer.line(head)
                yield writer
                writer.line(Tail(records=writer.records))
            raw.flush()
            os.fsync(raw.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def head_of(path: Path) -> ArchiveHead:
    """The head alone. Raises StartupError when the file is no archive."""
    with _faults(path), gzip.open(path) as file:
        return _head(file.readline())


def verify(path: Path) -> int:
    """Read the whole file; the number of its records. Raises StartupError when anything is missing or damaged."""
    return sum(1 for _ in records(path))


def records(path: Path) -> Iterator[ArchivedRecord]:
    """Every record, in the order in which it was read from its partition. Raises StartupError as `verify` does."""
    with _faults(path), gzip.open(path) as file:
        _head(file.readline())
        count, before = 0, b""
        for line in file:
            if before:
                yield ArchivedRecord.model_validate_json(before)
                count += 1
            before = line
        if Tail.model_validate_json(before).records != count:
            raise ValueError(f"{count} records instead of {Tail.model_validate_json(before).records}")


def pack(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode("ascii")


def unpack(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text, validate=True)


def _head(line: bytes) -> ArchiveHead:
    head = ArchiveHead.model_validate_json(line)
    if head.format != FORMAT:
        raise ValueError(f"it has format {head.format}, and this version reads {FORMAT}")
    return head


@contextlib.contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        reason = f"a line is not what it should be, {error.errors()[0]['msg']}"
        raise StartupError(f"{path} is not a complete backup ({reason}); take another copy of it.") from None
    except (OSError, EOFError, ValueError) as error:
        raise StartupError(f"{path} is not a complete backup ({error}); take another copy of it.") from None
