"""The process in which one file is parsed: what a file does to its parser is nobody else's trouble."""

import contextlib
import resource
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType, TracebackType

from pipeline.contracts.feeds import FaultCode
from pipeline.feed.product_row import Defaults
from pipeline.feed.reader import read
from pipeline.feed.reasons import Remarks
from pipeline.feed.rows import RowRefused, UnreadableFile
from pipeline.feed.slices import ReadyOutcome, ReadyRow, packed, ready
from pipeline.feed.source import FeedFormat, opened
from pipeline.feed.unpacking import ReadingBounds

SLICE_ROWS = 500
SLICE_BYTES = 1 << 20
SLICE_S = 0.5
MEMORY = 1 << 30
"""Bytes of address space; a row has 512 KiB and a head 16 MiB, and no parser needs a hundred times that."""


@dataclass(frozen=True, slots=True)
class ParseRequest:
    """A file, and how it is to be read."""

    path: Path
    defaults: Defaults
    encoding: str | None
    row_timeout_s: float
    unpacked_mb: int
    unpacked_ratio: int
    follow_links: bool


class RowTimer:
    """Raises RowRefused in a row that takes more than `limit_s` of CPU; on a busy machine none is refused for waiting.

    It takes SIGVTALRM, in the main thread. Regular expressions and Python code are interrupted, a call of C is not.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        signal.signal(signal.SIGVTALRM, self._too_slow)

    def __enter__(self) -> None:
        signal.setitimer(signal.ITIMER_VIRTUAL, self._limit_s)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    def _too_slow(self, number: int, frame: FrameType | None) -> None:
        raise RowRefused(f"it takes more than {self._limit_s:g} s to read; send a simpler row", FaultCode.TOO_SLOW)


class _Slices:
    """Collects rows and sends them when they are many, large or old."""

    def __init__(self, sending: Connection) -> None:
        self._sending = sending
        self._rows: list[ReadyOutcome] = []
        self._bytes = 0
        self._since = time.monotonic()
        self._remarks = Remarks()
        self.whole = False

    def remark(self, line: int, text: str) -> None:
        """Keep what the shop should know of a row that is sent; it goes with the next slice."""
        self._remarks.add(text, line)

    def add(self, row: ReadyOutcome) -> None:
        self._rows.append(row)
        self._bytes += len(row.value or b"") + len(row.row.raw) if isinstance(row, ReadyRow) else len(row.raw)
        if len(self._rows) >= SLICE_ROWS or self._bytes >= SLICE_BYTES:
            self.send()

    def heartbeat(self) -> None:
        """Send what there is, be it nothing, when half a second has passed: the file goes on."""
        if time.monotonic() - self._since >= SLICE_S:
            self.send()

    def send(self, end: str | None = None) -> None:
        self._sending.send_bytes(packed(self._rows, end, self._remarks.taken(), whole=self.whole))
        self._rows, self._bytes, self._since = [], 0, time.monotonic()


def parse(request: ParseRequest, sending: Connection) -> None:
    """Send the file's slices; the last one has an `end`. Ends quietly when nobody reads them any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with sending, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        slices = _Slices(sending)
        end = ""
        try:
            for row in _rows(request, slices):
                slices.add(row)
                slices.heartbeat()
        except UnreadableFile as error:
            end = str(error)
        except (BrokenPipeError, ConnectionResetError):
            return
        except MemoryError:
            end = f"it needs more memory than the {MEMORY >> 20} MB that one file may have; send it in parts"
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a file is told of this file
            end = f"it cannot be read ({type(error).__name__}: {str(error)[:100]}); check the file"
        slices.send(end)


def _rows(request: ParseRequest, slices: _Slices) -> Iterator[ReadyOutcome]:
    bounds = ReadingBounds(
        request.unpacked_mb, request.unpacked_ratio, follow_links=request.follow_links, on_block=slices.heartbeat
    )
    guard = RowTimer(request.row_timeout_s)
    with opened(request.path, request.encoding, bounds=bounds) as source:
        # A catalogue is all that the shop has; of other formats nobody knows.
        slices.whole = source.kind is FeedFormat.YML
    for outcome in read(
        request.path, request.defaults, encoding=request.encoding, bounds=bounds, guard=guard, remark=slices.remark
    ):
        yield ready(outcome)
