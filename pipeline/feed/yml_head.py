"""What a YML catalogue says before (or after) its offers: the shop, the date, the categories."""

import re
from dataclasses import dataclass, field

from lxml import etree

from pipeline.feed.rows import UnreadableFile
from pipeline.feed.window import Window
from pipeline.feed.yml_rows import OFFER, next_tag

HEAD_LIMIT = 16 * 1024 * 1024
DEEPEST = 20
"""Parts of a category's path; above it, the upper ones are left out."""

CATEGORIES_START = re.compile(rb"<categories(?=[\s>])")
CATEGORIES_END = re.compile(rb"</categories\s*+>")
DECLARATION = re.compile(r"^\s*+<\?xml.*?\?>", re.DOTALL)


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
    length, tag = next_tag(window, 0, HEAD_LIMIT)
    while tag and tag != OFFER:
        # A stray end of an offer, or a comment that is not closed, is text here.
        length, tag = next_tag(window, length + len(tag), HEAD_LIMIT)
    text = bytes(window.data[window.pos : window.pos + length])
    if b"<!ENTITY" in text:
        raise UnreadableFile("its DOCTYPE declares entities, which are never expanded here; send it without them")
    root = _fragment(text, encoding)
    if root is None or root.tag != "yml_catalog":
        found = "no element" if root is None else f"<{str(root.tag)[:40]}>"
        raise UnreadableFile(f"it is XML and no YML, it begins with {found} instead of <yml_catalog>; check the file")
    window.pos += length
    return YmlHead(text_of(root.find("shop/name")), root.get("date", ""), categories(root.find("shop/categories")))


def late_categories(window: Window, encoding: str) -> dict[str, str]:
    """The categories of a catalogue that has them after its offers; empty when it has none. Reads to its end."""
    while window.skip_to(CATEGORIES_START):
        searched = 0
        while True:
            end = CATEGORIES_END.search(window.data, window.pos + searched)
            if end is not None:
                return categories(_fragment(bytes(window.data[window.pos : end.end()]), encoding))
            searched = max(0, window.held() - 64)
            if window.held() > HEAD_LIMIT or not window.more():
                return {}
    return {}


def categories(parent: "etree._Element | None") -> dict[str, str]:
    """id → path from the root, parts joined by " / "; a circle of parents is cut, and a path of more than 20 parts."""
    rows = () if parent is None else parent.findall("category")
    named = {row.get("id", ""): (text_of(row), row.get("parentId", "")) for row in rows}
    paths = {}
    for identifier in named:
        parts: list[str] = []
        seen: set[str] = set()
        node = identifier
        while node in named and node not in seen and len(parts) < DEEPEST:
            seen.add(node)
            parts.append(named[node][0])
            node = named[node][1]
        paths[identifier] = " / ".join(reversed(parts))
    return paths


def text_of(element: "etree._Element | None") -> str:
    """All text inside an element, white space as single blanks; empty for None."""
    return "" if element is None else " ".join("".join(str(part) for part in element.itertext()).split())


def _fragment(raw: bytes, encoding: str) -> "etree._Element | None":
    text = DECLARATION.sub("", raw.decode(encoding, "replace"), count=1)
    try:
        return etree.fromstring(text, parser(recover=True))
    except (etree.XMLSyntaxError, ValueError):
        return None
