"""Taking Yandex Market Language apart: the head (shop, categories) and one `<offer>` at a time.

A catalogue is not parsed as a whole: one offer with a stray `&` would cost all those after it. Each offer is
found by a regular expression that knows CDATA and comments, and is parsed alone, with entities, DTD and network
off. Format: https://yandex.ru/support/marketplace/assortment/files/yml.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipeline.feed.rows import RAW_KEPT, ROW_LIMIT, Refusal, Row, UnreadableFile
from pipeline.feed.window import Window

HEAD_LIMIT = 16 * 1024 * 1024

OFFER_START = re.compile(rb"<offer(?=[\s/>])")
CATEGORIES = re.compile(rb"<categories(?:\s[^<>]*)?>.*?</categories\s*>", re.DOTALL)
CATEGORIES_START = re.compile(rb"<categories(?=[\s>])")
DECLARATION = re.compile(r"^\s*<\?xml.*?\?>", re.DOTALL)
CLOSED = re.compile(rb"</yml_catalog\s*>\s*\Z")
OFFER = re.compile(
    rb"<offer(?:\s[^<>]*?)?/>"
    rb"|<offer(?=[\s>])(?:[^<]++|<!\[CDATA\[.*?\]\]>|<!--.*?-->|<(?!/offer\s*>|offer[\s/>]|!))*+</offer\s*>",
    re.DOTALL,
)
# What may stand between offers, in which an `<offer` is only text.
# A `<` near the end of what has been read is left alone: it may become an offer.
GAP = re.compile(
    rb"(?:[^<]++|<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?!offer[\s/>]|!--|!\[CDATA\[|\?)(?=.{8}))*+", re.DOTALL
)
SECTIONS = {b"<!--": re.compile(rb"-->"), b"<![C": re.compile(rb"\]\]>"), b"<?xm": re.compile(rb"\?>")}


@dataclass(slots=True)
class YmlHead:
    """What stands before the offers: the shop's name, the catalogue's date, and id → "A / B / C" of its categories."""

    shop: str = ""
    date: str = ""
    categories: dict[str, str] = field(default_factory=dict)


def parser(recover: bool = False) -> etree.XMLParser:
    """The only XML parser of feeds: nothing is expanded, loaded or fetched."""
    return etree.XMLParser(
        resolve_entities=False, load_dtd=False, dtd_validation=False, no_network=True, huge_tree=False, recover=recover
    )


def head(window: Window, encoding: str) -> YmlHead:
    """The head of the catalogue; the window then stands at its first offer, or at its end.

    Raises UnreadableFile when it is no YML, or when its DOCTYPE declares entities.
    """
    length = 0
    while True:
        gap = GAP.match(window.data, window.pos + length)
        length = gap.end() - window.pos if gap else length
        if OFFER_START.match(window.data, window.pos + length) or window.held() > HEAD_LIMIT or not window.more():
            break
    text = bytes(window.data[window.pos : window.pos + length])
    if b"<!ENTITY" in text:
        raise UnreadableFile("its DOCTYPE declares entities, which are never expanded here; send it without them")
    root = _fragment(text, encoding)
    if root is None or root.tag != "yml_catalog":
        found = "no element" if root is None else f"<{root.tag}>"
        raise UnreadableFile(f"it is XML and no YML, it begins with {found} instead of <yml_catalog>; check the file")
    window.pos += length
    return YmlHead(text_of(root.find("shop/name")), root.get("date", ""), categories(root.find("shop/categories")))


def late_categories(window: Window, encoding: str) -> dict[str, str]:
    """The categories of a catalogue that has them after its offers; empty when it has none. Reads to its end."""
    while window.skip_to(CATEGORIES_START):
        block = CATEGORIES.match(window.data, window.pos)
        if block is not None:
            return categories(_fragment(block.group(), encoding))
        if window.held() > HEAD_LIMIT or not window.more():
            break
    return {}


def categories(parent: "etree._Element | None") -> dict[str, str]:
    """id → path from the root, parts joined by " / "; a circle of parents is cut."""
    rows = () if parent is None else parent.findall("category")
    named = {row.get("id", ""): (text_of(row), row.get("parentId", "")) for row in rows}
    paths = {}
    for identifier in named:
        parts: list[str] = []
        seen: set[str] = set()
        node = identifier
        while node in named and node not in seen:
            seen.add(node)
            parts.append(named[node][0])
            node = named[node][1]
        paths[identifier] = " / ".join(reversed(parts))
    return paths


def offers(window: Window, limit: int = ROW_LIMIT) -> Iterator[Row | Refusal]:
    """Every `<offer>` as it stands in the file; one that is longer than `limit` or not closed is refused alone."""
    tail = b""
    while True:
        gap = GAP.match(window.data, window.pos)
        window.pos = gap.end() if gap else window.pos
        if not OFFER_START.match(window.data, window.pos):
            tail = (tail + bytes(window.data[-64:]))[-64:]
            section = SECTIONS.get(bytes(window.data[window.pos : window.pos + 4]))
            if section is not None and window.held() > limit:
                window.skip_to(section)
            elif not window.more():
                break
            continue
        found = OFFER.match(window.data, window.pos)
        if found is None and window.held() <= limit and window.more():
            continue
        if found is None or found.end() - found.start() > limit:
            yield _broken(window, limit, found)
            continue
        row = Row(window.line(), window.offset(), found.group())
        window.pos = found.end()
        yield row
    if window.fault or not CLOSED.search(tail):
        reason = window.fault or "</yml_catalog> is missing: the file is cut off"
        yield Refusal(window.line(), window.offset(), reason, b"")


def _broken(window: Window, limit: int, found: re.Match[bytes] | None) -> Refusal:
    line, offset = window.line(), window.offset()
    kept = bytes(window.data[window.pos : window.pos + RAW_KEPT])
    if found is not None:
        window.pos = found.end()
        return Refusal(line, offset, f"the offer is longer than {limit} bytes", kept)
    window.pos += 1
    window.skip_to(OFFER_START)
    length = window.offset() - offset
    reason = f"the offer is longer than {limit} bytes" if length > limit else "the offer is not closed"
    return Refusal(line, offset, reason, kept[:length])


def _fragment(raw: bytes, encoding: str) -> "etree._Element | None":
    text = DECLARATION.sub("", raw.decode(encoding, "replace"), count=1)
    try:
        return etree.fromstring(text, parser(recover=True))
    except etree.XMLSyntaxError:
        return None


def text_of(element: "etree._Element | None") -> str:
    """All text inside an element, white space as single blanks; empty for None."""
    return "" if element is None else " ".join("".join(str(part) for part in element.itertext()).split())
