"""What people searched, by the request log in Elasticsearch."""

from collections.abc import Iterable

from elasticsearch import AsyncElasticsearch
from pydantic import BaseModel

from bot.core.request_log_search import (
    INDICES,
    PEOPLE,
    Bucket,
    Buckets,
    Clause,
    Count,
    Filtered,
    joined,
    over_time,
    texts,
    within,
)
from bot.features.reports.figures import Query, SearchFigures, Slot
from bot.features.reports.nonsense import is_nonsense
from bot.ui.span import Span

# So many texts are looked at, the most frequent first; spellings of one text are joined afterwards.
TEXTS = 500
SHOWN = 8
POSITIONS = 5
MISSED = ("nothing", "nearest")


class _Searches(BaseModel):
    doc_count: int = 0
    people: Count = Count()
    missed: Filtered = Filtered()
    simulated: Filtered = Filtered()
    slots: Buckets = Buckets()
    top: Buckets = Buckets()


class _Missed(BaseModel):
    top: Buckets = Buckets()


class _Opened(BaseModel):
    positions: Buckets = Buckets()


class _Figures(BaseModel):
    searches: _Searches = _Searches()
    missed: _Missed = _Missed()
    opened: _Opened = _Opened()


class _SearchAnswer(BaseModel):
    aggregations: _Figures = _Figures()


class SearchLog:
    """Reads `requests-*`; a text comes out only when `least_people` different people searched for it."""

    def __init__(self, client: AsyncElasticsearch, least_people: int) -> None:
        self._client = client
        self._least_people = least_people

    async def figures(self, span: Span) -> SearchFigures:
        """The figures of the span. Raises what the client raises."""
        answer = await self._client.search(
            index=INDICES,
            size=0,
            query=within(span),
            aggs=_asked(span),
            allow_no_indices=True,
            ignore_unavailable=True,
        )
        found = _SearchAnswer.model_validate(answer.body).aggregations
        searches = found.searches
        positions = {int(bucket.key): bucket.doc_count for bucket in found.opened.positions.buckets}
        return SearchFigures(
            searches=searches.doc_count,
            missed=searches.missed.doc_count,
            people=int(searches.people.value),
            simulated=searches.simulated.doc_count,
            slots=tuple(map(_slot, searches.slots.buckets)),
            top=self._queries(searches.top.buckets),
            nothing=self._queries(found.missed.top.buckets),
            opened=tuple(positions.get(place, 0) for place in range(POSITIONS)),
        )

    def _queries(self, buckets: Iterable[Bucket]) -> tuple[Query, ...]:
        told = [
            Query(text, searches, people)
            for text, (searches, people) in joined(buckets).items()
            if people >= self._least_people and not is_nonsense(text)
        ]
        return tuple(sorted(told, key=lambda query: (-query.searches, query.text))[:SHOWN])


def _slot(bucket: Bucket) -> Slot:
    return Slot(bucket.start, bucket.doc_count - bucket.missed.doc_count, bucket.missed.doc_count)


def _asked(span: Span) -> dict[str, dict[str, object]]:
    missed: Clause = {"missed": {"filter": {"terms": {"outcome": list(MISSED)}}}}
    top: Clause = {"top": texts(TEXTS)}
    first_pages = [{"term": {"kind": "search"}}, {"term": {"page_offset": 0}}]
    slots = {**over_time(span), "aggs": missed}
    simulated = {"simulated": {"filter": {"term": {"simulated": True}}}}
    return {
        "searches": {
            "filter": {"bool": {"filter": first_pages}},
            "aggs": {"slots": slots, **PEOPLE, **missed, **simulated, **top},
        },
        "missed": {
            "filter": {"bool": {"filter": [*first_pages, {"terms": {"outcome": list(MISSED)}}]}},
            "aggs": top,
        },
        "opened": {
            "filter": {
                "bool": {
                    "filter": [{"term": {"kind": "view"}}, {"term": {"source": "search"}}],
                    "must_not": [{"term": {"outcome": "refused"}}],
                }
            },
            "aggs": {"positions": {"terms": {"field": "position", "size": 100}}},
        },
    }
