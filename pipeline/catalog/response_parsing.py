"""Elasticsearch's answers as typed values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from pipeline.catalog.page import Facets
from pipeline.contracts.messages import Product

Hit = tuple[Product, float]
"""A product with its score."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Aggregation(_Part):
    """Any aggregation: a filter with others in it, buckets of terms, a number, a range."""

    doc_count: int = 0
    value: int | None = None
    min: float | None = None
    max: float | None = None
    lines: "_Aggregation | None" = None
    categories: "_Aggregation | None" = None
    brands: "_Aggregation | None" = None
    shops: "_Aggregation | None" = None
    price: "_Aggregation | None" = None
    buckets: "list[_FacetBucket]" = Field(default_factory=list)

    @property
    def counted(self) -> int:
        """How many lines there are, or offers where those are counted."""
        return self.doc_count if self.lines is None or self.lines.value is None else self.lines.value

    def values(self) -> list[tuple[str, int]]:
        """Values with how many have them, the most first."""
        return sorted(((each.key, each.counted) for each in self.buckets if each.key), key=lambda pair: -pair[1])

    def facets(self) -> Facets:
        """The facets of all that is in a filter."""
        price = self.price or _Aggregation()
        return Facets(
            categories=tuple((self.categories or _Aggregation()).values()),
            brands=tuple((self.brands or _Aggregation()).values()),
            shops=tuple((self.shops or _Aggregation()).values()),
            price_min=price.min,
            price_max=price.max,
        )


class _FacetBucket(_Aggregation):
    key: str


class _Total(_Part):
    value: int = 0


class _Source(_Part):
    product: Product


class _Hit(_Part):
    id: str = Field(alias="_id")
    score: float | None = Field(default=None, alias="_score")
    version: int = Field(default=0, alias="_version")
    source: _Source | None = Field(default=None, alias="_source")


class _Hits(_Part):
    total: _Total = _Total()
    hits: list[_Hit] = Field(default_factory=list)


class _Answer(_Part):
    hits: _Hits = _Hits()
    aggregations: dict[str, _Aggregation] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Buckets:
    """The aggregations of an answer, by name."""

    total: int
    _named: Mapping[str, _Aggregation]

    @classmethod
    def of(cls, answer: object) -> Self:
        """Raises pydantic's ValidationError if this is no answer of a search."""
        parsed = _Answer.model_validate(answer)
        return cls(parsed.hits.total.value, parsed.aggregations)

    def terms(self, name: str) -> list[tuple[str, int]]:
        """Values with how many products have them."""
        return self._named.get(name, _Aggregation()).values()

    def count(self, name: str) -> int:
        """How many products passed a filter."""
        return self._named.get(name, _Aggregation()).doc_count


def indexed(answer: object) -> dict[str, tuple[Product, int]]:
    """By offer id: what was found, and the version of its document; pydantic's ValidationError if it is no answer."""
    hits = _Answer.model_validate(answer).hits.hits
    return {hit.source.product.offer_id: (hit.source.product, hit.version) for hit in hits if hit.source}


def scores(answer: object) -> dict[str, float]:
    """By the id of its document: what a search thinks of each hit; pydantic's ValidationError if it is no answer."""
    return {hit.id: hit.score or 0.0 for hit in _Answer.model_validate(answer).hits.hits}


@dataclass(frozen=True, slots=True)
class Found:
    """Hits in order, and how many lines there are altogether; `folded`: some lines stand for several offers.

    `described`: lines that have the words in their description only; `exact`: offers of which the text is the article;
    `beyond`: the prices of all that would be found at any price.
    """

    hits: tuple[Hit, ...]
    total: int
    folded: bool = False
    facets: Facets = field(default_factory=Facets)
    described: int = 0
    exact: int = 0
    no_rate: int = 0
    beyond: tuple[float, float] | None = None

    @classmethod
    def of(cls, answer: object) -> Self:
        """Raises pydantic's ValidationError if this is no answer of a search."""
        parsed = _Answer.model_validate(answer)
        offers, none = parsed.hits.total.value, _Aggregation()
        whole = _Aggregation.model_validate({"doc_count": offers, **parsed.aggregations})
        found = parsed.aggregations.get("found", whole)
        price = parsed.aggregations.get("beyond", none).price or none
        return cls(
            hits=tuple((hit.source.product, hit.score or 0.0) for hit in parsed.hits.hits if hit.source),
            total=found.counted,
            folded=found.counted != offers,
            facets=found.facets(),
            described=parsed.aggregations.get("described", none).counted,
            exact=parsed.aggregations.get("exact", none).doc_count,
            no_rate=parsed.aggregations.get("no_rate", none).doc_count,
            beyond=None if price.min is None or price.max is None else (price.min, price.max),
        )
