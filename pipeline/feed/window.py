"""A sliding window over a byte stream that knows the line and offset of what it shows."""

import re
import zlib
from gzip import BadGzipFile
from typing import Protocol

CHUNK = 256 * 1024


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
        """Why the stream ended too early: a packed file that is cut off or broken."""

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
        except UnicodeDecodeError as error:
            self.fault = f"the text is not {error.encoding} ({error.reason})"
            block = b""
        self.data += block
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
