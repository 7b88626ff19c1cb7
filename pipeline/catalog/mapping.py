"""The index of products: its settings, its fields, and the document of a product.

All token work is done in Python (`linguistics`), so that every text field is analysed by white space only
and the same mapping serves any Elasticsearch, with or without its analysis modules.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import TypedDict

from pipeline.bans.rule import LONGEST_OFFER_ID, category_names
from pipeline.bans.rule import category_path as folded_path
from pipeline.bans.rules import searched_texts
from pipeline.catalog.head_nouns import description_terms, parts
from pipeline.catalog.line import keys_of
from pipeline.catalog.vocabulary import entry
from pipeline.contracts.messages import Product
from pipeline.meaning.model import DIMENSIONS, MODEL, Vector
from pipeline.text.brand_names import brand_keys
from pipeline.text.lacking import lacks
from pipeline.text.letters import folded
from pipeline.text.linguistics import analyse, term
from pipeline.text.rule_words import keys
from pipeline.text.words import compounds, words

# Bump when `document` or MAPPINGS change, so that a running index can be told to be rebuilt.
VERSION = 8
MEANING = "meaning"
"""The field of an offer's vector; it comes a moment after the rest of the document."""
IN_PASSING = "~"
"""Before a term in `lacking` that the description says, or a property of several words: it proves less."""
_NONE = frozenset({"нет", "отсутствует", "без", "no", "none"})
_LONGEST_NONE = max(map(len, _NONE))
CATEGORY_DIVIDER = " / "
_LONGEST_KEYWORD = 256
_LONGEST_ID = 512


class Document(TypedDict):
    """The body of one product in the index. Text fields are terms divided by blanks."""

    offer_id: str
    product_id: str
    version: int
    exact: list[str]
    heads: str
    name: str
    purpose: str
    category: str
    category_heads: list[str]
    brand: str
    tags: str
    lead: str
    description: str
    specifications: str
    codes: str
    naming: str
    lacking: list[str]
    stated: str
    everything: str
    ban_words: list[str]
    vocabulary: list[str]
    category_path: list[str]
    category_banned: list[str]
    category_facet: str | None
    brand_facet: str | None
    brand_exact: str
    brand_banned: list[str]
    seller: str
    price: float | None
    no_rate: bool
    fall: float | None
    line: str
    same: list[str]
    available: int
    created_at: str | None
    product: dict[str, object]


SIMILARITY = "flat"
_TEXT: dict[str, object] = {"type": "text", "analyzer": "whitespace", "similarity": SIMILARITY}
_SET: dict[str, object] = {"type": "text", "analyzer": "whitespace", "norms": False, "index_options": "docs"}
_KEYWORD: dict[str, object] = {"type": "keyword", "ignore_above": _LONGEST_KEYWORD}
# An offer's id is a shop's and a product's of 200 characters each; one that is left out could not be found or banned.
_WHOLE_ID: dict[str, object] = {"type": "keyword", "ignore_above": LONGEST_OFFER_ID}

SETTINGS: Mapping[str, object] = {
    "number_of_shards": 1,
    "refresh_interval": "200ms",
    # Flatter than the usual k1 of 1.2: in a name or a list of properties a repeated word proves little.
    "similarity": {SIMILARITY: {"type": "BM25", "k1": 0.9, "b": 0.75}},
}

PROPERTIES: dict[str, object] = {
    "offer_id": _WHOLE_ID,
    "product_id": _WHOLE_ID,
    "version": {"type": "integer", "index": False},
    "exact": _WHOLE_ID,
    "heads": _TEXT,
    "name": _TEXT,
    "purpose": _TEXT,
    "category": _TEXT,
    "category_heads": _KEYWORD,
    "brand": _TEXT,
    "tags": _TEXT,
    "lead": _TEXT,
    "description": _TEXT,
    "specifications": _TEXT,
    "codes": _TEXT,
    "naming": _SET,
    # Terms of what the thing is said to be without.
    "lacking": _KEYWORD,
    # All that is said of the thing but the description: what a product must have to be found by a word.
    "stated": _SET,
    "everything": _SET,
    "ban_words": {"type": "text", "analyzer": "whitespace", "norms": False},
    "vocabulary": {"type": "keyword", "ignore_above": 40},
    "category_path": _KEYWORD,
    "category_banned": _KEYWORD,
    "category_facet": _KEYWORD,
    "brand_facet": _KEYWORD,
    "brand_exact": _KEYWORD,
    "brand_banned": _KEYWORD,
    "seller": _KEYWORD,
    # In the marketplace's currency; none on request, and for what has no rate.
    "price": {"type": "double"},
    # The shop tells a price, in a currency that has no rate.
    "no_rate": {"type": "boolean"},
    # By which share the price has fallen, as the shop tells it: 0.2 of 1,000 that were 1,250.
    "fall": {"type": "double"},
    "line": _KEYWORD,
    "same": _KEYWORD,
    # As many pieces as the contract lets through.
    "available": {"type": "long"},
    "created_at": {"type": "date", "ignore_malformed": True},
    # Bytes: a quarter of the room of floats, and the same answers.
    MEANING: {
        "type": "dense_vector",
        "element_type": "byte",
        "dims": DIMENSIONS,
        "similarity": "cosine",
        "index_options": {"type": "hnsw", "m": 16, "ef_construction": 100},
    },
    "product": {"type": "object", "enabled": False},
}

MAPPINGS: Mapping[str, object] = {
    "dynamic": "strict",
    "_meta": {"version": VERSION, "model": MODEL},
    "_source": {"includes": ["product"]},
    "properties": PROPERTIES,
}


