"""The contract's names as producers spell them: productId, ProductID, product-id, "Product Id". Pure."""

import re

from pipeline.contracts.feeds import FaultCode
from pipeline.contracts.messages import Image, Price, Product, Stock
from pipeline.feed.rows import RowRefused

HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
OTHER_DIVIDERS = re.compile(r"[\s-]+")
KNOWN = frozenset(
    {*Product.model_fields, *Price.model_fields, *Stock.model_fields, *Image.model_fields, "store_name", "from",
     "pickup", "sales_notes"}
)  # fmt: skip
LONGEST = 40


def renamed(row: dict[str, object]) -> dict[str, object]:
    """The row with the names of the contract in the contract's spelling; all others stay as they are.

    Raises RowRefused when a field comes in two spellings with two values.
    """
    if all(name in KNOWN or name.islower() for name in row) and not any("-" in name or " " in name for name in row):
        return dict(row)
    found: dict[str, object] = {}
    spelt: dict[str, str] = {}
    for name, value in row.items():
        plain = spelling(name) if len(name) <= LONGEST else name
        known = plain if plain in KNOWN else name
        if known in found and found[known] != value:
            if found[known] is not None and value is not None:
                text = f"{known}: it comes twice, as {spelt[known]} and as {name}; send one of the two"
                raise RowRefused(text, FaultCode.TWICE, known, one=spelt[known], other=name)
            found[known] = found[known] if value is None else value
        else:
            found[known], spelt[known] = value, name
    return found


def spelling(name: str) -> str:
    """The name as the contract would spell it."""
    return OTHER_DIVIDERS.sub("_", HUMP.sub("_", name.strip())).replace("__", "_").lower()
