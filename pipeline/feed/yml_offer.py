"""From an `<offer>` of YML to a valid product. Pure."""

import re
from collections.abc import Iterable

from lxml import etree

from pipeline.contracts.messages import Product
from pipeline.feed import fields
from pipeline.feed.markup import plain
from pipeline.feed.product_row import Defaults, validated
from pipeline.feed.rows import Row, RowRefused
from pipeline.feed.yml_head import YmlHead, parser, text_of

# Where in the offer it was; the refusal says where in the file.
PLACE = re.compile(r", line \d+, column \d+.*$", re.DOTALL)
# Elements that say something to a buyer and have no field of their own in the contract.
NAMED = {
    "model": "Модель",
    "typePrefix": "Тип",
    "author": "Автор",
    "publisher": "Издательство",
    "year": "Год",
    "country_of_origin": "Страна производства",
    "dimensions": "Габариты, см",
    "weight": "Вес, кг",
    "barcode": "Штрихкод",
}
OLD_PRICE = "Старая цена"
GROUP = "Группа моделей"
COUNTS = ("count", "stock_quantity", "quantity", "stock")


def product(row: Row, encoding: str, head: YmlHead, defaults: Defaults) -> Product:
    """The product in an offer. Raises RowRefused with the element and the fault."""
    offer = _parsed(row, encoding)
    name = _name(offer)
    updated = fields.moment(_child(offer, "modified_time") or head.date, "date")
    return validated(
        {
            "product_id": f"{defaults.id_prefix}{fields.line(offer.get('id', ''))}",
            "name": name,
            "description": plain(_raw(offer, "description")),
            "price": {
                "amount": fields.amount(_child(offer, "price") or None, "price"),
                "currency": fields.currency(_child(offer, "currencyId")),
            },
            "category": _category(offer, head),
            "brand": _child(offer, "vendor"),
            "stock": {"available": _available(offer), "reserved": 0},
            "sku": _child(offer, "vendorCode"),
            "tags": _tags(offer),
            "images": [{"url": url, "alt": name} for url in _texts(offer.iterfind("picture"))],
            "specifications": _specifications(offer),
            "created_at": updated,
            "updated_at": updated,
            "store_id": defaults.store or head.shop,
            # With an id of our choice, the name is what people know the shop by.
            **({"store_name": head.shop} if defaults.store and head.shop else {}),
        }
    )


def _parsed(row: Row, encoding: str) -> "etree._Element":
    try:
        return etree.fromstring(row.raw.decode(encoding), parser())
    except UnicodeDecodeError as error:
        raise RowRefused(f"the text is not {error.encoding} at byte {error.start}") from None
    except UnicodeError as error:
        raise RowRefused(f"the text is not {encoding} ({error})") from None
    except etree.XMLSyntaxError as error:
        place = f"line {row.line + error.lineno - 1}: " if error.lineno else ""
        raise RowRefused(f"the offer is not well-formed: {place}{PLACE.sub('', error.msg)}") from None


def _name(offer: "etree._Element") -> str:
    given = _child(offer, "name") or _child(offer, "title")
    if given:
        return given
    parts = [_child(offer, tag) for tag in ("typePrefix", "vendor", "model")]
    if not parts[2]:
        raise RowRefused("name: the offer has neither <name> nor <model>")
    return " ".join(part for part in parts if part)


def _category(offer: "etree._Element", head: YmlHead) -> str:
    identifier = _child(offer, "categoryId")
    if not identifier:
        return _child(offer, "market_category") or _child(offer, "category")
    path = head.categories.get(identifier)
    if path is None:
        # An offer without its category would slip through a ban of the category.
        raise RowRefused(f"categoryId: {fields.short(identifier)} is not among the categories of the file")
    return path


def _available(offer: "etree._Element") -> int:
    if offer.get("available", "true").strip().lower() in {"false", "0", "no"}:
        return 0
    stocks = [outlet.get("instock", "") for outlet in offer.iterfind("outlets/outlet")]
    counts = [fields.pieces(stock, "outlet.instock") for stock in stocks if stock.strip().isdecimal()]
    if counts:
        return sum(counts)
    for tag in COUNTS:
        value = _child(offer, tag)
        if value:
            return fields.pieces(value, tag)
    # The shop says only that there is some.
    return 1


def _specifications(offer: "etree._Element") -> dict[str, object]:
    values: dict[str, list[str]] = {}
    for param in offer.iterfind("param"):
        name, value = fields.line(param.get("name", "")), text_of(param)
        if name and value:
            value = " ".join(filter(None, (value, fields.line(param.get("unit", "")))))
            values.setdefault(name, []).append(value)
    found: dict[str, object] = {name: ", ".join(parts) for name, parts in values.items()}
    for tag, name in NAMED.items():
        value = _child(offer, tag)
        if value:
            found.setdefault(name, value)
    old = _child(offer, "oldprice")
    if old:
        found[OLD_PRICE] = fields.amount(old, "oldprice")
    if offer.get("group_id"):
        found[GROUP] = fields.line(offer.get("group_id", ""))
    return found


def _tags(offer: "etree._Element") -> list[str]:
    words = (word for text in _texts(offer.iterfind("keywords")) for word in text.split(","))
    return list(dict.fromkeys(filter(None, map(fields.line, words))))


def _texts(elements: "Iterable[etree._Element]") -> list[str]:
    return list(dict.fromkeys(text for text in map(text_of, elements) if text))


def _child(offer: "etree._Element", tag: str) -> str:
    return fields.CONTROL.sub("", text_of(offer.find(tag)))


def _raw(offer: "etree._Element", tag: str) -> str:
    element = offer.find(tag)
    if element is None:
        return ""
    # Some shops leave their HTML unescaped; it is markup all the same.
    return etree.tostring(element, encoding="unicode", with_tail=False) if len(element) else (element.text or "")
