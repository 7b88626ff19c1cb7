"""Evaluating a catalogue: an index of its own that is thrown away, every rated query once, and the marks."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from statistics import fmean, median
from uuid import uuid4

from elasticsearch import AsyncElasticsearch
from pydantic import BaseModel, ConfigDict, Field

from pipeline.catalog.catalog import Catalog
from pipeline.catalog.judgments import DEPTH, Rated
from pipeline.catalog.mapping import MAPPINGS, SETTINGS, document, document_id
from pipeline.catalog.query import understand
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Product

_BULK = 500
# How far down the answer rated products are looked for, for the mark that leaves the others out.
_DEEP = 100


class RelevanceFigures(BaseModel):
    """What `evaluate` prints. `queries` counts those with a good product; only they have a mark."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    ndcg: float = Field(serialization_alias="ndcg@10")
    ndcg_judged: float = Field(serialization_alias="ndcg@10_judged")
    queries: int
    p50_ms: float


@dataclass(frozen=True, slots=True)
class ShownProduct:
    """What a person who searched for `query` sees first: product ids with their scores, best first."""

    query: str
    hits: tuple[tuple[str, float], ...]
    took_ms: float


@asynccontextmanager
async def index_of(client: AsyncElasticsearch, products: Iterable[Product]) -> AsyncIterator[str]:
    """The name of an index with these products, which exists as long as the context."""
    name = f"evaluation-{uuid4().hex[:12]}"
    settings = {**SETTINGS, "number_of_replicas": 0, "refresh_interval": "-1"}
    await client.indices.create(index=name, settings=settings, mappings=MAPPINGS)
    try:
        for operations in _operations(products):
            answer = await client.bulk(index=name, operations=operations)
            if answer["errors"]:
                faults = [item["index"]["error"]["reason"] for item in answer["items"] if "error" in item["index"]]
                raise RuntimeError(f"Elasticsearch refused {len(faults)} products, the first for: {faults[0]}")
        await client.indices.forcemerge(index=name, max_num_segments=1)
        await client.indices.refresh(index=name)
        yield name
    finally:
        await client.options(ignore_status=404).indices.delete(index=name)


async def answers(catalog: Catalog, rated: Sequence[Rated]) -> AsyncIterator[tuple[Rated, ShownProduct, list[str]]]:
    """For each query what is shown of it, and the ids of a much longer answer."""
    if rated:
        # The first search of a process loads dictionaries and words; nobody waits for that in service.
        await catalog.search(_request(rated[0].query, DEPTH))
    for each in rated:
        started = time.perf_counter()
        page = await catalog.search(_request(each.query, DEPTH))
        took = (time.perf_counter() - started) * 1000
        deep = await catalog.search(_request(each.query, _DEEP))
        ids = (product.product_id for product in page.shown)
        shown = ShownProduct(each.query, tuple(zip(ids, _falling(page.scores), strict=True)), took)
        yield each, shown, [product.product_id for product in deep.shown]


async def marked(catalog: Catalog, rated: Sequence[Rated]) -> tuple[RelevanceFigures, list[ShownProduct]]:
    """The marks over all rated queries that have a good product, and what was shown for every query."""
    plain: list[float] = []
    judged: list[float] = []
    shown: list[ShownProduct] = []
    async for each, page, deep in answers(catalog, rated):
        shown.append(page)
        if each.has_good:
            plain.append(each.ndcg([product_id for product_id, _ in page.hits]))
            judged.append(each.ndcg(each.judged(deep)))
    marks = RelevanceFigures(
        ndcg=round(fmean(plain or [0.0]), 4),
        ndcg_judged=round(fmean(judged or [0.0]), 4),
        queries=len(plain),
        p50_ms=round(median([page.took_ms for page in shown] or [0.0]), 2),
    )
    return marks, shown


def trec_lines(shown: Iterable[ShownProduct]) -> Iterator[str]:
    """Lines of a TREC run, columns divided by tabs since queries have blanks: query, Q0, id, rank, score, name."""
    for page in shown:
        for rank, (product_id, score) in enumerate(page.hits, start=1):
            yield f"{page.query}\tQ0\t{product_id}\t{rank}\t{score:.6f}\tyarmarka\n"


def _request(query: str, size: int) -> SearchRequest:
    # People rated offers one by one, so it is offers whose order is marked; and for how well they fit, not for a price.
    return understand(query).request().model_copy(update={"size": size, "by_offer": True, "sort": "relevance"})


def _falling(scores: Sequence[float]) -> list[float]:
    # A run's reader sorts by score: what fills up an answer must not overtake it, nor equals change places.
    falling: list[float] = []
    for score in scores:
        falling.append(min(score, falling[-1] - 1e-5) if falling else score)
    return falling


def _operations(products: Iterable[Product]) -> Iterator[list[Mapping[str, object]]]:
    rest, currency = iter(products), ""
    while chunk := list(islice(rest, _BULK)):
        operations: list[Mapping[str, object]] = []
        # A catalogue of another market is compared in its own currency.
        currency = currency or Counter(product.price.currency for product in chunk).most_common(1)[0][0]
        for product in chunk:
            operations += ({"index": {"_id": document_id(product.offer_id)}}, document(product, currency))
        yield operations
