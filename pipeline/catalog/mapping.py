"""The index of products: its settings, its fields, and the document of a product.

All token work is done in Python (`linguistics`), so that every text field is analysed by white space only
and the same mapping serves any Elasticsearch, with or without its analysis modules.
"""

from collections.abc import Mapping
from typing import TypedDict

from pipeline.catalog.heads import heads, parts
from pipeline.catalog.linguistics import analyse
from pipeline.catalog.words import compounds, words
from pipeline.contracts.messages import Product

# Bump when `document` or MAPPINGS change, so that a running index can be told to be rebuilt.
VERSION = 1
CATEGORY_DIVIDER = " / "
_LONGEST_KEYWORD = 256


class Document(TypedDict):
    """The body of one product in the index. Text fields are terms divided by blanks."""

    product_id: str
    version: int
    exact: list[str]
    heads: str
    name: str
    purpose: str
    category: str
    category_heads: str
    brand: str
    tags: str
    description: str
    specifications: str
    codes: str
    vocabulary: list[str]
    category_path: list[str]
    category_facet: str
    brand_facet: str
    brand_exact: str
    seller: str
    price: float
    available: int
    created_at: str | None
    offset: int
    product: dict[str, object]


def _text(similarity: str) -> dict[str, object]:
    return {"type": "text", "analyzer": "whitespace", "similarity": similarity}


_KEYWORD: dict[str, object] = {"type": "keyword", "ignore_above": _LONGEST_KEYWORD}

SETTINGS: Mapping[str, object] = {
    "number_of_shards": 1,
    "refresh_interval": "200ms",
    "similarity": {
        # A short name is not better than a long one for being short; a long text proves less by one word.
        "short": {"type": "BM25", "k1": 0.6, "b": 0.3},
        "long": {"type": "BM25", "k1": 1.2, "b": 0.75},
    },
}

MAPPINGS: Mapping[str, object] = {
    "dynamic": "strict",
    "_meta": {"version": VERSION},
    "_source": {"includes": ["product"]},
    "properties": {
        "product_id": _KEYWORD,
        "version": {"type": "integer", "index": False},
        "exact": _KEYWORD,
        "heads": _text("short"),
        "name": _text("short"),
        "purpose": _text("short"),
        "category": _text("short"),
        "category_heads": _text("short"),
        "brand": _text("short"),
        "tags": _text("short"),
        "description": _text("long"),
        "specifications": _text("long"),
        "codes": _text("short"),
        "vocabulary": {"type": "keyword", "ignore_above": 40},
        "category_path": _KEYWORD,
        "category_facet": _KEYWORD,
        "brand_facet": _KEYWORD,
        "brand_exact": _KEYWORD,
        "seller": _KEYWORD,
        "price": {"type": "double"},
        "available": {"type": "integer"},
        "created_at": {"type": "date", "ignore_malformed": True},
        "offset": {"type": "long"},
        "product": {"type": "object", "enabled": False},
    },
}


def document(product: Product, offset: int) -> Document:
    """The body that is indexed for a product; `offset` is its place in the topic, kept for the rebuild."""
    name = parts(product.name, product.brand)
    leaf = product.category.rsplit(CATEGORY_DIVIDER, 1)[-1]
    return Document(
        product_id=product.product_id,
        version=VERSION,
        exact=_exact(product),
        heads=" ".join(name.heads),
        name=" ".join(name.thing),
        purpose=" ".join(name.purpose),
        category=_terms(product.category),
        category_heads=" ".join(heads(leaf)),
        brand=_terms(product.brand),
        tags=_terms(" , ".join(product.tags)),
        description=_terms(product.description),
        specifications=_terms(_specifications(product)),
        codes=" ".join(_codes(product)),
        vocabulary=sorted(set(words(" ".join((product.name, product.brand, product.category, *product.tags))))),
        category_path=category_path(product.category),
        category_facet=product.category,
        brand_facet=product.brand,
        brand_exact=product.brand.casefold(),
        seller=product.store_id,
        price=product.price.amount,
        available=max(product.stock.available - product.stock.reserved, 0),
        created_at=product.created_at.isoformat() if product.created_at else None,
        offset=offset,
        product=product.model_dump(mode="json", exclude_none=True),
    )


def category_path(category: str) -> list[str]:
    """Every ancestor's path and every step's own name, in lower case: any of them names the category."""
    steps = [step.strip().casefold() for step in category.split(CATEGORY_DIVIDER) if step.strip()]
    paths = [CATEGORY_DIVIDER.join(steps[: end + 1]) for end in range(len(steps))]
    return list(dict.fromkeys(paths + steps))


def _terms(text: str) -> str:
    return " ".join(analyse(text)) if text else ""


def _exact(product: Product) -> list[str]:
    return list(dict.fromkeys(code.casefold() for code in (product.product_id, product.sku) if code))


def _codes(product: Product) -> list[str]:
    found = compounds(product.name) + compounds(product.sku) + words(product.sku) + compounds(product.description)
    return list(dict.fromkeys(found))


def _specifications(product: Product) -> str:
    """Names and values; a property that the product lacks is left out, name and all."""
    told = []
    for name, value in product.specifications.items():
        if value is True:
            told.append(name)
        elif value is not False:
            told.append(f"{name} {value}")
    return " , ".join(told)
