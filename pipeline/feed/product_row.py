"""From the JSON of a shop's row to a valid product. Pure."""

from dataclasses import dataclass

from pydantic import ValidationError

from pipeline.contracts.messages import Product
from pipeline.feed import fields
from pipeline.feed.rows import RowRefused

LINES = ("name", "category", "brand", "sku")
MOMENTS = ("created_at", "updated_at")
IDENTIFIERS = ("product_id", "store_id")
NULLABLE = ("description", "category", "brand", "sku", "tags", "images", "specifications", "stock", *MOMENTS)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the person who feeds the file adds: the shop, when rows do not name it, and a prefix of product ids."""

    store: str = ""
    id_prefix: str = ""


def product(value: object, defaults: Defaults) -> Product:
    """The product in a JSON value. Raises RowRefused with the field and the fault."""
    if not isinstance(value, dict):
        raise RowRefused("a row must be a JSON object")
    row: dict[str, object] = {name: item for name, item in value.items() if item is not None or name not in NULLABLE}
    for name in LINES:
        if isinstance(row.get(name), str):
            row[name] = fields.line(str(row[name]))
    if isinstance(row.get("description"), str):
        row["description"] = fields.text(str(row["description"]))
    for name in MOMENTS:
        if name in row:
            row[name] = fields.moment(row[name], name)
    row["price"] = _price(row.get("price"))
    _loosen(row)
    row.setdefault("store_id", defaults.store or None)
    if defaults.id_prefix:
        row["product_id"] = f"{defaults.id_prefix}{row.get('product_id', '')}"
    return validated(row)


def validated(row: dict[str, object]) -> Product:
    """The contract's product. Raises RowRefused that names the first fault."""
    try:
        return Product.model_validate(row)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in fault["loc"]) or "row"
        shown = "" if isinstance(fault["input"], dict | list) or fault["input"] is None else (
            f", and is {fields.short(str(fault['input']))}"
        )  # fmt: skip
        raise RowRefused(f"{place}: {fault['msg'].removeprefix('Value error, ')}{shown}") from None


def _price(value: object) -> object:
    if not isinstance(value, dict):
        return value
    price = dict(value)
    if "amount" in price:
        price["amount"] = fields.amount(price["amount"], "price.amount")
    if "currency" in price:
        price["currency"] = fields.currency(price["currency"])
    return price


def _loosen(row: dict[str, object]) -> None:
    """Two forms that shops use for lists: words divided by commas, and addresses without a description."""
    tags = row.get("tags")
    if isinstance(tags, str):
        tags = tags.split(",")
    if isinstance(tags, list):
        words = (fields.line(tag) if isinstance(tag, str) else tag for tag in tags)
        row["tags"] = list(dict.fromkeys(word for word in words if word != "" and not isinstance(word, dict | list)))
    images = row.get("images")
    if isinstance(images, list):
        row["images"] = [{"url": image} if isinstance(image, str) else image for image in images]
