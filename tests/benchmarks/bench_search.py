"""A search through the bot's code against the raw `_search` requests that it sends, by the same client."""

import time
from collections.abc import Mapping

import orjson
from elastic_transport import ObjectApiResponse
from elasticsearch import AsyncElasticsearch

from ops.elasticsearch import client as connect
from ops.settings import Settings
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.relevance_evaluation import index_of
from pipeline.catalog.request import SearchRequest
from pipeline.meaning.model import SentenceEncoder
from tests.benchmarks.rows import Row, compared
from tests.pipeline.catalog.demo import demo_products, demo_queries

ROUNDS = 6


class Recorder:
    """A client that also keeps the bodies of its searches."""

    def __init__(self, client: AsyncElasticsearch) -> None:
        self._client = client
        self.sent: list[Mapping[str, object]] = []

    async def search(self, **asked: object) -> ObjectApiResponse[object]:
        """The client's own search, noted."""
        self.sent.append(asked)
        return await self._client.search(**asked)  # type: ignore[arg-type]


async def run(settings: Settings) -> list[Row]:
    """The rows of a search, by words and with meaning, over the demo's catalogue and queries; interleaved, medians.

    Both stand beside the raw requests of the words alone. A query's vector is computed each time, as for a new query.
    """
    ours: list[float] = []
    meaning: list[float] = []
    raw: list[float] = []
    queries, encoder = demo_queries(), SentenceEncoder()
    async with connect(settings, "admin") as client, index_of(client, demo_products(), encoder) as index:
        recorder, understanding = Recorder(client), Catalog(client, index, encoder=encoder)
        await understanding.search(SearchRequest(text=queries[0]))
        catalog = Catalog(recorder, index)  # type: ignore[arg-type]
        sent: dict[str, list[Mapping[str, object]]] = {}
        for query in queries:
            recorder.sent = []
            await catalog.search(SearchRequest(text=query))
            sent[query] = recorder.sent

        async def searched(query: str) -> None:
            await catalog.search(SearchRequest(text=query))

        async def meant(query: str) -> None:
            await understanding.search(SearchRequest(text=query))

        async def asked(query: str) -> None:
            for body in sent[query]:
                await client.search(**body)  # type: ignore[arg-type]

        for turn in range(ROUNDS * len(queries)):
            query = queries[turn % len(queries)]
            # In turn first and second: Elasticsearch answers faster what it has just answered.
            contenders = [(searched, ours), (meant, meaning), (asked, raw)][:: 1 if turn // len(queries) % 2 else -1]
            for contender, times in contenders:
                started = time.perf_counter()
                await contender(query)
                times.append((time.perf_counter() - started) * 1000)
    return [
        compared("search_vs_raw_p50", "ms", ours, "the same raw _search requests", raw),
        compared("search_with_meaning_vs_raw_p50", "ms", meaning, "the raw _search requests of words alone", raw),
    ]


async def _main() -> None:
    from ops.settings import load

    for row in await run(load()):
        print(orjson.dumps(row.model_dump()).decode())  # noqa: T201 - the output of a script


if __name__ == "__main__":
    import asyncio

    asyncio.run(_main())
