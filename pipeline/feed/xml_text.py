"""The text of XML as shops write it, made ready for a strict parser; and the parser. Pure."""

import html
import re

from lxml import etree

from pipeline.contracts.feeds import FaultCode
from pipeline.feed import fields
from pipeline.feed.markup import NOT_TEXT, unescaped
from pipeline.feed.rows import Row, RowRefused
from pipeline.feed.text_encoding import Encoding, decoded, name_of, shown

# What XML 1.0 does not let stand in a document, raw or as a reference.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
REFERENCE = re.compile(r"&#(?:([0-9]{1,7})|x([0-9a-fA-F]{1,6}));")
NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z][A-Za-z0-9]{1,31};")
STRAY = re.compile(r"&(?!(?:[A-Za-z][A-Za-z0-9]{0,31}|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
UNKNOWN = re.compile(r"Entity '(.*)' not defined", re.DOTALL)
REFERENCES = ("EntityRef", "CharRef", "xmlParseCharRef")
# Where in the row it was; the refusal says where in the file.
PLACE = re.compile(r", line \d+, column \d+.*$", re.DOTALL)
SILENT = frozenset({"style", "script", "template"})


def parser(recover: bool = False) -> etree.XMLParser:
    """The only XML parser of feeds: nothing is expanded, loaded or fetched."""
    return etree.XMLParser(
        resolve_entities=False, load_dtd=False, dtd_validation=False, no_network=True, huge_tree=False, recover=recover
    )


STRICT = parser()


def readied(text: str) -> str:
    """The text without characters that XML forbids, and with HTML's named ones as themselves."""
    text = FORBIDDEN.sub("", text)
    return NAMED.sub(_named, REFERENCE.sub(_allowed, text)) if "&" in text else text


def with_stray_ampersands(text: str) -> str:
    """The text with each `&` that begins nothing escaped: for heads, of which every part is wanted."""
    return STRAY.sub("&amp;", text)


class RowElement:
    """The element of a row, which is asked for its children by their names."""

    __slots__ = ("_first", "root")

    def __init__(self, root: "etree._Element") -> None:
        self.root = root
        self._first: dict[object, etree._Element] = {}
        for child in root:
            self._first.setdefault(child.tag, child)

    def get(self, attribute: str) -> str:
        """The attribute; empty when there is none."""
        return self.root.get(attribute) or ""

    def first(self, tag: str) -> "etree._Element | None":
        """The first child with this tag."""
        return self._first.get(tag)

    def all(self, tag: str) -> "list[etree._Element]":
        """Every child with this tag, or at the end of this path of tags."""
        return self.root.findall(tag) if tag.partition("/")[0] in self._first else []

    def text(self, tag: str) -> str:
        """The text of the first child with this tag, without what no text has; empty when there is none."""
        found = self._first.get(tag)
        return "" if found is None else fields.line(text_of(found))

    def markup(self, tag: str) -> str:
        """The child as HTML, whether it was escaped or not."""
        found = self._first.get(tag)
        if found is None:
            return ""
        # Some shops leave their HTML unescaped; it is markup all the same.
        return etree.tostring(found, encoding="unicode", with_tail=False) if len(found) else (found.text or "")


def element(row: Row, encoding: Encoding, called: str, *, prefixes: bool = True) -> RowElement:
    """The row's element; without `prefixes`, those of its names are taken off, and `g:` is `g_`.

    Raises RowRefused with the fault.
    """
    try:
        text = decoded(row.raw, encoding)
    except UnicodeDecodeError as error:
        name = shown(name_of(encoding))
        wrong = f"the text is not {name} at byte {error.start}; pass --encoding"
        raise RowRefused(wrong, FaultCode.BAD_ENCODING, encoding=name) from None
    except UnicodeError as error:
        name = name_of(encoding)
        raise RowRefused(f"the text is not {name} ({error})", FaultCode.BAD_ENCODING, encoding=name) from None
    text = readied(text)
    if not prefixes:
        text = ATTRIBUTE_PREFIX.sub(" ", PREFIX.sub(_without_prefix, text))
    try:
        return RowElement(etree.fromstring(text, STRICT))
    except etree.XMLSyntaxError as error:
        place = f"line {row.line + error.lineno - 1}: " if error.lineno else ""
        raise _malformed(f"the {called} is not well-formed: {place}", error.msg) from None
    except ValueError as error:
        raise RowRefused(f"the {called} is not well-formed: {error}", FaultCode.BAD_XML) from None


def _without_prefix(found: "re.Match[str]") -> str:
    # What is Google's own goes before what has the same name in the format around it.
    return f"<{found.group(1)}{GOOGLES if found.group(2).lower() == 'g' else ''}"


GOOGLES = "g_"
PREFIX = re.compile(r"<(/?)([A-Za-z_][\w.-]{0,40}):(?=[A-Za-z_])")
ATTRIBUTE_PREFIX = re.compile(r"\s(?!xml:)[A-Za-z_][\w.-]{0,40}:(?=[A-Za-z_][\w.-]{0,60}=[\"'])")


def text_of(found: "etree._Element | None") -> str:
    """All text inside an element but that of scripts and styles, white space as single blanks; empty for None."""
    if found is None:
        return ""
    if len(found):
        parts: list[str] = []
        _collect(found, parts)
        return " ".join("".join(parts).split())
    return " ".join((found.text or "").split())


def _collect(found: "etree._Element", parts: list[str]) -> None:
    if isinstance(found.tag, str) and found.tag.lower() not in SILENT:
        parts.append(found.text or "")
        for child in found:
            _collect(child, parts)
            parts.append(child.tail or "")


def _malformed(about: str, message: str) -> RowRefused:
    unknown = UNKNOWN.search(message)
    if unknown is not None:
        entity = f"&{unknown.group(1)[:40]};"
        text = f"{about}the entity «{entity}» is unknown; write the character itself"
        return RowRefused(text, FaultCode.UNKNOWN_ENTITY, value=entity)
    if any(name in message for name in REFERENCES):
        return RowRefused(f"{about}a stray & in the text; write &amp; for it", FaultCode.STRAY_AMPERSAND)
    return RowRefused(f"{about}{PLACE.sub('', message)}", FaultCode.BAD_XML)


def _allowed(found: "re.Match[str]") -> str:
    number = int(found.group(1) or found.group(2), 10 if found.group(1) else 16)
    return "" if number in NOT_TEXT or number > 0x10FFFF else found.group()


def _named(found: "re.Match[str]") -> str:
    meant = unescaped(found.group())
    # A few names stand for signs of markup.
    return meant if meant == found.group() else html.escape(meant, quote=False)
