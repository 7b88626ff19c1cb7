"""Google Merchant's feeds: RSS with the namespace g, or Atom; one `<item>` or `<entry>` at a time.

Format: https://support.google.com/merchants/answer/7052112
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from pipeline.contracts.feeds import FaultCode
from pipeline.contracts.messages import Product
from pipeline.feed import amounts, fields, product_row
from pipeline.feed.markup import one_line
from pipeline.feed.product_row import Defaults
from pipeline.feed.rows import ROW_LIMIT, Refusal, Row, RowRefused, Tell, UnreadableFile, short, silent
from pipeline.feed.text_encoding import Encoding
from pipeline.feed.window import Window
from pipeline.feed.xml_text import GOOGLES, RowElement, element, text_of
from pipeline.feed.yml_head import root_before
from pipeline.feed.yml_rows import RowTag, offers

ITEM_TAG = RowTag.of("item", b"item", b"rss")
ENTRY_TAG = RowTag.of("entry", b"entry", b"feed")
ROOT = re.compile(rb"<(?:[\w.-]+:)?(rss|feed)(?=[\s>])")
# What a buyer asks of a variant, by the words of the shop's other feeds.
NAMED = {
    "color": "Цвет",
    "size": "Размер",
    "material": "Материал",
    "pattern": "Узор",
    "gender": "Пол",
    "age_group": "Возраст",
    "condition": "Состояние",
    "gtin": "Штрихкод",
    "shipping_weight": "Вес",
}
IN_STOCK = frozenset({"in stock", "limited availability", "available for order"})
OUT_OF_STOCK = frozenset({"out of stock", "preorder", "backorder", "discontinued"})
COUNTS = ("quantity", "inventory", "quantity_to_sell_on_facebook", "sell_on_google_quantity", "stock")
LOCAL = re.compile(r"^(?:\{[^}]*\}|[^:]*:)")
PATH = re.compile(r"\s*(?:>|&gt;)\s*")
NUMBER = re.compile(r"[0-9]+")


@dataclass(slots=True)
class Channel:
    """What a feed says before its items: the shop's name and address."""

    tag: RowTag
    shop: str = ""
    site: str = ""


def channel(window: Window, encoding: Encoding) -> Channel:
    """The feed's head; the window then stands at its first item. Raises UnreadableFile when it is none."""
    found = ROOT.search(window.data, window.pos)
    tag = ENTRY_TAG if found is not None and found.group(1) == b"feed" else ITEM_TAG
    root = root_before(window, encoding, tag)
    if root is None:
        raise UnreadableFile("it is XML and has no <rss> with items; check the file")
    top = _named(root, "channel")
    top = root if top is None else top
    link = _named(top, "link")
    address = "" if link is None else text_of(link) or link.get("href", "")
    return Channel(tag, one_line(text_of(_named(top, "title"))), address)


def _named(parent: "etree._Element", name: str) -> "etree._Element | None":
    """The first child of this name, in whatever namespace."""
    tags = ((child, child.tag) for child in parent if isinstance(child.tag, str))
    return next((child for child, tag in tags if LOCAL.sub("", tag) == name), None)


def items(window: Window, head: Channel, limit: int = ROW_LIMIT) -> Iterator[Row | Refusal]:
    """Every item as it stands in the file; one that is longer than `limit` or not closed is refused alone."""
    return offers(window, limit, head.tag)


