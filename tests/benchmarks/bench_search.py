"""A search through the bot's code against the raw `_search` requests that it sends, by the same client."""

import time
from collections.abc import Mapping

import orjson
from elastic_transport import ObjectApiResponse
from elasticsearch import AsyncElasticsearch

from ops.elasticsearch import client as connect
from ops.settings import Settings
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.request import SearchRequest
from pipeline.catalog.trial import index_of
from tests.benchmarks.rows import Row, compared
from tests.pipeline.catalog.demo import demo_products, demo_queries

ROUNDS = 5


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
    """The row search_vs_raw_p50, over the demo's catalogue and its judged queries; interleaved, medians."""
    ours: list[float] = []
    raw: list[float] = []
    queries = demo_queries()
    async with connect(settings, "admin") as client, index_of(client, demo_products()) as index:
        recorder = Recorder(client)
        catalog = Catalog(recorder, index)  # type: ignore[arg-type]
        for query in queries:
            await catalog.search(SearchRequest(text=query))
        for _ in range(ROUNDS):
            for query in queries:
                recorder.sent.clear()
                started = time.perf_counter()
                await catalog.search(SearchRequest(text=query))
                between = time.perf_counter()
                for asked in recorder.sent:
                    await client.search(**asked)  # type: ignore[arg-type]
                ours.append((between - started) * 1000)
                raw.append((time.perf_counter() - between) * 1000)
    return [compared("search_vs_raw_p50", "ms", ours, "the same raw _search requests", raw)]


async def _main() -> None:
    from ops.settings import load

    for row in await run(load()):
        print(orjson.dumps(row.model_dump()).decode())  # noqa: T201 - the output of a script


if __name__ == "__main__":
    import asyncio

    asyncio.run(_main())
