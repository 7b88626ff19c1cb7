"""Evaluating a catalogue: an index of its own that is thrown away, every rated query once."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import islice, zip_longest
from uuid import uuid4

from elasticsearch import AsyncElasticsearch

from pipeline.catalog.catalog import Catalog
from pipeline.catalog.judgments import DEPTH, Rated
from pipeline.catalog.mapping import MAPPINGS, SETTINGS, document, document_id, meaning_text, with_meaning
from pipeline.catalog.marks import MarkedQuery
from pipeline.catalog.query import understand
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Product
from pipeline.meaning.model import Encoder

INDEXED_WITHIN_S = 600.0
_BULK = 500
# How far down the answer rated products are looked for, for the mark that leaves the others out.
_DEEP = 100


@asynccontextmanager
async def index_of(
    client: AsyncElasticsearch, products: Iterable[Product], encoder: Encoder | None = None
) -> AsyncIterator[str]:
    """The name of an index with these products, which exists as long as the context; with vectors if encoded."""
    name = f"evaluation-{uuid4().hex[:12]}"
    # One segment with a graph of all vectors takes a slow machine minutes; what a service may wait is no measure.
    patient = client.options(request_timeout=INDEXED_WITHIN_S)
    settings = {**SETTINGS, "number_of_replicas": 0, "refresh_interval": "-1"}
    await client.indices.create(index=name, settings=settings, mappings=MAPPINGS)
    try:
        for operations in _operations(products, encoder):
            answer = await patient.bulk(index=name, operations=operations)
            if answer["errors"]:
                faults = [item["index"]["error"]["reason"] for item in answer["items"] if "error" in item["index"]]
                raise RuntimeError(f"Elasticsearch refused {len(faults)} products, the first for: {faults[0]}")
        await patient.indices.forcemerge(index=name, max_num_segments=1)
        await patient.indices.refresh(index=name)
        yield name
    finally:
        await client.options(ignore_status=404).indices.delete(index=name)


async def marked(catalog: Catalog, rated: Sequence[Rated], *, nearest: bool = False) -> list[MarkedQuery]:
    """Every query with what is shown of its answer. What is told to be only the nearest counts if `nearest`."""
    if rated:
        # The first search of a process loads dictionaries and words; nobody waits for that in service.
        await catalog.search(_request(rated[0].query, DEPTH))
    found: list[MarkedQuery] = []
    for each in rated:
        started = time.perf_counter()
        page = await catalog.search(_request(each.query, DEPTH))
        took = (time.perf_counter() - started) * 1000
        deep = await catalog.search(_request(each.query, _DEEP))
        shown = nearest or bool(page.total)
        ids = (product.product_id for product in page.shown)
        found.append(
            MarkedQuery(
                rated=each,
                hits=tuple(zip(ids, _falling(page.scores), strict=True)) if shown else (),
                judged=tuple(each.judged([product.product_id for product in deep.shown])) if shown else (),
                says_none=not page.total,
                took_ms=took,
            )
        )
    return found


def _request(query: str, size: int) -> SearchRequest:
    # People rated offers one by one, so it is offers whose order is marked; and for how well they fit, not for a price.
    return understand(query).request().model_copy(update={"size": size, "by_offer": True, "sort": "relevance"})


def _falling(scores: Sequence[float]) -> list[float]:
    # A run's reader sorts by score: what fills up an answer must not overtake it, nor equals change places.
    falling: list[float] = []
    for score in scores:
        falling.append(min(score, falling[-1] - 1e-5) if falling else score)
    return falling


def _operations(products: Iterable[Product], encoder: Encoder | None) -> Iterator[list[Mapping[str, object]]]:
    rest, currency = iter(products), ""
    while chunk := list(islice(rest, _BULK)):
        operations: list[Mapping[str, object]] = []
        # A catalogue of another market is compared in its own currency.
        currency = currency or Counter(product.price.currency for product in chunk).most_common(1)[0][0]
        vectors = [] if encoder is None else encoder.vectors(list(map(meaning_text, chunk)))
        for product, vector in zip_longest(chunk, vectors):
            body = document(product, currency)
            whole = body if vector is None else with_meaning(body, vector)
            operations += ({"index": {"_id": document_id(product.offer_id)}}, whole)
        yield operations