def document(product: Product, currency: str = "RUB") -> Document:
    """The body that is indexed for a product; `currency`: in which prices are compared."""
    name, description = parts(product.name, product.brand), description_terms(product.description)
    specifications = _specifications(product)
    category, brand, tags = _terms(product.category), _terms(product.brand), _terms(" , ".join(product.tags))
    codes, path = _codes(product), category_path(product.category)
    kind = parts(product.category.rsplit(CATEGORY_DIVIDER, 1)[-1])
    purpose = dict.fromkeys((*name.purpose, *description.purpose, *kind.purpose))
    naming = {*name.thing, *kind.thing, *brand.split(), *tags.split(), *_terms_of(compounds(product.name))}
    apart = {*name.purpose, *kind.purpose, *_own_codes(product), *description.names}
    stated = naming | apart | {*category.split(), *specifications.split()}
    price, same = product.price.within(currency), keys_of(product)
    return Document(
        offer_id=product.offer_id,
        product_id=product.product_id,
        version=VERSION,
        exact=_exact(product),
        heads=" ".join(name.heads),
        name=" ".join(name.thing),
        purpose=" ".join(purpose),
        category=category,
        category_heads=list(kind.heads),
        brand=brand,
        tags=tags,
        lead=" ".join(description.lead),
        description=" ".join(description.rest),
        specifications=specifications,
        codes=" ".join(codes),
        naming=" ".join(naming),
        lacking=_lacking(product),
        stated=" ".join(stated),
        everything=" ".join({*stated, *codes, *description.lead, *description.rest, *description.purpose}),
        ban_words=[_ban_words(text) for text in searched_texts(product)],
        vocabulary=_vocabulary(product),
        category_path=path,
        category_banned=list(category_names(product.category)),
        category_facet=product.category or None,
        brand_facet=product.brand or None,
        brand_exact=folded(product.brand),
        brand_banned=list(brand_keys(product.brand)),
        seller=product.store_id,
        price=price,
        no_rate=price is None and not product.price.on_request,
        fall=None if product.before is None else round(1 - product.price.amount / product.before, 4),
        line=same[0],
        same=list(same),
        available=product.stock.for_sale,
        created_at=product.created_at.isoformat() if product.created_at else None,
        product=product.model_dump(mode="json", exclude_none=True),
    )


def meaning_text(product: Product) -> str:
    """What of an offer is turned into its vector: name, category, brand. Descriptions change too often."""
    return " . ".join(filter(None, (product.name, product.category.rsplit(CATEGORY_DIVIDER, 1)[-1], product.brand)))


def with_meaning(body: Document, vector: Vector) -> Mapping[str, object]:
    """The document with the vector of its `meaning_text`."""
    return {**body, MEANING: vector.hex()}


def document_id(offer_id: str) -> str:
    """Under which an offer is in the index: its id, or a stand-in for one that Elasticsearch would refuse as too long.

    A whole bulk request is refused for an id of more than 512 bytes.
    """
    raw = offer_id.encode("utf-8", "surrogatepass")
    return offer_id if len(raw) <= _LONGEST_ID else f"blake2b:{blake2b(raw, digest_size=32).hexdigest()}"


def category_path(category: str) -> list[str]:
    """Every ancestor's folded path, then the whole path, then the own name of the last step if it is another.

    Narrowing looks up any of them; what a ban looks up, `category_names` says.
    """
    whole = folded_path(category)
    if not whole:
        return []
    steps = whole.split(CATEGORY_DIVIDER)
    paths = [CATEGORY_DIVIDER.join(steps[: end + 1]) for end in range(len(steps))]
    return [*paths, steps[-1]] if len(steps) > 1 else paths


def _terms(text: str) -> str:
    return " ".join(analyse(text)) if text else ""


def _exact(product: Product) -> list[str]:
    return list(dict.fromkeys(code.casefold() for code in (product.offer_id, product.product_id, product.sku) if code))


def _vocabulary(product: Product) -> list[str]:
    named = {*compounds(product.name)}
    for text in (product.name, product.brand, product.category, *product.tags):
        named.update(words(text))
    return [entry(word) for word in named]


def _codes(product: Product) -> list[str]:
    return list(dict.fromkeys((*_own_codes(product), *_terms_of(compounds(product.description)))))


def _own_codes(product: Product) -> list[str]:
    return _terms_of((*compounds(product.name), *compounds(product.sku), *words(product.sku)))


def _terms_of(surface: Iterable[str]) -> list[str]:
    return [found for word in surface if (found := term(word))]


def _lacking(product: Product) -> list[str]:
    """Terms of what the thing is without: as its name says, or a property of one word; else as is told in passing."""
    told = [each for text in (product.name, *product.tags) for each in lacks(text)]
    passing = list(lacks(product.description))
    for name, value in product.specifications.items():
        if value is False or (isinstance(value, str) and len(value) <= _LONGEST_NONE and folded(value) in _NONE):
            terms = analyse(name)
            # "Built-in CD player: no" is still a player.
            (told if len(terms) == 1 else passing).extend(terms)
    return list(dict.fromkeys((*told, *(IN_PASSING + each for each in passing))))


def _specifications(product: Product) -> str:
    """Terms of names and values; a property that the product lacks is left out, name and all."""
    told = (
        _property(name if value is True else f"{name} {value}")
        for name, value in product.specifications.items()
        if value is not False
    )
    return " ".join(filter(None, told))


@lru_cache(maxsize=1 << 14)
def _ban_words(text: str) -> str:
    return " ".join(keys(text))


@lru_cache(maxsize=1 << 16)
def _property(text: str) -> str:
    # A catalogue repeats its properties: remembering them halves the time of a document.
    return _terms(text)
