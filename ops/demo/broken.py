"""Rows that no shop should send and some shop always does."""

from dataclasses import dataclass

import orjson

GOOD: dict[str, object] = {
    "product_id": "broken-01",
    "name": "Пазл «Набережная», 500 деталей",
    "description": "Пазл с видом на реку. Детали плотные, картинка на обороте разбита на зоны.",
    "price": {"amount": 690, "currency": "RUB"},
    "category": "Дети / Игрушки",
    "brand": "Бегемот",
    "stock": {"available": 3, "reserved": 0},
    "sku": "BG-99001",
    "tags": ["пазл"],
    "images": [],
    "specifications": {"Деталей": "500"},
    "created_at": "2026-10-01T10:00:00Z",
    "updated_at": "2026-10-01T10:00:00Z",
    "store_id": "begemot",
}


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A line of the feed, what is wrong with it, and whether it must be refused all the same."""

    fault: str
    line: bytes
    refused: bool = True


def _but(fault: str, refused: bool = True, **changed: object) -> BrokenRow:
    return BrokenRow(fault, orjson.dumps({**GOOD, **changed}), refused)


def _without(field: str) -> BrokenRow:
    return BrokenRow(f"no {field}", orjson.dumps({k: v for k, v in GOOD.items() if k != field}))


def faults() -> tuple[BrokenRow, ...]:
    """Every kind of fault once. Not refused are the one with less than nothing in stock, which is sold out, and the two
    with one id, of which the later wins."""
    return (
        _without("name"),
        _without("product_id"),
        _without("price"),
        _but("an empty name", product_id="broken-04", name="   "),
        _but("a negative price", product_id="broken-05", price={"amount": -690, "currency": "RUB"}),
        _but("text in the price", product_id="broken-06", price={"amount": "договорная", "currency": "RUB"}),
        _but("a price without a currency", product_id="broken-07", price={"amount": 690}),
        _but("an unknown currency", product_id="broken-08", price={"amount": 690, "currency": "рублей"}),
        _but("stock as a word", product_id="broken-09", stock="много"),
        _but(
            "less than nothing in stock, which is sold out",
            refused=False,
            product_id="broken-10",
            stock={"available": -5, "reserved": 0},
        ),
        _but("a list for a name", product_id="broken-11", name=["Пазл", "Набережная"]),
        _but("a date that is none", product_id="broken-12", created_at="позавчера"),
        _but("a huge name", product_id="broken-13", name="Пазл " * 40_000),
        _but("an id of two lines", product_id="broken\n14"),
        BrokenRow("an array for a row", b'["broken-15", "\xd0\x9f\xd0\xb0\xd0\xb7\xd0\xbb", 690]'),
        BrokenRow("JSON cut off", orjson.dumps(GOOD)[:120]),
        BrokenRow("bytes that are not UTF-8", orjson.dumps(GOOD).decode().encode("cp1251")),
        BrokenRow("no JSON at all", b"product_id;name;price"),
        _but("an id that comes twice", refused=False, product_id="broken-19"),
        _but("an id that comes twice, later", refused=False, product_id="broken-19", sku="BG-99002"),
    )


def rows() -> bytes:
    """The faults as JSON lines."""
    return b"".join(fault.line + b"\n" for fault in faults())


def truncated() -> bytes:
    """An array of two good products whose connection broke in the third."""
    good = [{**GOOD, "product_id": f"cut-{number}", "sku": f"BG-9901{number}"} for number in (1, 2, 3)]
    return orjson.dumps(good, option=orjson.OPT_INDENT_2)[:-300]
