"""Taking Yandex Market Language apart: one `<offer>` at a time, each as it stands in the file.

A catalogue is not parsed as a whole: one offer with a stray `&` would cost all those after it. One pass over the tags
that matter finds an offer's end; it never goes back, so its time grows with the file and not with its faults.
Format: https://yandex.ru/support/marketplace/assortment/files/yml.html
"""

import re
from collections.abc import Iterator
from enum import Enum

from pipeline.feed.rows import RAW_KEPT, ROW_LIMIT, Refusal, Row
from pipeline.feed.window import Window

OFFER = b"<offer"
LONGEST_TAG = 1024
TAG = re.compile(rb"<(?:!--|!\[CDATA\[|\?|offer(?=[\s/>])|/offer\s*+>)")
OFFER_START = re.compile(rb"<offer(?=[\s/>])")
EMPTY_OFFER = re.compile(rb"<offer(?:[\s/][^<>]*+)?(?<=/)>")
CLOSED = re.compile(rb"</yml_catalog\s*>\Z")
# In a comment, a CDATA section or an instruction, an `<offer` is only text.
SECTIONS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
NAMES = {b"<!--": "comment", b"<![CDATA[": "CDATA section", b"<?": "processing instruction"}


class _End(Enum):
    CLOSED = "closed"
    TOO_LONG = "too long"
    MISSING = "missing"
    TOO_FAR = "not within the limit"


def next_tag(window: Window, at: int, limit: int) -> tuple[int, bytes]:
    """The next `<offer` or `</offer>`, `at` bytes after `pos` or later: its place after `pos`, and the tag.

    Sections are passed over; one that does not end within `limit` bytes is given as a tag itself. Reads on as needed,
    and gives (how far it came, b"") when there is nothing within the limit, or the stream has ended.
    """
    while True:
        tag = TAG.search(window.data, window.pos + at)
        if tag is None:
            at = max(at, window.held() - LONGEST_TAG)
            if window.held() > limit or not window.more():
                return (window.held() if window.ended else at), b""
            continue
        start, end_mark = tag.start() - window.pos, SECTIONS.get(tag.group())
        if end_mark is None:
            return start, tag.group()
        end = window.find(end_mark, tag.end())
        if 0 <= end <= window.pos + limit:
            at = end + len(end_mark) - window.pos
        elif end >= 0 or window.held() > limit or not window.more():
            return start, tag.group()
        else:
            at = start


def offers(window: Window, limit: int = ROW_LIMIT) -> Iterator[Row | Refusal]:
    """Every `<offer>` as it stands in the file; one that is longer than `limit` or not closed is refused alone."""
    while True:
        unclosed = _to_offer(window, limit)
        if unclosed is not None:
            yield unclosed
        if not window.held():
            break
        line, offset = window.line(), window.offset()
        length, end = _offer_end(window, limit)
        raw = bytes(window.data[window.pos : window.pos + length])
        window.pos += length
        if end is _End.CLOSED:
            yield Row(line, offset, raw)
            continue
        if end is _End.TOO_FAR:
            window.skip_to(OFFER_START)
        reason = "the offer is not closed" if end is _End.MISSING else f"the offer is longer than {limit} bytes"
        yield Refusal(line, offset, reason, raw[:RAW_KEPT])
    if window.fault or not CLOSED.search(window.tail):
        reason = window.fault or "</yml_catalog> is missing: the file is cut off"
        yield Refusal(window.line(), window.offset(), reason, b"", cut_off=True)


def _to_offer(window: Window, limit: int) -> Refusal | None:
    """Move to the next offer, or to the end of the stream; what is between them goes.

    A section that never ends takes the rest of the file with it, and is the refusal.
    """
    while True:
        length, tag = next_tag(window, 0, limit)
        window.pos += length
        if tag == OFFER or not (tag or window.more()):
            return None
        if tag in SECTIONS:
            line, offset = window.line(), window.offset()
            kept = bytes(window.data[window.pos : window.pos + LONGEST_TAG])
            if not window.skip_to(re.compile(re.escape(SECTIONS[tag]))):
                reason = f"the {NAMES[tag]} is not closed: nothing after it can be read"
                return Refusal(line, offset, reason, kept, cut_off=True)
        window.pos += len(tag) if tag not in SECTIONS else len(SECTIONS[tag])


def _offer_end(window: Window, limit: int) -> tuple[int, _End]:
    """How many bytes the offer at `pos` has, or how far the search for its end went."""
    at = len(OFFER)
    while True:
        at, tag = next_tag(window, at, limit)
        empty = EMPTY_OFFER.match(window.data, window.pos)
        if empty is not None:
            at, tag = empty.end() - empty.start(), b""
        elif tag in SECTIONS and at <= limit:
            # Never closed: then it is text, and the offer ends where the next one begins.
            at += len(tag)
            continue
        elif tag == OFFER:
            return at, _End.MISSING if at <= limit else _End.TOO_LONG
        elif not tag.startswith(b"</"):
            return at, _End.MISSING if window.ended and window.held() <= limit else _End.TOO_FAR
        at += len(tag)
        return at, _End.CLOSED if at <= limit else _End.TOO_LONG
