"""Reads a product's bytes just far enough to decide about it, and tells precisely what is wrong with the rest."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

import orjson

from ops.errors import UnprocessableMessage
from pipeline.bans import Decidable
from pipeline.contracts.messages import OFFER_DIVIDER, Product, decode, offer_id

# A record of `filtered_products` must fit into the topic's largest message with its headers.
LARGEST = (4 << 20) - (64 << 10)
_SCALARS = {str, int, float, bool}
_TEXTS = {str}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")


class MalformedError(UnprocessableMessage):
    """The record is no product. `reason` is the class of the fault, the text its detail."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class PlainOffer:
    """A product read from JSON without building the whole message."""

    __slots__ = (
        "brand",
        "category",
        "description",
        "name",
        "offer_id",
        "product_id",
        "specifications",
        "store_id",
        "tags",
    )

    def __init__(self, document: dict[str, object]) -> None:
        get = document.get
        self.product_id = cast(str, document["product_id"])
        self.store_id = cast(str, document["store_id"])
        self.offer_id = offer_id(self.store_id, self.product_id)
        self.name = cast(str, document["name"])
        self.description = cast(str, get("description", ""))
        self.category = cast(str, get("category", ""))
        self.brand = cast(str, get("brand", ""))
        self.tags = cast(Sequence[str], get("tags", ()))
        self.specifications = cast(Mapping[str, object], get("specifications", {}))


def read_product(key: bytes | None, value: bytes) -> Decidable:
    """The product in a record of `products`. Raises `MalformedError`.

    Exactly the products that the contract `Product` accepts, and whose offer id is the record's key. Almost all pass
    a plain check that takes a fraction of the full validation's time; whatever the plain check does not
    recognise is validated in full, so it never decides what is valid, only what is quick.
    """
    if len(value) > LARGEST:
        raise MalformedError("too_large", f"{len(value)} bytes, at most {LARGEST} can be passed on")
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise MalformedError("not_json", str(error)) from None
    offer: Decidable = PlainOffer(document) if plainly_valid(document) else _in_full(value)
    if key is None:
        raise MalformedError("no_key", f"the offer {offer.offer_id} came without a key")
    if offer.offer_id.encode() != key:
        raise MalformedError("key_differs", f"key {key[:200]!r} on the offer {offer.offer_id}")
    return offer


def plainly_valid(document: object) -> bool:
    """True only for what `Product` accepts without changing any field that a decision looks at."""
    if type(document) is not dict:
        return False
    get = document.get
    price, stock, specifications = get("price"), get("stock"), get("specifications", {})
    name, tags, images = get("name"), get("tags", ()), get("images", ())
    return (
        _identifier(get("product_id"))
        and _store(get("store_id"))
        and type(name) is str
        and 0 < len(name.strip()) <= len(name) <= 1_000
        and type(get("description", "")) is type(get("category", "")) is type(get("brand", "")) is str
        and type(get("sku", "")) is str
        and type(price) is dict
        and _amount(price.get("amount"))
        and type(currency := price.get("currency")) is str
        and _CURRENCY.fullmatch(currency) is not None
        and type(price.get("at_least", True)) is bool
        and _converted(price.get("converted"))
        and _group(get("group_id"))
        and ("stock" not in document or _stock(stock))
        and type(tags) in _SEQUENCES
        and _TEXTS.issuperset(map(type, tags))
        and type(images) in _SEQUENCES
        and all(map(_image, images))
        and type(specifications) is dict
        and _SCALARS.issuperset(map(type, specifications.values()))
        and _moment(get("created_at"))
        and _moment(get("updated_at"))
    )


_SEQUENCES = {list, tuple}


def _identifier(value: object) -> bool:
    return type(value) is str and 0 < len(value) <= 200 and value.isprintable() and value.strip() == value


def _store(value: object) -> bool:
    return _identifier(value) and OFFER_DIVIDER not in cast(str, value)


def _amount(value: object) -> bool:
    return (type(value) is int or type(value) is float) and 0 <= value <= 1e12


def _converted(value: object) -> bool:
    if value is None:
        return True
    if type(value) is not dict or type(currency := value.get("currency")) is not str:
        return False
    amount = value.get("amount")
    return _amount(amount) and amount != 0 and _CURRENCY.fullmatch(currency) is not None


def _group(value: object) -> bool:
    return value is None or _identifier(value)


def _stock(value: object) -> bool:
    if type(value) is not dict:
        return False
    available, reserved = value.get("available", 0), value.get("reserved", 0)
    return type(available) is int and type(reserved) is int and available >= 0 and reserved >= 0


def _image(value: object) -> bool:
    return type(value) is dict and type(value.get("url")) is str and type(value.get("alt", "")) is str


def _moment(value: object) -> bool:
    if value is None:
        return True
    if type(value) is not str or _MOMENT.fullmatch(value) is None:
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _in_full(value: bytes) -> Product:
    try:
        return decode(Product, value)
    except UnprocessableMessage as error:
        raise MalformedError("invalid", str(error)) from None
