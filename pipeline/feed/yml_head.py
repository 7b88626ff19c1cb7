"""What a YML catalogue says before (or after) its offers: the shop, the date, the currencies, the categories."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from pipeline.contracts.ways_on import contact_of
from pipeline.feed import fields
from pipeline.feed.currencies import DeclaredRate, code
from pipeline.feed.markup import one_line
from pipeline.feed.rows import RowRefused, UnreadableFile, short
from pipeline.feed.text_encoding import Encoding, decoded, name_of
from pipeline.feed.window import Window
from pipeline.feed.xml_text import parser, readied, text_of, with_stray_ampersands
from pipeline.feed.yml_rows import OFFER_TAG, RowTag, next_tag

HEAD_LIMIT = 16 * 1024 * 1024
DEEPEST = 20
"""Parts of a category's path; above it, the upper ones are left out."""

DECLARATION = re.compile(r"^\s*+<\?xml.*?\?>", re.DOTALL)
PARENTS = ("parentId", "parentid", "parent_id", "parent")


@dataclass(slots=True)
class YmlHead:
    """What stands before the offers: the shop's name, address and phone, what delivery usually costs and how many days
    it takes, the catalogue's date, what it says of currencies, and id → "A / B / C" of its categories. `remarks`: what
    of it could not be understood, in words for the shop."""

    shop: str = ""
    moment: datetime | None = None
    categories: dict[str, str] = field(default_factory=dict)
    site: str = ""
    rates: list[DeclaredRate] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    phone: str = ""
    delivery_cost: str = ""
    delivery_days: str = ""


def head(window: Window, encoding: Encoding) -> YmlHead:
    """The head of the catalogue; the window then stands at its first offer, or at its end.

    Raises UnreadableFile when it is no YML, or when its DOCTYPE declares entities.
    """
    root = root_before(window, encoding, OFFER_TAG)
    if root is None or root.tag != "yml_catalog":
        found = "no element" if root is None else f"<{str(root.tag)[:40]}>"
        raise UnreadableFile(f"it is XML and no YML, it begins with {found} instead of <yml_catalog>; check the file")
    remarks: list[str] = []
    usual = root.find("shop/delivery-options/option")
    return YmlHead(
        one_line(text_of(root.find("shop/name"))),
        _moment(root.get("date", ""), remarks),
        categories(root.find("shop/categories"), remarks),
        text_of(root.find("shop/url")),
        currencies(root.find("shop/currencies")),
        remarks,
        phone=_phone(text_of(root.find("shop/phone")), remarks),
        delivery_cost="" if usual is None else usual.get("cost", ""),
        delivery_days="" if usual is None else usual.get("days", ""),
    )


def _phone(written: str, remarks: list[str]) -> str:
    """The shop's phone, which is the only contact of its own that a catalogue has: `<email>` is its programmer's."""
    if not written or contact_of(written) is not None:
        return written
    remarks.append(f"phone: {short(written)} is no phone number, and is left out")
    return ""


def root_before(window: Window, encoding: Encoding, tag: RowTag) -> "etree._Element | None":
    """The root of a file with all that stands before its first row, where the window stands then; None without a root.

    Raises UnreadableFile when its DOCTYPE declares entities.
    """
    length, found = next_tag(window, 0, HEAD_LIMIT, tag)
    while found and found != tag.opening:
        # A stray end of an offer, or a comment that is not closed, is text here.
        length, found = next_tag(window, length + len(found), HEAD_LIMIT, tag)
    text = bytes(window.data[window.pos : window.pos + length])
    if b"<!ENTITY" in text:
        raise UnreadableFile("its DOCTYPE declares entities, which are never expanded here; send it without them")
    window.pos += length
    return _fragment(text, encoding)


def _moment(written: str, remarks: list[str]) -> datetime | None:
    try:
        return fields.moment(written, "date")
    except RowRefused:
        remarks.append(f"date: {short(written)} is no date of a catalogue; offers without one of their own have none")
        return None


def currencies(parent: "etree._Element | None") -> list[DeclaredRate]:
    """What the catalogue says of its currencies, as it is written."""
    rows = () if parent is None else parent.findall("currency")
    return [
        DeclaredRate(code(row.get("id", "")), row.get("rate", "").strip(), row.get("plus", "").strip())
        for row in rows
        if row.get("id", "").strip() and row.get("rate", "").strip()
    ]


def late(window: Window, encoding: Encoding, name: str) -> "etree._Element | None":
    """The element of a catalogue that has it after its offers; None when it has none. Reads as far as it stands."""
    start, ends = re.compile(rb"<%s(?=[\s>])" % name.encode()), re.compile(rb"</%s\s*+>" % name.encode())
    while window.skip_to(start):
        searched = 0
        while True:
            end = ends.search(window.data, window.pos + searched)
            if end is not None:
                return _fragment(bytes(window.data[window.pos : end.end()]), encoding)
            searched = max(0, window.held() - 64)
            if window.held() > HEAD_LIMIT or not window.more():
                return None
    return None


def categories(parent: "etree._Element | None", remarks: list[str]) -> dict[str, str]:
    """id → path from the root, parts joined by " / ".

    A circle of parents is cut, a parent that is not there is passed over, and so is what is above 20 parts; that is
    told. A category without a name is none.
    """
    rows = [] if parent is None else parent.findall("category")
    named: dict[str, tuple[str, str]] = {}
    twice: list[str] = []
    for row in rows:
        identifier, name = fields.line(row.get("id", "")), _part(row)
        if not identifier or not name:
            continue
        if identifier in named and named[identifier][0] != name:
            twice.append(identifier)
        named[identifier] = (name, next((fields.line(row.get(key, "")) for key in PARENTS if row.get(key)), ""))
    paths: dict[str, str] = {}
    circles: list[str] = []
    for identifier in named:
        parts: list[str] = []
        seen: set[str] = set()
        node = identifier
        while node in named and node not in seen and len(parts) < DEEPEST:
            seen.add(node)
            parts.append(named[node][0])
            node = named[node][1]
        if node in seen:
            circles.append(identifier)
        paths[identifier] = " / ".join(reversed(parts))
    orphans = [identifier for identifier, (_, above) in named.items() if above not in named and above not in ("", "0")]
    _tell(remarks, "their parent is not among them, so that they stand at the top", orphans)
    _tell(remarks, "they are within themselves; the circle is cut", circles)
    _tell(remarks, "they are named twice, the last name counts", dict.fromkeys(twice))
    return paths


def _part(row: "etree._Element") -> str:
    # The divider of a path must not be made by a name.
    return one_line(text_of(row)).replace(" / ", "/")


def _tell(remarks: list[str], what: str, ids: Iterable[str]) -> None:
    found = list(ids)
    if found:
        shown = ", ".join(short(each) for each in found[:5])
        remarks.append(f"categories {shown}{f' and {len(found) - 5} more' if len(found) > 5 else ''}: {what}")


def _fragment(raw: bytes, encoding: Encoding) -> "etree._Element | None":
    try:
        text = decoded(raw, encoding)
    except UnicodeError:
        text = raw.decode(name_of(encoding), "replace")
    text = with_stray_ampersands(readied(DECLARATION.sub("", text, count=1)))
    try:
        return etree.fromstring(text, parser(recover=True))
    except (etree.XMLSyntaxError, ValueError):
        return None
