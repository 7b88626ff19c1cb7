"""What a refused row is called, as far as it can be seen: the shop's id of the offer, and the shop it names itself.

Of what is in the file nothing is withdrawn, though nothing could be made of it. Pure; nothing here raises.
"""

import html
import re
from dataclasses import dataclass

from pipeline.feed import fields
from pipeline.feed.key_names import spelling
from pipeline.feed.text_encoding import Encoding, name_of

LONGEST = 800
"""Bytes of the longest id that is looked for."""
LOOKED_AT = 64 * 1024
# Only the tag itself has an offer's id; what is inside may have others.
OFFER_ID = re.compile(rb"""\A<offer\b[^<>]*?\sid\s*=\s*(?:"([^"<>]{1,800})"|'([^'<>]{1,800})')""")
ITEM_ID = re.compile(rb"<g:id(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<>\]]{1,800})", re.IGNORECASE)
OTHER_ITEM_ID = re.compile(rb"<(?:[\w.-]+:)?id(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<>\]]{1,800})", re.IGNORECASE)
VALUE = rb'\s*:\s*(?:"((?:[^"\\\n]|\\.){1,800})"|(\d{1,40})(?![\d.eE]))'
ROW_ID = re.compile(rb'"product[ _-]?id"' + VALUE, re.IGNORECASE)
ROW_STORE = re.compile(rb'"store[ _-]?id"' + VALUE, re.IGNORECASE)
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


@dataclass(frozen=True, slots=True)
class RowName:
    """Empty what cannot be seen; the id without the prefix of its feed."""

    product: str = ""
    store: str = ""


NAMELESS = RowName()


def of_offer(raw: bytes, encoding: Encoding) -> RowName:
    """An `<offer>` of YML."""
    return RowName(_of_xml(OFFER_ID.search(raw, 0, 4 * LONGEST), encoding))


def of_item(raw: bytes, encoding: Encoding) -> RowName:
    """An item of Google's RSS or Atom; the id of the format around it counts where Google's own is missing."""
    found = ITEM_ID.search(raw, 0, LOOKED_AT) or OTHER_ITEM_ID.search(raw, 0, LOOKED_AT)
    return RowName(_of_xml(found, encoding))


def of_json(raw: bytes, encoding: Encoding) -> RowName:
    """A row of JSON that no JSON could be read from."""
    return RowName(
        _of_json(ROW_ID.search(raw, 0, LOOKED_AT), encoding), _of_json(ROW_STORE.search(raw, 0, LOOKED_AT), encoding)
    )


def of_value(value: object) -> RowName:
    """A row of JSON as it was read, whatever it is."""
    if not isinstance(value, dict):
        return NAMELESS
    names = {spelling(str(name)[:LONGEST]): each for name, each in value.items() if each not in (None, "")}
    return RowName(_plain(names.get("product_id")), _plain(names.get("store_id")))


def _plain(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return fields.line(str(value)[:LONGEST]).strip()


def _of_xml(found: "re.Match[bytes] | None", encoding: Encoding) -> str:
    return fields.line(html.unescape(_text(found, encoding))).strip()


def _of_json(found: "re.Match[bytes] | None", encoding: Encoding) -> str:
    return fields.line(ESCAPE.sub(_unescaped, _text(found, encoding))).strip()


def _unescaped(found: "re.Match[str]") -> str:
    sign = found.group(1)
    return chr(int(sign[1:], 16)) if len(sign) == 5 else ESCAPED.get(sign, sign)


def _text(found: "re.Match[bytes] | None", encoding: Encoding) -> str:
    if found is None:
        return ""
    raw: bytes = next(filter(None, found.groups()))
    return raw.decode(name_of(encoding), "replace")
