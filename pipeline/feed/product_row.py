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
    """What is added to rows: the shop, when they do not name it, and a prefix of product ids.

    `owned`: the feed is this shop's own, and a row that names another is refused.
    """

    store: str = ""
    id_prefix: str = ""
    owned: bool = False


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
    if row.get("store_id") in (None, ""):
        row["store_id"] = defaults.store or None
    check_owner(row["store_id"], defaults)
    if defaults.id_prefix:
        row["product_id"] = f"{defaults.id_prefix}{row.get('product_id', '')}"
    return validated(row)


def check_owner(store: object, defaults: Defaults) -> None:
    """Raises RowRefused for a row that names another shop than the one whose feed it is in."""
    if defaults.owned and str(store).strip() != defaults.store:
        raise RowRefused(
            f"store_id: this is the feed of the shop {defaults.store}, the row is of {fields.short(str(store))}"
        )


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
