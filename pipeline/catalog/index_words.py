"""The vocabulary of an index: read once, then kept fresh behind the searches."""

import asyncio
import time
from collections.abc import Callable

import structlog
from elasticsearch import ApiError, AsyncElasticsearch, TransportError

from pipeline.catalog.mapping import MEANING
from pipeline.catalog.response_parsing import Buckets
from pipeline.catalog.vocabulary import Vocabulary

# Elasticsearch allows 65,535 buckets an answer; rarer words than these are looked up one by one.
_WORDS, _BRANDS, _NOUNS = 58_000, 4_000, 2_000
# A small vocabulary is read in milliseconds and belongs to an index that is just being filled; a large one changes
# little, and takes a while to read.
_LEAST_FRESH_S, _MOST_FRESH_S = 2.0, 60.0
_WORDS_A_SECOND = 1_000
_log = structlog.get_logger()


class IndexWords:
    """The latest vocabulary of the index behind an alias, at most a minute and one search behind it, less if small."""

    def __init__(self, client: AsyncElasticsearch, alias: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._alias = alias
        self._clock = clock
        self._vocabulary: Vocabulary | None = None
        self._read_at = 0.0
        self._reading: asyncio.Task[None] | None = None

    async def vocabulary(self) -> Vocabulary:
        """The vocabulary; waits only for the very first reading. Raises what that reading raises."""
        if self._vocabulary is None:
            await self.read()
        elif self._age() > self._fresh_for() and (self._reading is None or self._reading.done()):
            self._reading = asyncio.create_task(self._read_again())
        assert self._vocabulary is not None  # noqa: S101 - read() has set it or raised
        return self._vocabulary

    async def newest(self) -> Vocabulary:
        """The vocabulary for a query with a word that it lacks: read again first, unless that was done just now."""
        current = await self.vocabulary()
        if self._age() > self._fresh_for() / 4:
            await self._read_again()
        return self._vocabulary or current

    def _age(self) -> float:
        return self._clock() - self._read_at

    def _fresh_for(self) -> float:
        words = 0 if self._vocabulary is None else len(self._vocabulary.frequency)
        return min(_LEAST_FRESH_S + words / _WORDS_A_SECOND, _MOST_FRESH_S)

    async def read(self) -> None:
        """Reads the vocabulary now."""
        answer = await self._client.search(
            index=self._alias,
            size=0,
            track_total_hits=True,
            aggs={
                "words": {"terms": {"field": "vocabulary", "size": _WORDS}},
                "sorted": {"filter": {"exists": {"field": "category_heads"}}},
                "nouns": {"terms": {"field": "category_heads", "size": _NOUNS}},
                "brands": {"terms": {"field": "brand_facet", "size": _BRANDS}},
                "meanings": {"filter": {"exists": {"field": MEANING}}},
            },
        )
        buckets = Buckets.of(answer.body)
        self._vocabulary = await asyncio.to_thread(
            Vocabulary,
            buckets.terms("words"),
            [value for value, _ in buckets.terms("brands")],
            # Where few goods are sorted, a name without the category's noun proves nothing.
            [value for value, _ in buckets.terms("nouns")] if 2 * buckets.count("sorted") > buckets.total else [],
            has_meanings=buckets.count("meanings") > 0,
        )
        self._read_at = self._clock()

    async def _read_again(self) -> None:
        try:
            await self.read()
        except (ApiError, TransportError) as error:
            # The old words still serve; the next search after a minute tries again.
            self._read_at = self._clock()
            _log.warning("vocabulary_not_read", error=str(error))
