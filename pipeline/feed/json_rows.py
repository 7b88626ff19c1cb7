"""Taking JSON apart: an array of products, objects one after another, or a product a line.

An array is not parsed as a whole. A row is found by one regular expression that knows strings and braces, so a
broken row costs itself and not the file: reading goes on at the next `{"first key":`, or `{` at a left edge.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from pipeline.contracts.feeds import FaultCode
from pipeline.feed.rows import RAW_KEPT, ROW_LIMIT, TOO_LARGE, Refusal, Row, fault_of, refuse
from pipeline.feed.text_encoding import Encoding, decoded, shown
from pipeline.feed.window import Window, cut_off

DEEPEST = 12
READ_AGAIN = 3
"""Bytes that may be looked at again for each byte of the file, for the rows that a lost quote has swallowed."""

# Files that were put together bring their marks of byte order along.
GAP = re.compile(rb"(?:[\s,\[\]]|\xef\xbb\xbf)*+")
BLANK = re.compile(rb"(?:\s|\xef\xbb\xbf)*+")
NOT_OBJECT = re.compile(rb"[{\n\]]")
FIRST_KEY = re.compile(rb'\{\s*+("(?:[^"\\\n]|\\.){0,200}")\s*+:')
ANY_ROW = re.compile(rb'(?<=[\s,\[])\{\s*+"[^"\n]{1,200}"\s*+:|(?<=\n)\{')
LINE_END = re.compile(rb"\n")
CONTROL = re.compile(r"[\x00-\x1f]")
STRING = rb'"(?:[^"\\\n]++|\\.)*+"'
# The next brace, or a quote whose string is not closed.
BRACE = re.compile(rb'[^{}"]*+(?:' + STRING + rb'[^{}"]*+)*+([{}"])', re.DOTALL)


def _object(depth: int) -> bytes:
    inner = rb"|" + _object(depth - 1) if depth else b""
    return rb'\{(?:[^{}"]++|' + STRING + inner + rb")*+\}"


OBJECT = re.compile(_object(DEEPEST), re.DOTALL)


@dataclass(frozen=True, slots=True)
class JsonRow:
    """A row and the JSON value in it, of whatever type."""

    row: Row
    value: object


@dataclass(slots=True)
class _Search:
    """How rows of one stream are looked for: where a row begins, and how many bytes may still be looked at again."""

    encoding: Encoding
    limit: int
    credit: int
    mark: re.Pattern[bytes] = ANY_ROW

    def learn(self, window: Window) -> None:
        """Take the first key of the row at `pos` for the mark by which the next rows are known."""
        key = FIRST_KEY.match(window.data, window.pos)
        if key is not None and key.group(1) not in self.mark.pattern:
            self.mark = re.compile(rb"\{\s*+" + re.escape(key.group(1)) + rb"\s*+:|(?<=\n)\{")


def objects(
    window: Window, encoding: Encoding = "utf-8", limit: int = ROW_LIMIT, *, wrapped: bool = False
) -> Iterator[JsonRow | Refusal]:
    """Every object of an array, or of objects that follow one another.

    A row that is longer than `limit`, cut off, nested deeper than 12 or no JSON is refused alone. `wrapped`: the window
    stands at an array within an object, and what comes after the array is no row.
    """
    search = _Search(encoding, limit, credit=4 * limit)
    in_array = closed = False
    while True:
        gap = GAP.match(window.data, window.pos)
        between = gap.group() if gap else b""
        in_array = in_array or b"[" in between
        closed = b"]" in between or (closed and not between.strip())
        window.pos += len(between)
        if not window.held():
            if window.more():
                continue
            break
        if wrapped and closed and window.data[window.pos] != ord("{"):
            break
        closed = False
        if window.data[window.pos] != ord("{"):
            yield _stray(window)
            continue
        found = OBJECT.match(window.data, window.pos)
        if found is None and window.held() <= limit and window.more():
            continue
        search.learn(window)
        before = window.offset()
        if found is None or found.end() - found.start() > limit:
            yield _broken(window, search, found)
        else:
            yield _whole(window, search, found)
        search.credit += READ_AGAIN * (window.offset() - before)
    if window.fault or (in_array and not closed):
        yield cut_off(window, window.fault or "the array is not closed: the file is cut off")


def lines(window: Window, encoding: Encoding = "utf-8", limit: int = ROW_LIMIT) -> Iterator[JsonRow | Refusal]:
    """Every line that is not blank; one that is longer than `limit` or no JSON is refused alone."""
    while True:
        blank = BLANK.match(window.data, window.pos)
        window.pos = blank.end() if blank else window.pos
        end = window.data.find(b"\n", window.pos)
        if end < 0:
            if window.held() <= limit and window.more():
                continue
            end = len(window.data)
        line, offset = window.line(), window.offset()
        if end - window.pos > limit:
            raw = bytes(window.data[window.pos : window.pos + RAW_KEPT])
            window.skip_to(LINE_END, 1)
            yield Refusal(line, offset, f"the row is longer than {limit} bytes", raw, fault=TOO_LARGE)
            continue
        raw = bytes(window.data[window.pos : end]).strip()
        window.pos = min(end + 1, len(window.data))
        if raw:
            yield _parsed(Row(line, offset, raw), encoding)
        if window.ended and not window.held():
            break
    if window.fault:
        yield cut_off(window, window.fault)


def _parsed(row: Row, encoding: Encoding) -> JsonRow | Refusal:
    try:
        text = decoded(row.raw, encoding)
    except UnicodeDecodeError as error:
        name = shown(error.encoding)
        wrong = f"the text is not {name} at byte {error.start}; pass --encoding"
        return refuse(row, wrong, fault_of(FaultCode.BAD_ENCODING, encoding=name))
    except UnicodeError as error:
        return refuse(row, f"the text is not {encoding} ({error})", fault_of(FaultCode.BAD_ENCODING, encoding=encoding))
    try:
        return JsonRow(row, orjson.loads(text))
    except orjson.JSONDecodeError as error:
        if CONTROL.search(text):
            # A line break or a tab in a string should have been escaped; what it means is plain all the same.
            with contextlib.suppress(orjson.JSONDecodeError):
                return JsonRow(row, orjson.loads(CONTROL.sub(" ", text)))
        wrong = f"it is not JSON: {error.msg} at character {error.pos}"
        return refuse(row, wrong, fault_of(FaultCode.BAD_JSON, at=error.pos))


def _whole(window: Window, search: _Search, found: re.Match[bytes]) -> JsonRow | Refusal:
    row = Row(window.line(), window.offset(), found.group())
    parsed = _parsed(row, search.encoding)
    # A lost quote swallows the rows after it: go on at the first of them.
    swallowed = search.mark.search(row.raw, 1) if isinstance(parsed, Refusal) and search.credit > 0 else None
    window.pos = found.start() + (swallowed.start() if swallowed else len(row.raw))
    if isinstance(parsed, Refusal) and swallowed:
        search.credit -= len(row.raw)
        return refuse(Row(row.line, row.offset, row.raw[: swallowed.start()]), parsed.reason, parsed.fault)
    return parsed


def _stray(window: Window) -> Refusal:
    line, offset = window.line(), window.offset()
    kept = bytes(window.data[window.pos : window.pos + RAW_KEPT])
    window.pos += 1
    window.skip_to(NOT_OBJECT, 1)
    return Refusal(line, offset, "a row must be a JSON object", kept[: window.offset() - offset],
                   fault=fault_of(FaultCode.NOT_AN_OBJECT))  # fmt: skip


def _broken(window: Window, search: _Search, found: re.Match[bytes] | None) -> Refusal:
    line, offset, limit = window.line(), window.offset(), search.limit
    kept = bytes(window.data[window.pos : window.pos + RAW_KEPT])
    if found is not None:
        window.pos = found.end()
        return Refusal(line, offset, f"the row is longer than {limit} bytes", kept, fault=TOO_LARGE)
    reached = _reach(window, limit)
    search.credit -= reached
    # Without credit, what has been looked at is one row: else many lost quotes cost the square of the file.
    window.pos += 1 if search.credit > 0 else max(1, reached)
    window.skip_to(search.mark)
    length = window.offset() - offset
    reason = f"the row is longer than {limit} bytes" if length > limit else "the row is not closed, or nested too deep"
    fault = TOO_LARGE if length > limit else fault_of(FaultCode.NOT_CLOSED)
    return Refusal(line, offset, reason, kept[:length], fault=fault)


def _reach(window: Window, limit: int) -> int:
    """How many bytes OBJECT has looked at, at most, before it gave the row at `pos` up."""
    depth = 0
    for found in BRACE.finditer(window.data, window.pos, window.pos + limit):
        brace = found.group(1)
        depth += (brace == b"{") - (brace == b"}")
        if brace == b'"' or depth > DEEPEST + 1:
            return found.end() - window.pos
    return min(limit, window.held())
