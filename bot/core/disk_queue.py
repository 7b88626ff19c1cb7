"""What must reach Kafka, but must not keep a person waiting: written to a file at once, sent when Kafka takes it.

The file is the queue. A line is appended before the answer goes out, the sender reads from the front, and the file
is emptied when everything in it was acknowledged. After a kill, what is in the file is sent again: entries carry an
id by which readers know a repeat.

What a full disk does not take waits in memory, for which there is a bound: while Kafka is there it costs nothing.
"""

import asyncio
import base64
import fcntl
import os
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import orjson
from aiokafka.errors import KafkaError
from pydantic import BaseModel

from ops import metrics
from ops.errors import StartupError
from ops.logs import get_logger
from pipeline.contracts.messages import encode

log = get_logger(__name__)
LIMIT_BYTES = 64 << 20
BATCH_BYTES = 256 << 10
# Some thousand entries; they are gone with the process.
MEMORY_BYTES = 2 << 20
RETRY_S = 2.0
# How many processes may share a directory; each has a file of its own.
FILES = 16

# Topic, key, value.
QueuedMessage = tuple[str, str, bytes]


class SendBatch(Protocol):
    """Sends (topic, key, value) entries; durable when it returns. Raises KafkaError."""

    async def __call__(self, entries: Sequence[QueuedMessage]) -> None: ...


class DiskQueue:
    """A bounded queue on disk in front of Kafka."""

    def __init__(
        self, directory: Path, send: SendBatch, *, limit_bytes: int = LIMIT_BYTES, retry_s: float = RETRY_S
    ) -> None:
        self._send = send
        self._limit = limit_bytes
        self._retry_s = retry_s
        self._file = _claim(directory)
        self._sent_to = 0
        self._written_to = os.fstat(self._file).st_size
        self._end_last_line()
        self._in_memory: deque[bytes] = deque()
        self._memory_bytes = 0
        self._waiting = _lines(self._file)
        self._more = asyncio.Event()
        self._empty = asyncio.Event()
        if self._waiting:
            log.info("disk_queue_found", entries=self._waiting)
            self._more.set()
        else:
            self._empty.set()
        metrics.REQUEST_SPOOL.set(self._waiting)

    @property
    def waiting(self) -> int:
        """Entries that Kafka has not acknowledged."""
        return self._waiting

    def note(self, topic: str, key: str, entry: BaseModel) -> bool:
        """Queue an entry; it survives a kill of this process, if the disk has room for it. False, and counted, when
        neither the file nor the memory takes it.
        """
        line = b"\t".join((topic.encode(), base64.b64encode(key.encode()), encode(entry))) + b"\n"
        if not self._keep(line):
            metrics.REQUESTS_DROPPED.inc()
            return False
        self._waiting += 1
        self._empty.clear()
        metrics.REQUEST_SPOOL.set(self._waiting)
        self._more.set()
        return True

    def _keep(self, line: bytes) -> bool:
        # Behind what waits in memory, so that the order stays.
        if self._in_memory:
            return self._remember(line)
        return self._written_to + len(line) <= self._limit and (self._append(line) or self._remember(line))

    def _append(self, line: bytes) -> bool:
        """Write the line behind the others; False when not all of it is there, and the next one takes its place."""
        try:
            written = os.pwrite(self._file, line, self._written_to) == len(line)
        except OSError as error:
            log.error("disk_queue_cannot_write", setting="YARMARKA_STACK_DIR", error=str(error))
            return False
        self._written_to += len(line) if written else 0
        return written

    def _remember(self, line: bytes) -> bool:
        if self._memory_bytes + len(line) > MEMORY_BYTES:
            return False
        self._in_memory.append(line)
        self._memory_bytes += len(line)
        return True

    async def run(self) -> None:
        """Send for ever; cancel to stop. What is not sent then stays in the file."""
        while True:
            await self._more.wait()
            try:
                await self._send_some()
            except KafkaError as error:
                log.warning(
                    "disk_queue_waits_for_kafka", entries=self._waiting, error=str(error), again_in_s=self._retry_s
                )
                await asyncio.sleep(self._retry_s)

    async def drained(self, timeout_s: float) -> bool:
        """Wait, while `run` is at work, until everything is sent; False when that takes longer."""
        try:
            await asyncio.wait_for(self._empty.wait(), timeout_s)
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """Let another process have the file."""
        os.close(self._file)

    def _end_last_line(self) -> None:
        # A process that was killed in the middle of a write leaves half a line, which must not run into the next one.
        if self._written_to and os.pread(self._file, 1, self._written_to - 1) != b"\n":
            os.pwrite(self._file, b"\n", self._written_to)
            self._written_to += 1

    async def _send_some(self) -> None:
        """What is in the file, and when that is empty what is in memory, came later."""
        await (self._send_from_file() if self._sent_to < self._written_to else self._send_from_memory())
        metrics.REQUEST_SPOOL.set(self._waiting)
        if not self._waiting:
            self._more.clear()
            self._empty.set()

    async def _send_from_file(self) -> None:
        block = os.pread(self._file, BATCH_BYTES, self._sent_to)
        end = block.rfind(b"\n") + 1
        if not end:
            block = os.pread(self._file, self._written_to - self._sent_to, self._sent_to)
            end = block.rfind(b"\n") + 1
        lines = block[:end].splitlines()
        await self._send_lines(lines)
        self._sent_to += end
        self._waiting -= len(lines)
        if self._sent_to >= self._written_to or not end:
            os.ftruncate(self._file, 0)
            self._sent_to = self._written_to = 0
            self._waiting = len(self._in_memory)

    async def _send_from_memory(self) -> None:
        lines = list(self._in_memory)
        await self._send_lines(lines)
        # More may have come meanwhile, behind these.
        for line in lines:
            self._in_memory.popleft()
            self._memory_bytes -= len(line)
        self._waiting -= len(lines)

    async def _send_lines(self, lines: Sequence[bytes]) -> None:
        entries = [entry for line in lines if (entry := _entry(line.rstrip(b"\n")))]
        if entries:
            await self._send(entries)


def _claim(directory: Path) -> int:
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    for number in range(FILES):
        path = directory / f"requests-{number}.journal"
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            continue
        return file
    raise StartupError(f"YARMARKA_STACK_DIR: {directory} is used by {FILES} bots already; stop one.")


def _lines(file: int) -> int:
    size = os.fstat(file).st_size
    count = at = 0
    while at < size:
        block = os.pread(file, 1 << 20, at)
        count += block.count(b"\n")
        at += len(block)
    return count


def _entry(line: bytes) -> QueuedMessage | None:
    try:
        topic, key, value = line.split(b"\t", 2)
        orjson.loads(value)
        return topic.decode(), base64.b64decode(key, validate=True).decode(), value
    except ValueError:
        # The last line of a process that was killed while the disk was full.
        log.warning("disk_queue_line_not_understood", length=len(line))
        return None
