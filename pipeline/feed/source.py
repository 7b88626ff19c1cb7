"""Opening a feed file: packed or not, whatever its encoding, and what is inside by its bytes."""

import codecs
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import BinaryIO

import orjson

from pipeline.feed.rows import UnreadableFile
from pipeline.feed.unpacking import UNBOUNDED, Counted, ReadingBounds, Unpacked
from pipeline.feed.window import CHUNK, ByteStream, Window

HEAD = 64 * 1024
GZIP = b"\x1f\x8b"
XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
# The longer mark first: a UTF-32 mark begins like a UTF-16 one.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


# What utf-7, punycode, idna and the escapes of source code would read as something else.
PROBE = rb"""<offer id="1">{"a": [1]} +AGE- \u0041 \x41 ~{ab~} .xn--p1ai. </offer>"""


class FeedFormat(Enum):
    """The formats that shops send."""

    OBJECTS = "JSON"
    LINES = "JSON lines"
    YML = "YML"


class Recoded:
    """A byte stream in a wide encoding, read as UTF-8; raises UnicodeDecodeError on a broken one."""

    def __init__(self, stream: ByteStream, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def read(self, size: int, /) -> bytes:
        while True:
            block = self._stream.read(size)
            text = self._decoder.decode(block, final=not block)
            if text or not block:
                return text.encode("utf-8", "replace")


class FeedSource:
    """An open feed file: `kind`, the `encoding` of the bytes in `window`, and the window at its first byte."""

    def __init__(self, stream: ByteStream, path: Path, encoding: str | None, chunk: int = CHUNK) -> None:
        self.window = Window(stream, chunk)
        self.window.more()
        mark = next((found for found in MARKS if self.window.data.startswith(found[0])), None)
        wide = mark[1] if mark else _wide_by_zeros(bytes(self.window.data[:4]))
        if wide is not None and wide != "utf-8":
            self.window = Window(Recoded(_Joined(bytes(self.window.data), stream), wide), chunk)
        while self.window.held() < HEAD and self.window.more():
            pass
        if self.window.data.startswith(codecs.BOM_UTF8):
            self.window.pos = len(codecs.BOM_UTF8)
        head = bytes(self.window.data[self.window.pos : self.window.pos + HEAD])
        self.kind = sniff(head, path.name, self.window.fault)
        self.encoding = "utf-8" if wide else encoding or self._declared(head)

    def _declared(self, head: bytes) -> str:
        declared = XML_ENCODING.match(head) if self.kind is FeedFormat.YML else None
        return text_encoding(declared.group(1).decode()) if declared else "utf-8"


def text_encoding(name: str) -> str:
    """The codec's own name. Raises UnreadableFile when there is none, or when it is none in which a feed is written.

    Python calls hex, zlib and rot13 encodings too, and some that are text read ASCII as something else.
    """
    try:
        known = codecs.lookup(name).name
        as_ascii = PROBE.decode(known, "replace") == PROBE.decode("ascii")
    except UnicodeError:
        as_ascii = False
    except (LookupError, ValueError):
        raise UnreadableFile(f"the encoding {name} is unknown; pass --encoding, for example windows-1251") from None
    if not as_ascii:
        raise UnreadableFile(f"it says that it is {name}, and its bytes are not; pass --encoding") from None
    return known


class _Joined:
    def __init__(self, first: bytes, rest: ByteStream) -> None:
        self._first = first
        self._rest = rest

    def read(self, size: int, /) -> bytes:
        first, self._first = self._first, b""
        return first or self._rest.read(size)


@contextmanager
def opened(
    path: Path, encoding: str | None = None, chunk: int = CHUNK, bounds: ReadingBounds = UNBOUNDED
) -> Iterator[FeedSource]:
    """The file, ready to be taken apart. Raises UnreadableFile when it is none of the formats."""
    if encoding is not None:
        _check(encoding)
    # Who waits for a pipe's other end, or follows a link out of the folder, was led there by a shop.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if bounds.follow_links else os.O_NOFOLLOW)
    try:
        file = os.fdopen(os.open(path, flags), "rb")
    except OSError as error:
        raise UnreadableFile(f"it cannot be opened ({error.strerror}); check the name and the rights") from None
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise UnreadableFile("it is no regular file; send the file itself")
        stream: ByteStream = Unpacked(file, bounds) if _is_packed(file) else file
        yield FeedSource(Counted(stream, bounds.on_block), path, encoding, chunk)


def sniff(head: bytes, name: str, fault: str | None = None) -> FeedFormat:
    """The format by the first bytes of the text; the name decides only between one object and a line of JSON lines."""
    text = head.lstrip()
    if text.startswith(b"<"):
        return FeedFormat.YML
    if text.startswith(b"["):
        return FeedFormat.OBJECTS
    if text.startswith(b"{"):
        return FeedFormat.LINES if _is_lines(text, name) else FeedFormat.OBJECTS
    if fault:
        raise UnreadableFile(f"{fault}; send it again")
    if not text:
        blank = f"it begins with {HEAD // 1024} KB of blanks" if len(head) >= HEAD else "it is empty"
        raise UnreadableFile(f"{blank}; send it again")
    raise UnreadableFile(f"it is neither JSON nor YML, it begins with {text[:12]!r}; see the README for the formats")


def _is_lines(text: bytes, name: str) -> bool:
    if name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson")):
        return True
    first, _, rest = text.partition(b"\n")
    try:
        orjson.loads(first)
    except orjson.JSONDecodeError:
        # A broken first line of JSON lines: the next one begins an object at its left edge too.
        return rest.startswith(b"{") and b'"' in first
    return bool(rest.strip())


def _is_packed(file: BinaryIO) -> bool:
    packed = file.read(2) == GZIP
    file.seek(0)
    return packed


def _wide_by_zeros(head: bytes) -> str | None:
    zeros = "".join("0" if byte == 0 else "x" for byte in head)
    return {"x0x0": "utf-16-le", "0x0x": "utf-16-be"}.get(zeros)


def _check(encoding: str) -> None:
    try:
        ascii_alike = PROBE.decode(encoding, "replace") == PROBE.decode("ascii")
    except UnicodeError:
        ascii_alike = False
    except (LookupError, ValueError):
        raise UnreadableFile(f"--encoding {encoding} is unknown; for example utf-8 or windows-1251") from None
    if not ascii_alike:
        raise UnreadableFile(f"--encoding {encoding} is told by the file's first bytes; leave the option out")
