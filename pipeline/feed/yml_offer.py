"""From an `<offer>` of YML to a valid product. Pure."""

from collections.abc import Iterable

from lxml import etree

from pipeline.contracts.feeds import FaultCode
from pipeline.contracts.messages import Product
from pipeline.feed import fields, product_row
from pipeline.feed.markup import one_line
from pipeline.feed.product_row import Defaults
from pipeline.feed.rows import Row, RowRefused, Tell, short, silent
from pipeline.feed.text_encoding import Encoding
from pipeline.feed.xml_text import RowElement, element, text_of
from pipeline.feed.yml_head import YmlHead

# Elements that say something to a buyer and have no field of their own in the contract.
NAMED = {
    "author": "Автор",
    "publisher": "Издательство",
    "year": "Год",
    "country_of_origin": "Страна производства",
    "dimensions": "Габариты, см",
    "weight": "Вес, кг",
    "barcode": "Штрихкод",
}
# They make the name when there is none; beside one, they say more.
OF_THE_NAME = {"model": "Модель", "typePrefix": "Тип"}
COUNTS = ("count", "stock_quantity", "quantity", "stock")
NO = frozenset({"false", "0", "no", "нет", "n"})
YES = frozenset({"true", "1", "yes", "да", "y", ""})


def product(row: Row, encoding: Encoding, head: YmlHead, defaults: Defaults, tell: Tell = silent) -> Product:
    """The product in an offer. Raises RowRefused with the element and the fault."""
    offer = element(row, encoding, "offer")
    identifier = product_row.identifier(offer.get("id"), defaults.id_prefix)
    name = _name(offer)
    updated = fields.moment(offer.text("modified_time"), "date") or head.moment
    made: dict[str, object] = {
        "product_id": fields.line(identifier),
        "name": name,
        "description": offer.markup("description"),
        "price": _price(offer),
        "category": _category(offer, head),
        "brand": offer.text("vendor"),
        "stock": product_row.stock_of(_available(offer)),
        "sku": offer.text("vendorCode"),
        "tags": _tags(offer),
        "images": [{"url": url, "alt": name} for url in _texts(offer.all("picture"))],
        "specifications": _specifications(offer),
        "created_at": updated,
        "updated_at": updated,
        "store_id": defaults.store or head.shop,
        "group_id": fields.line(offer.get("group_id")) or None,
        "old_price": offer.text("oldprice") or offer.text("old_price") or None,
        "url": offer.text("url"),
        "delivery": _delivery(offer, head),
        "sales_notes": offer.text("sales_notes"),
        "contact": head.phone,
    }
    if defaults.store and head.shop:
        # With an id of our choice, the name is what people know the shop by.
        made["store_name"] = head.shop
    if offer.text("disabled").casefold() in YES - {""}:
        # "Not for sale": whoever sends it withdraws the offer, see `slices.ready`.
        made["disabled"] = True
    return product_row.finished(made, defaults, (defaults.site, head.site), tell, flat=True)


def _delivery(offer: RowElement, head: YmlHead) -> dict[str, object]:
    """How the offer comes to its buyer; its own terms, or the shop's. Of several the first is what is usual."""
    option = next(iter(offer.all("delivery-options/option")), None)
    cost = option.get("cost", "") if option is not None else head.delivery_cost
    days = option.get("days", "") if option is not None else head.delivery_days
    return {
        "courier": offer.text("delivery"),
        "cost": offer.text("local_delivery_cost") or cost,
        "days": days,
        "pickup": offer.text("pickup"),
        "in_store": offer.text("store"),
    }


def _price(offer: RowElement) -> dict[str, object]:
    found = offer.first("price")
    text = offer.text("price")
    return {
        "amount": text or None,
        "currency": offer.text("currencyId"),
        **({"from": found.get("from")} if found is not None and found.get("from") else {}),
    }


def _name(offer: RowElement) -> str:
    given = one_line(offer.text("name") or offer.text("title"))
    if given:
        return given
    parts = [one_line(offer.text(tag)) for tag in ("typePrefix", "vendor", "model")]
    if not parts[2]:
        raise RowRefused("name: the offer has neither <name> nor <model>", FaultCode.MISSING, "name")
    return " ".join(part for part in parts if part)


def _category(offer: RowElement, head: YmlHead) -> str:
    """The path of the offer's category. Raises RowRefused without one, or with one that the file does not have: an
    offer without its category would slip through a ban of the category."""
    identifier = fields.line(offer.text("categoryId"))
    if not identifier:
        named = offer.text("market_category") or offer.text("category")
        if not named:
            raise RowRefused("categoryId: the offer has no category", FaultCode.MISSING, "category")
        return named
    path = head.categories.get(identifier)
    if path is None:
        text = f"categoryId: {short(identifier)} is not among the categories of the file"
        raise RowRefused(text, FaultCode.UNKNOWN_CATEGORY, "category", value=identifier)
    return path


def _available(offer: RowElement) -> int | None:
    """How many there are; None: the shop says only that there is some."""
    if _is_off(offer):
        return 0
    stocks = [outlet.get("instock", "") for outlet in offer.all("outlets/outlet")]
    counts = [fields.pieces(stock, "outlet.instock") for stock in stocks if stock.strip()]
    if counts:
        return sum(counts)
    for tag in COUNTS:
        value = offer.text(tag)
        if value:
            return fields.pieces(value, tag)
    return None


def _is_off(offer: RowElement) -> bool:
    """Whether the offer itself says that it is not for sale now."""
    disabled = offer.text("disabled").casefold()
    if disabled not in ("", *NO) and disabled in YES:
        return True
    said = (offer.get("available") or offer.text("available")).strip().casefold()
    if said in NO:
        return True
    if said not in YES:
        raise RowRefused(
            f"available: {short(said)} is neither true nor false", FaultCode.NOT_YES_OR_NO, "available", value=said
        )
    return False


def _specifications(offer: RowElement) -> dict[str, object]:
    values: dict[str, list[str]] = {}
    for param in offer.all("param"):
        name, value = one_line(param.get("name", "")), one_line(text_of(param))
        if name and value:
            value = " ".join(filter(None, (value, fields.line(param.get("unit", "")))))
            values.setdefault(name, []).append(value)
    found: dict[str, object] = {name: ", ".join(parts) for name, parts in values.items()}
    named = bool(offer.text("name") or offer.text("title"))
    for tag, name in ({**NAMED, **OF_THE_NAME} if named else NAMED).items():
        value = offer.text(tag)
        if value:
            found.setdefault(name, value)
    return found


def _tags(offer: RowElement) -> list[str]:
    words = (word for text in _texts(offer.all("keywords")) for word in text.split(","))
    return list(dict.fromkeys(filter(None, map(fields.line, words))))


def _texts(elements: "Iterable[etree._Element]") -> list[str]:
    return list(dict.fromkeys(text for text in map(text_of, elements) if text))
