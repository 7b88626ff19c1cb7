"""JSON whose rows stand under a key: `{"date": …, "data": {"products": [ {…}, {…} ]}}`. Pure."""

import re

from pipeline.feed.key_names import spelling
from pipeline.feed.product_row import OF_PRODUCTS

ROWS = frozenset(
    {"products", "items", "offers", "goods", "data", "rows", "records", "results", "result", "list", "entries",
     "catalog", "catalogue", "товары", "offer", "product", "item"}
)  # fmt: skip
SURE = frozenset({"products", "offers", "goods", "товары"})
AROUND = frozenset({"data", "result", "results", "response", "catalog", "catalogue", "shop", "store", "payload", "body",
                    "yml_catalog", "feed", "offers", "items", "products"})  # fmt: skip
KEY = re.compile(rb'\s*+("(?:[^"\\]|\\.){0,60}")\s*+:\s*+', re.DOTALL)
NESTING = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]]', re.DOTALL)
SIMPLE = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[^",{}\[\]]*+', re.DOTALL)
NEXT = re.compile(rb"\s*+([,}])")
MOST_KEYS = 200
DEEPEST = 4


def rows_at(head: bytes) -> int | None:
    """Where in the first bytes of a file the list of its rows begins, with its bracket; None when no key has it."""
    at, depth, around, keys, empty = len(head) - len(head.lstrip()), 1, False, ROWS, None
    if not head.startswith(b"{", at):
        return None
    at += 1
    for _ in range(MOST_KEYS):
        key = KEY.match(head, at)
        if key is None:
            return None
        name, at = spelling(key.group(1)[1:-1].decode("utf-8", "replace")), key.end()
        if name in OF_PRODUCTS - {"name"} and not around:
            # Who names one of these first is a product, whatever stands under its other names.
            return None
        if name == "name" and not around:
            # A shop has a name too, and a product may have items and data.
            keys = SURE
        opening = head[at : at + 1]
        if opening == b"[" and name in keys and LIST_OF_ROWS.match(head, at):
            return at
        if opening == b"[" and name in keys and EMPTY_LIST.match(head, at):
            empty = at
        if opening == b"{" and name in AROUND and depth < DEEPEST:
            at, depth, around = at + 1, depth + 1, True
            continue
        end = _after(head, at)
        following = NEXT.match(head, end) if end is not None else None
        while following is not None and following.group(1) == b"}" and depth > 1:
            depth -= 1
            following = NEXT.match(head, following.end())
        if following is None or following.group(1) == b"}":
            break
        at = following.end()
    return empty


LIST_OF_ROWS = re.compile(rb"\[\s*+\{")
EMPTY_LIST = re.compile(rb"\[\s*+\]")


def _after(head: bytes, at: int) -> int | None:
    """Where a value ends; None when it does not end in what there is."""
    if head[at : at + 1] not in (b"{", b"["):
        found = SIMPLE.match(head, at)
        return found.end() if found else None
    depth = 0
    for found in NESTING.finditer(head, at):
        token = found.group()
        depth += (token in (b"{", b"[")) - (token in (b"}", b"]"))
        if depth == 0:
            return found.end()
    return None
