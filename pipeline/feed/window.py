"""A sliding window over a byte stream that knows the line and offset of what it shows."""

import re
import zlib
from gzip import BadGzipFile
from typing import Protocol

from pipeline.contracts.feeds import FaultCode
from pipeline.feed.rows import Refusal, fault_of

CHUNK = 256 * 1024
TAIL_KEPT = 64


def cut_off(window: "Window", reason: str) -> Refusal:
    """The end of a file that breaks off: it is no row, and says why the file is not complete."""
    return Refusal(window.line(), window.offset(), reason, b"", cut_off=True, fault=fault_of(FaultCode.CUT_OFF))


class UnpacksToTooMuch(Exception):
    """A packed file is larger than it may be; the text says which bound it is over."""


class ByteStream(Protocol):
    """The one thing that is asked of an open file."""

    def read(self, size: int, /) -> bytes: ...


class Window:
    """Bytes from `pos` on are still to be looked at; what lies before may go at the next `more`.

    Memory stays below the longest row plus one chunk, however long the stream is.
    """

    def __init__(self, stream: ByteStream, chunk: int = CHUNK) -> None:
        self._stream = stream
        self._chunk = chunk
        self._line = 1
        self._counted = 0
        self._dropped = 0
        self.data = bytearray()
        self.pos = 0
        self.ended = False
        self.fault: str | None = None
        """Why the stream ended too early: a packed file that is cut off, broken or too large."""
        self.tail = b""
        """The last bytes that were read, white space after them left out."""
        # For a mark: it does not begin in [since, until), and `hit` says whether it begins at `until`.
        self._known: dict[bytes, tuple[int, int, bool]] = {}

    def more(self) -> bool:
        """Drop what lies before `pos` and read on; False when nothing is left to read."""
        if self.pos:
            self.line()
            del self.data[: self.pos]
            self._dropped += self.pos
            self._counted -= self.pos
            self.pos = 0
        if self.ended:
            return False
        try:
            block = self._stream.read(self._chunk)
        except (EOFError, BadGzipFile, zlib.error) as error:
            self.fault = f"the packed file is cut off or broken ({error})"
            block = b""
        except UnpacksToTooMuch as error:
            self.fault = str(error)
            block = b""
        except UnicodeDecodeError as error:
            self.fault = f"the text is not {error.encoding} ({error.reason})"
            block = b""
        self.data += block
        self.tail = (self.tail + block).rstrip()[-TAIL_KEPT:]
        self.ended = not block
        return not self.ended

    def line(self) -> int:
        """The line on which `pos` stands."""
        if self.pos != self._counted:
            self._line += self.data.count(b"\n", self._counted, self.pos)
            self._counted = self.pos
        return self._line

    def offset(self) -> int:
        """The offset of `pos` in the stream."""
        return self._dropped + self.pos

    def held(self) -> int:
        """How many bytes lie between `pos` and the end of what has been read."""
        return len(self.data) - self.pos

    def find(self, mark: bytes, start: int) -> int:
        """Where `mark` next begins at or after `start`; -1 when it is not in what has been read.

        However often it is asked, with `start` growing, it looks at every byte once: the last answer is remembered.
        """
        place = start + self._dropped
        since, until, hit = self._known.get(mark, (0, -1, False))
        if since <= place <= until:
            if hit:
                return until - self._dropped
        else:
            since = until = place
        found = self.data.find(mark, until - self._dropped)
        if found >= 0:
            self._known[mark] = (since, found + self._dropped, True)
        else:
            end = self._dropped + len(self.data) - len(mark) + 1
            self._known[mark] = (since, max(until, end), False)
        return found

    def skip_to(self, mark: re.Pattern[bytes], longest_mark: int = 1024) -> bool:
        """Move `pos` to the next match of `mark`, throwing away what lies before; False: the stream ended."""
        while True:
            found = mark.search(self.data, self.pos)
            if found is not None:
                self.pos = found.start()
                return True
            # A mark may lie across the edge of what has been read.
            self.pos = max(self.pos, len(self.data) - longest_mark)
            if not self.more():
                self.pos = len(self.data)
                return False
