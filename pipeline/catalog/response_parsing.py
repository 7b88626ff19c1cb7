"""Elasticsearch's answers as typed values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from pipeline.catalog.page import Facets
from pipeline.contracts.messages import Product


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _FacetBucket(_Part):
    key: str
    doc_count: int


class _Aggregation(_Part):
    buckets: list[_FacetBucket] = Field(default_factory=list)
    doc_count: int = 0
    min: float | None = None
    max: float | None = None


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
        aggregation = self._named.get(name)
        return [(bucket.key, bucket.doc_count) for bucket in aggregation.buckets if bucket.key] if aggregation else []

    def count(self, name: str) -> int:
        """How many products passed a filter."""
        aggregation = self._named.get(name)
        return aggregation.doc_count if aggregation else 0

    def facets(self) -> Facets:
        """The facets that `body.page` asks for."""
        price = self._named.get("price", _Aggregation())
        return Facets(
            categories=tuple(self.terms("categories")),
            brands=tuple(self.terms("brands")),
            price_min=price.min,
            price_max=price.max,
        )


def indexed(answer: object) -> dict[str, tuple[Product, int]]:
    """By offer id: what was found, and the version of its document; pydantic's ValidationError if it is no answer."""
    hits = _Answer.model_validate(answer).hits.hits
    return {hit.source.product.offer_id: (hit.source.product, hit.version) for hit in hits if hit.source}


@dataclass(frozen=True, slots=True)
class Found:
    """Hits in order: each product with its score, how many there are altogether, and the facets of all."""

    hits: tuple[tuple[Product, float], ...]
    total: int
    facets: Facets

    @classmethod
    def of(cls, answer: object) -> Self:
        """Raises pydantic's ValidationError if this is no answer of a search."""
        parsed = _Answer.model_validate(answer)
        hits = tuple((hit.source.product, hit.score or 0.0) for hit in parsed.hits.hits if hit.source)
        return cls(hits, parsed.hits.total.value, Buckets(parsed.hits.total.value, parsed.aggregations).facets())
