"""From the JSON of a shop's row to a valid product. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import ValidationError

from pipeline.contracts.feeds import FaultCode
from pipeline.contracts.messages import Product
from pipeline.feed import amounts, currencies, fields, ways_on
from pipeline.feed.currencies import Rates
from pipeline.feed.key_names import renamed
from pipeline.feed.markup import one_line, plain
from pipeline.feed.pictures import pictures
from pipeline.feed.rows import RowRefused, Tell, short, silent

LINES = ("name", "category", "brand", "sku", "store_name")
MOMENTS = ("created_at", "updated_at")
NULLABLE = (
    "description", "category", "brand", "sku", "tags", "images", "specifications", "stock", "group_id", *MOMENTS,
)  # fmt: skip
OF_PRODUCTS = frozenset({"product_id", "name", "price"})
NO_PRODUCT = (
    "it is no product: it has no product_id, no name and no price; a list of products may stand under the key "
    "products, items, offers, goods or data"
)
LARGEST_CONVERTED = 1e15


@dataclass(frozen=True, slots=True)
class Defaults:
    """What is added to rows.

    The shop, when they do not name it; a prefix of product ids; the shop's address, which completes those of its
    pictures; and the rates for what is priced in another currency than the marketplace's. `owned`: the feed is this
    shop's own, and a row that names another is refused.
    """

    store: str = ""
    id_prefix: str = ""
    site: str = ""
    rates: Rates = field(default_factory=Rates)
    owned: bool = False


def product(value: object, defaults: Defaults, tell: Tell = silent) -> Product:
    """The product in a JSON value. Raises RowRefused with the field and the fault; tells what was left out of it."""
    if not isinstance(value, dict):
        raise RowRefused("a row must be a JSON object", FaultCode.NOT_AN_OBJECT)
    row = ways_on.aliased(renamed(value))
    if row and not OF_PRODUCTS & row.keys():
        raise RowRefused(NO_PRODUCT, FaultCode.NO_PRODUCT)
    row["product_id"] = identifier(row.get("product_id"), defaults.id_prefix)
    if row.get("store_id") in ("", None):
        row["store_id"] = defaults.store or None
    return finished(row, defaults, (defaults.site,), tell)


def finished(
    row: dict[str, object], defaults: Defaults, sites: Sequence[str], tell: Tell, *, flat: bool = False
) -> Product:
    """The product of a row whose fields are named as in the contract, whatever format it came in.

    `sites`: the shop's address, by which those of its pages and pictures are completed; of pictures, the offer's own
    page does too. `flat`: in the shop's file, a price is one value.
    """
    row = {name: item for name, item in row.items() if item is not None or name not in NULLABLE}
    for name in LINES:
        if isinstance(row.get(name), str):
            row[name] = one_line(str(row[name]))
    if isinstance(row.get("description"), str):
        row["description"] = plain(str(row["description"]))
    for name in MOMENTS:
        if name in row and not isinstance(row[name], datetime):
            row[name] = fields.moment(row[name], name)
    if row.get("group_id") == "":
        row.pop("group_id")
    old = row.pop("old_price", None)
    row["price"] = priced(row.get("price"), row.pop("currency", None), defaults.rates, tell, flat=flat)
    _loosen(row)
    if old not in (None, ""):
        _with_old_price(row, old, tell)
    if "stock" in row:
        row["stock"] = _stock(row["stock"])
    page = row.get("url")
    if isinstance(images := row.get("images"), list):
        row["images"] = pictures(images, (*sites, page if isinstance(page, str) else ""), tell)
    ways_on.tidy(row, sites, tell)
    check_owner(row.get("store_id"), defaults)
    return validated(row)


def check_owner(store: object, defaults: Defaults) -> None:
    """Raises RowRefused for a row that names another shop than the one whose feed it is in."""
    if defaults.owned and str(store).strip() != defaults.store:
        text = f"store_id: this is the feed of the shop {defaults.store}, the row is of {short(str(store))}"
        raise RowRefused(text, FaultCode.OTHER_SHOP, "store_id", value=store)


def identifier(value: object, prefix: str) -> str:
    """The id with its prefix. Raises RowRefused when the row has none: all such rows would become one product."""
    if value is None or (isinstance(value, str) and not fields.text(value)):
        raise RowRefused("product_id: the row has no id", FaultCode.MISSING, "product_id")
    if isinstance(value, bool) or not isinstance(value, str | int):
        text = f"product_id: must be text, and is {short(str(value))}"
        raise RowRefused(text, FaultCode.NOT_ALLOWED, "product_id", value=value)
    return f"{prefix}{value.strip() if isinstance(value, str) else value}"


def validated(row: dict[str, object]) -> Product:
    """The contract's product. Raises RowRefused that names the first fault."""
    try:
        return Product.model_validate(row)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False)[0]
        place = _place(fault["loc"])
        shown = "" if isinstance(fault["input"], dict | list) or fault["input"] is None else (
            f", and is {short(str(fault['input']))}"
        )  # fmt: skip
        text = f"{place}: {fault['msg'].removeprefix('Value error, ')}{shown}"
        # A place in the contract, and the row's own value beside it, where it has one that can be shown.
        values = {"value": fault["input"]} if shown else {}
        raise RowRefused(text, _code_of(place, fault["type"], fault["input"]), place, **values) from None


