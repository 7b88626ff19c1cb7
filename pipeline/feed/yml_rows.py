"""Taking XML apart, row by row, each as it stands in the file: one `<offer>` of YML, one `<item>` of RSS at a time.

A catalogue is not parsed as a whole: one offer with a stray `&` would cost all those after it. One pass over the tags
that matter finds an offer's end; it never goes back, so its time grows with the file and not with its faults.
Format of YML: https://yandex.ru/support/marketplace/assortment/files/yml.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from pipeline.contracts.feeds import FaultCode
from pipeline.feed.rows import RAW_KEPT, ROW_LIMIT, TOO_LARGE, Refusal, Row, fault_of
from pipeline.feed.window import Window, cut_off

LONGEST_TAG = 1024


@dataclass(frozen=True, slots=True)
class RowTag:
    """The element that is a row, in the words for it, and what the file must end with to be whole."""

    called: str
    opening: bytes
    tag: re.Pattern[bytes]
    start: re.Pattern[bytes]
    empty: re.Pattern[bytes]
    closed: re.Pattern[bytes]
    ends_with: str

    @classmethod
    def of(cls, called: str, name: bytes, root: bytes) -> "RowTag":
        """The tag of this element in a file with this root."""
        return cls(
            called,
            b"<" + name,
            re.compile(rb"<(?:!--|!\[CDATA\[|\?|%s(?=[\s/>])|/%s\s*+>)" % (name, name)),
            re.compile(rb"<%s(?=[\s/>])" % name),
            re.compile(rb"<%s(?:[\s/][^<>]*+)?(?<=/)>" % name),
            re.compile(rb"</%s\s*>\Z" % root),
            f"</{root.decode()}>",
        )


OFFER_TAG = RowTag.of("offer", b"offer", b"yml_catalog")
OFFER = OFFER_TAG.opening
# In a comment, a CDATA section or an instruction, an `<offer` is only text.
SECTIONS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
NAMES = {b"<!--": "comment", b"<![CDATA[": "CDATA section", b"<?": "processing instruction"}


class _End(Enum):
    CLOSED = "closed"
    TOO_LONG = "too long"
    MISSING = "missing"
    TOO_FAR = "not within the limit"


def next_tag(window: Window, at: int, limit: int, row: RowTag = OFFER_TAG) -> tuple[int, bytes]:
    """The next beginning or end of a row, `at` bytes after `pos` or later: its place after `pos`, and the tag.

    Sections are passed over; one that does not end within `limit` bytes is given as a tag itself. Reads on as needed,
    and gives (how far it came, b"") when there is nothing within the limit, or the stream has ended.
    """
    while True:
        tag = row.tag.search(window.data, window.pos + at)
        if tag is None:
            at = max(at, window.held() - LONGEST_TAG)
            if window.held() > limit or not window.more():
                return (window.held() if window.ended else at), b""
            continue
        # Read off at once: what a match shows moves with the window.
        start, found = tag.start() - window.pos, bytes(tag.group())
        end_mark = SECTIONS.get(found)
        if end_mark is None:
            return start, found
        end = window.find(end_mark, tag.end())
        if 0 <= end <= window.pos + limit:
            at = end + len(end_mark) - window.pos
        elif end >= 0 or window.held() > limit or not window.more():
            return start, found
        else:
            at = start


def offers(window: Window, limit: int = ROW_LIMIT, tag: RowTag = OFFER_TAG) -> Iterator[Row | Refusal]:
    """Every row as it stands in the file; one that is longer than `limit` or not closed is refused alone."""
    while True:
        unclosed = _to_row(window, limit, tag)
        if unclosed is not None:
            yield unclosed
        if not window.held():
            break
        line, offset = window.line(), window.offset()
        length, end = _row_end(window, limit, tag)
        raw = bytes(window.data[window.pos : window.pos + length])
        window.pos += length
        if end is _End.CLOSED:
            yield Row(line, offset, raw)
            continue
        if end is _End.TOO_FAR:
            window.skip_to(tag.start)
        fault = "not closed" if end is _End.MISSING else f"longer than {limit} bytes"
        reason = f"the {tag.called} is {fault}"
        what = fault_of(FaultCode.NOT_CLOSED) if end is _End.MISSING else TOO_LARGE
        yield Refusal(line, offset, reason, raw[:RAW_KEPT], fault=what)
    if window.fault or not tag.closed.search(window.tail):
        yield cut_off(window, window.fault or f"{tag.ends_with} is missing: the file is cut off")


def _to_row(window: Window, limit: int, row: RowTag) -> Refusal | None:
    """Move to the next offer, or to the end of the stream; what is between them goes.

    A section that never ends takes the rest of the file with it, and is the refusal.
    """
    while True:
        length, tag = next_tag(window, 0, limit, row)
        window.pos += length
        if tag == row.opening or not (tag or window.more()):
            return None
        if tag in SECTIONS:
            line, offset = window.line(), window.offset()
            kept = bytes(window.data[window.pos : window.pos + LONGEST_TAG])
            if not window.skip_to(re.compile(re.escape(SECTIONS[tag]))):
                reason = f"the {NAMES[tag]} is not closed: nothing after it can be read"
                return Refusal(line, offset, reason, kept, cut_off=True, fault=fault_of(FaultCode.NOT_CLOSED))
        window.pos += len(tag) if tag not in SECTIONS else len(SECTIONS[tag])


def _row_end(window: Window, limit: int, row: RowTag) -> tuple[int, _End]:
    """How many bytes the offer at `pos` has, or how far the search for its end went."""
    at = len(row.opening)
    while True:
        at, tag = next_tag(window, at, limit, row)
        empty = row.empty.match(window.data, window.pos)
        if empty is not None:
            at, tag = empty.end() - empty.start(), b""
        elif tag in SECTIONS and at <= limit:
            # Never closed: then it is text, and the offer ends where the next one begins.
            at += len(tag)
            continue
        elif tag == row.opening:
            return at, _End.MISSING if at <= limit else _End.TOO_LONG
        elif not tag.startswith(b"</"):
            return at, _End.MISSING if window.ended and window.held() <= limit else _End.TOO_FAR
        at += len(tag)
        return at, _End.CLOSED if at <= limit else _End.TOO_LONG
