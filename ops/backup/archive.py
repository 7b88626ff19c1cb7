"""One topic, or one table, as a stream: gzip of JSON lines, a head, a line a record, and a last line with their number.

Keys, values and headers of a record are base64; a tombstone's value is null. A row is a JSON object. A stream that
broke off, or was changed, is found out.
"""

import base64
import contextlib
import gzip
from collections.abc import Iterator
from typing import IO

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from ops.backup.sealing import Sink
from ops.errors import StartupError

SUFFIX = ".jsonl.gz"
FORMAT = 2
LONGEST_LINE = 64 << 20
"""Kafka's largest message in base64 is 6 MB; beyond this it is no archive of ours."""


class ArchiveHead(BaseModel):
    """What the stream holds: a topic's records, or a table's rows in `columns`, as Spark's SQL writes them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    topic: str = ""
    partitions: int = 0
    table: str = ""
    columns: str = ""
    taken_at: str

    @property
    def name(self) -> str:
        return self.topic or self.table


class ArchivedRecord(BaseModel):
    """One message as it was in Kafka; bytes are base64."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    partition: int
    timestamp_ms: int
    key: str | None
    value: str | None
    headers: tuple[tuple[str, str], ...]


class Tail(BaseModel):
    """The end of a complete stream."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    records: int


class Writer:
    """Writes records or rows to an archive; used by `writing`."""

    def __init__(self, file: gzip.GzipFile) -> None:
        self._file = file
        self.records = 0

    def line(self, line: ArchiveHead | Tail) -> None:
        self._file.write(orjson.dumps(line.model_dump()) + b"\n")

    def write(self, record: ArchivedRecord) -> None:
        self.row(orjson.dumps(record.model_dump()))

    def row(self, line: bytes) -> None:
        """A JSON object without a line break."""
        self._file.write(line + b"\n")
        self.records += 1


@contextlib.contextmanager
def writing(raw: Sink, head: ArchiveHead) -> Iterator[Writer]:
    """A new archive into `raw`; its last line is written only when the block ends well."""
    # As a file's name would be, the stream's is left out of gzip's head.
    packed = gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0)  # type: ignore[call-overload]
    writer = Writer(packed)
    writer.line(head)
    yield writer
    writer.line(Tail(records=writer.records))
    packed.close()


class Reader:
    """An archive that is read once, from its head to its end. `place` is what faults call it."""

    def __init__(self, raw: IO[bytes], place: str) -> None:
        self._place = place
        with faults(place):
            self._file = gzip.GzipFile(fileobj=raw)
            self.head = _head(self._line())

    def rows(self) -> Iterator[bytes]:
        """Every line between head and tail. Raises StartupError when anything is missing or damaged."""
        with faults(self._place):
            count, before = 0, b""
            while line := self._line():
                if before:
                    yield before
                    count += 1
                before = line
            said = Tail.model_validate_json(before).records
            if said != count:
                raise ValueError(f"{count} records instead of {said}")

    def records(self) -> Iterator[ArchivedRecord]:
        """Every record, in the order in which it was read from its partition. Raises StartupError as `rows` does."""
        with faults(self._place):
            for line in self.rows():
                yield ArchivedRecord.model_validate_json(line)

    def verify(self) -> int:
        """Read to the end; the number of records or rows. Raises StartupError as `rows` does."""
        return sum(1 for _ in (self.records() if self.head.topic else self.rows()))

    def _line(self) -> bytes:
        line = self._file.readline(LONGEST_LINE)
        if len(line) == LONGEST_LINE:
            raise ValueError("a line is longer than any that was ever written")
        return line.rstrip(b"\n")


@contextlib.contextmanager
def faults(place: str) -> Iterator[None]:
    """Turn what can be wrong with a file of a backup into StartupError that names it."""
    try:
        yield
    except ValidationError as error:
        reason = f"a line is not what it should be, {error.errors()[0]['msg']}"
        raise StartupError(f"{place} is not a complete backup ({reason}); take another copy of it.") from None
    except (OSError, EOFError, ValueError) as error:
        raise StartupError(f"{place} is not a complete backup ({error}); take another copy of it.") from None


def pack(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode("ascii")


def unpack(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text, validate=True)


def _head(line: bytes) -> ArchiveHead:
    said = orjson.loads(line or b"null")
    if isinstance(said, dict) and said.get("format") != FORMAT:
        raise ValueError(f"it has format {said.get('format')}, and this version reads {FORMAT}")
    return ArchiveHead.model_validate(said)
