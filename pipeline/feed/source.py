"""Opening a feed file: packed or not, whatever its encoding, and what is inside by its bytes."""

import codecs
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

import orjson

from pipeline.feed.csv_header import DELIMITERS
from pipeline.feed.rows import UnreadableFile, short
from pipeline.feed.text_encoding import NOT_ASCII, PROBE, UTF_8, Encoding, TextDecoder, against, by_bytes, codec
from pipeline.feed.unpacking import UNBOUNDED, Counted, ReadingBounds, unpacked
from pipeline.feed.window import CHUNK, ByteStream, Window

HEAD = 64 * 1024
XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']\s*([A-Za-z0-9._-]{1,40})\s*["']""")
# The longer mark first: a UTF-32 mark begins like a UTF-16 one.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


FIRST_ELEMENT = re.compile(
    rb"(?:\s++|<\?(?:[^?]++|\?(?!>))*+\?>|<!--(?:[^-]++|-(?!->))*+-->|<![^\[>]*+(?:\[[^\]]*+\])?+[^>]*+>)*+"
    rb"<([A-Za-z_][\w.:-]{0,60})"
)
LONGEST_HEADER = 16 * 1024


class FeedFormat(Enum):
    """The formats that shops send."""

    OBJECTS = "JSON"
    LINES = "JSON lines"
    YML = "YML"
    GOOGLE = "Google Merchant"
    CSV = "CSV"


XML = frozenset({FeedFormat.YML, FeedFormat.GOOGLE})


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
    """An open feed file: its `kind`, the `encoding` of its bytes, and the window at its first byte.

    `remarks`: what the shop should know of the file as a whole.
    """

    def __init__(self, stream: ByteStream, path: Path, encoding: Encoding | None, chunk: int = CHUNK) -> None:
        self.remarks: list[str] = []
        self.window = Window(stream, chunk)
        self.window.more()
        self._pass_marks()
        wide = self._wide()
        if wide is not None:
            rest = bytes(self.window.data[self.window.pos :])
            self.window = Window(Recoded(_Joined(rest, stream), wide), chunk)
        while self.window.held() < HEAD and self.window.more():
            pass
        self._pass_marks()
        head = bytes(self.window.data[self.window.pos : self.window.pos + HEAD])
        self.kind = sniff(head, path.name, self.window.fault)
        self.encoding: Encoding = "utf-8" if wide else self._found(head, encoding)

    def _pass_marks(self) -> None:
        """Marks of byte order say nothing more than that the text begins, however many programs put theirs there."""
        while self.window.data.startswith(codecs.BOM_UTF8, self.window.pos):
            self.window.pos += len(codecs.BOM_UTF8)

    def _wide(self) -> str | None:
        first = bytes(self.window.data[self.window.pos : self.window.pos + 4])
        mark = next((found for found in MARKS if first.startswith(found[0])), None)
        if mark is not None:
            self.window.pos += len(mark[0])
            return mark[1]
        return _wide_by_zeros(first)

    def _found(self, head: bytes, given: Encoding | None) -> Encoding:
        if given is not None:
            return given if isinstance(given, TextDecoder) else TextDecoder(given)
        declared = XML_ENCODING.match(head) if self.kind in XML else None
        named = declared.group(1).decode() if declared else None
        if named and not _is_known(named) and NOT_ASCII.search(head) and by_bytes(head, "ascii") == UTF_8:
            # It may say that it is UTF-16, or something unheard of.
            self.remarks.append(against(UTF_8, short(named)))
            named = None
        decoder = TextDecoder(declared=codec(named) if named else None, tell=self.remarks.append)
        decoder.look_at(head)
        return decoder


def _is_known(name: str) -> bool:
    try:
        codec(name)
    except UnreadableFile:
        return False
    return True


class _Joined:
    def __init__(self, first: bytes, rest: ByteStream) -> None:
        self._first = first
        self._rest = rest

    def read(self, size: int, /) -> bytes:
        first, self._first = self._first, b""
        return first or self._rest.read(size)


@contextmanager
def opened(
    path: Path, encoding: Encoding | None = None, chunk: int = CHUNK, bounds: ReadingBounds = UNBOUNDED
) -> Iterator[FeedSource]:
    """The file, ready to be taken apart. Raises UnreadableFile when it is none of the formats."""
    if isinstance(encoding, str):
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
        yield FeedSource(Counted(unpacked(file, bounds), bounds.on_block), path, encoding, chunk)


def sniff(head: bytes, name: str, fault: str | None = None) -> FeedFormat:
    """The format by the first bytes of the text; the name decides only between one object and a line of JSON lines."""
    text = head.lstrip()
    if text.startswith(b"<"):
        return _xml(text)
    if text.startswith(b"["):
        return FeedFormat.OBJECTS
    if text.startswith(b"{"):
        return FeedFormat.LINES if _is_lines(text, name) else FeedFormat.OBJECTS
    if fault:
        raise UnreadableFile(f"{fault}; send it again")
    if not text:
        blank = f"it begins with {HEAD // 1024} KB of blanks" if len(head) >= HEAD else "it is empty"
        raise UnreadableFile(f"{blank}; send it again")
    if b"\n{" in text:
        # A first line of JSON lines that lost its beginning costs itself.
        return FeedFormat.LINES
    return _csv(text)


def _xml(text: bytes) -> FeedFormat:
    """By the first element; what is no feed at all is told by who reads the head of YML."""
    first = FIRST_ELEMENT.match(text)
    name = first.group(1).rpartition(b":")[2].lower() if first else b""
    return FeedFormat.GOOGLE if name in (b"rss", b"feed") else FeedFormat.YML


def _csv(text: bytes) -> FeedFormat:
    """A table by its first line. Raises UnreadableFile when that names no columns of products."""
    line = text.partition(b"\n")[0][:LONGEST_HEADER]
    if not any(delimiter.encode() in line for delimiter in DELIMITERS):
        raise UnreadableFile(
            f"it is neither JSON nor YML, it begins with {text[:12]!r}; see the README for the formats"
        )
    return FeedFormat.CSV


def _is_lines(text: bytes, name: str) -> bool:
    if name.lower().removesuffix(".gz").removesuffix(".zip").endswith((".jsonl", ".ndjson")):
        return True
    first, _, rest = text.partition(b"\n")
    try:
        orjson.loads(first)
    except orjson.JSONDecodeError:
        # A broken first line of JSON lines: the next one begins an object at its left edge too.
        return rest.startswith(b"{") and b'"' in first
    return bool(rest.strip())


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