def product(row: Row, encoding: Encoding, head: Channel, defaults: Defaults, tell: Tell = silent) -> Product:
    """The product in an item. Raises RowRefused with the element and the fault."""
    item = element(row, encoding, head.tag.called, prefixes=False)
    name = one_line(_child(item, "title"))
    if not name:
        raise RowRefused("name: the item has no <title>", FaultCode.MISSING, "name")
    price, old = _prices(item)
    made: dict[str, object] = {
        "product_id": fields.line(product_row.identifier(_child(item, "id"), defaults.id_prefix)),
        "name": name,
        "description": _description(item),
        "price": {"amount": price or None, "currency": _child(item, "currency")},
        "category": _category(item),
        "brand": _child(item, "brand"),
        "stock": product_row.stock_of(_available(item)),
        "sku": _child(item, "mpn"),
        "tags": [],
        "images": [
            {"url": url, "alt": name}
            for tag in ("image_link", "additional_image_link")
            for found in (*item.all(f"{GOOGLES}{tag}"), *item.all(tag))
            if (url := text_of(found))
        ],
        "specifications": _specifications(item),
        "store_id": defaults.store or head.shop,
        "group_id": _child(item, "item_group_id") or None,
        "old_price": old or None,
        "url": _link(item),
        "delivery": _delivery(item),
    }
    if defaults.store and head.shop:
        made["store_name"] = head.shop
    return product_row.finished(made, defaults, (defaults.site, head.site), tell, flat=True)


def _child(item: RowElement, tag: str) -> str:
    return item.text(f"{GOOGLES}{tag}") or item.text(tag)


def _description(item: RowElement) -> str:
    ways = (f"{GOOGLES}description", "description", "summary", "content")
    return next(filter(None, (item.markup(way) for way in ways)), "")


def _prices(item: RowElement) -> tuple[str, str]:
    """What it costs now, and what it did before a sale that is on."""
    price, sale = _child(item, "price"), _child(item, "sale_price")
    if not sale or not price or not _is_on(_child(item, "sale_price_effective_date")):
        return price or sale, ""
    if amounts.amount(sale, "sale_price").value >= amounts.amount(price, "price").value:
        # A sale at which it costs no less is none.
        return price, ""
    return sale, price


def _is_on(period: str) -> bool:
    if not period:
        return True
    begins, divider, ends = period.partition("/")
    first, last = fields.moment(begins, "sale_price_effective_date"), fields.moment(ends, "sale_price_effective_date")
    if not divider or first is None or last is None:
        text = f"sale_price_effective_date: {short(period)} is no period; send two dates with / between them"
        raise RowRefused(text, FaultCode.NOT_A_PERIOD, "sale_price_effective_date", value=period)
    return first <= datetime.now(UTC) <= last


def _link(item: RowElement) -> str:
    found = item.first(f"{GOOGLES}link")
    found = item.first("link") if found is None else found
    return "" if found is None else text_of(found) or found.get("href", "")


def _delivery(item: RowElement) -> dict[str, object]:
    """What the first way of shipping costs, and whether it can be fetched."""
    found = item.first(f"{GOOGLES}shipping")
    found = item.first("shipping") if found is None else found
    cost = "" if found is None else _child(RowElement(found), "price")
    return {"courier": True if cost else None, "cost": cost, "pickup": _pickup(_child(item, "pickup_method"))}


def _pickup(method: str) -> bool | None:
    return None if not method else method.replace("_", " ").casefold() != "not supported"


def _category(item: RowElement) -> str:
    given = _child(item, "product_type") or _child(item, "google_product_category")
    # A number alone is Google's own, and says nothing to anybody here.
    return "" if NUMBER.fullmatch(given) else PATH.sub(" / ", one_line(given))


def _available(item: RowElement) -> int | None:
    """How many there are; None: the shop says only that there is some."""
    said = _child(item, "availability").replace("_", " ").casefold()
    if said in OUT_OF_STOCK:
        return 0
    for tag in COUNTS:
        value = _child(item, tag)
        if value:
            return fields.pieces(value, tag)
    if said and said not in IN_STOCK and not amounts.is_some(said):
        return fields.pieces(said, "availability")
    return None


def _specifications(item: RowElement) -> dict[str, object]:
    values: dict[str, list[str]] = {}
    for detail in (*item.all(f"{GOOGLES}product_detail"), *item.all("product_detail")):
        name, value = (one_line(_child(RowElement(detail), f"attribute_{part}")) for part in ("name", "value"))
        if name and value:
            values.setdefault(name, []).append(value)
    found: dict[str, object] = {name: ", ".join(parts) for name, parts in values.items()}
    for tag, name in NAMED.items():
        value = _child(item, tag)
        if value:
            found.setdefault(name, value)
    return found