def _code_of(place: str, kind: str, value: object) -> FaultCode:
    """What a fault that the contract finds is; `kind` is its word for it."""
    if kind in {"missing", "string_too_short"} or value is None or value == "":
        return FaultCode.MISSING
    if kind == "string_too_long":
        return FaultCode.TOO_LONG
    if place.endswith("currency"):
        return FaultCode.UNKNOWN_CURRENCY
    return FaultCode.NOT_A_PRICE if place.startswith("price") else FaultCode.NOT_ALLOWED


def _place(parts: tuple[int | str, ...]) -> str:
    if len(parts) > 1 and parts[0] == "specifications":
        # The name is the row's own, and may be as long as the row.
        return f"specifications.{short(str(parts[1]))}"
    return ".".join(str(part) for part in parts) or "row"


def priced(value: object, currency: object, rates: Rates, tell: Tell, *, flat: bool = False) -> object:
    """The contract's price: from an amount, from {amount, currency}, or from "1 299 руб." with the currency beside it.

    `currency` stands elsewhere in the row. What is no price at all is left to the contract to refuse.
    """
    whole = isinstance(value, dict)
    price = renamed(value) if isinstance(value, dict) else {"amount": value}
    if value is None or isinstance(value, list | bool) or (whole and "amount" not in price):
        return value
    name = "price.amount" if whole and not flat else "price"
    found = amounts.amount(price["amount"], name)
    given = fields.currency(price.get("currency") or currency or "")
    if not isinstance(given, str):
        return {**price, "amount": found.value, "currency": given}
    agreed = currencies.agreed(found.sign, given, name)
    if not agreed:
        text = "price.currency: Field required" if whole and not flat else "price: without a currency"
        raise RowRefused(text, FaultCode.MISSING, "currency")
    least = price.pop("from", None) if price.get("at_least") is None else price["at_least"]
    made = {**price, "amount": found.value, "currency": agreed}
    made.pop("at_least", None)
    if found.value and (found.at_least or _true(least, "price.from")):
        made["at_least"] = True
    made.pop("converted", None)
    if converted := _converted(found.value, agreed, rates, tell):
        made["converted"] = converted
    return made


def _converted(amount: float, currency: str, rates: Rates, tell: Tell) -> dict[str, object] | None:
    if currency == rates.market or not amount:
        return None
    rate = rates.of(currency)
    if rate is None:
        tell(f"price: there is no rate of {currency}, so that nobody finds it by price in {rates.market}")
        return None
    # To the precision of prices, but for what is worth less than that.
    worth = round(amount * rate, 2) or amount * rate
    return {"amount": worth, "currency": rates.market} if 0 < worth <= LARGEST_CONVERTED else None


def _true(value: object, name: str) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    word = value.strip().lower() if isinstance(value, str) else value
    if word in ("true", "1", "yes", "да", 1):
        return True
    if word in ("", "false", "0", "no", "нет", 0):
        return False
    text = f"{name}: {short(str(value))} is neither true nor false"
    raise RowRefused(text, FaultCode.NOT_YES_OR_NO, name, value=value)


def _with_old_price(row: dict[str, object], old: object, tell: Tell) -> None:
    """Keep what it cost before, if it makes sense: more than it costs now."""
    price = row.get("price")
    if not isinstance(price, dict) or "amount" not in price:
        # It is refused anyway.
        return
    if isinstance(old, dict):
        old = old.get("amount")
    try:
        before = amounts.amount(old, "old_price")
        currencies.agreed(before.sign, str(price["currency"]), "old_price")
    except RowRefused as error:
        tell(f"{error}, and is left out")
        return
    now = price["amount"]
    if not now or before.value <= now:
        tell(f"old_price: {short(str(old))} is not above the price, and is left out")
        return
    row["old_price"] = before.value


def stock_of(available: int | None, reserved: object = 0) -> dict[str, object]:
    """The stock of a row; None: the shop says only that there is some."""
    if available is None:
        return {"available": 1, "reserved": reserved, "uncounted": True}
    return {"available": available, "reserved": reserved}


def _stock(value: object) -> object:
    if isinstance(value, dict):
        stock = renamed(value)
        if amounts.is_some(stock.get("available")):
            stock["uncounted"] = True
        for name in ("available", "reserved"):
            if stock.get(name) in (None, ""):
                stock.pop(name, None)
            else:
                stock[name] = amounts.pieces(stock[name], f"stock.{name}")
        return stock
    if isinstance(value, list) or value == "":
        return value
    return stock_of(None if amounts.is_some(value) else amounts.pieces(value, "stock"))


def _loosen(row: dict[str, object]) -> None:
    """Forms that shops use for lists and names: words divided by commas, addresses without a description."""
    tags = row.get("tags")
    if isinstance(tags, str):
        tags = tags.split(",")
    if isinstance(tags, list):
        words = (one_line(tag) if isinstance(tag, str) else tag for tag in tags)
        row["tags"] = list(dict.fromkeys(word for word in words if word != "" and not isinstance(word, dict | list)))
    images = row.get("images")
    if isinstance(images, str | dict):
        images = [images] if images else []
    if isinstance(images, list):
        row["images"] = [{"url": image} if isinstance(image, str) else image for image in images if image is not None]
    named = row.get("specifications")
    if isinstance(named, dict):
        row["specifications"] = {
            one_line(str(name)): one_line(item) if isinstance(item, str) else item for name, item in named.items()
        }
