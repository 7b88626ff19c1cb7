"""What people searched, by the request log in Elasticsearch.

What people typed inline is left out: there every letter is a search.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from elasticsearch import AsyncElasticsearch
from pydantic import BaseModel, Field

from bot.features.reports.figures import Query, SearchFigures, Slot
from bot.features.reports.nonsense import is_nonsense
from bot.ui.span import Span
from bot.ui.text import clean

INDICES = "requests-*"
# So many texts are looked at, the most frequent first; spellings of one text are joined afterwards.
TEXTS = 500
SHOWN = 8
POSITIONS = 5
MISSED = ("nothing", "nearest")


class _Count(BaseModel):
    value: float = 0.0


class _Filter(BaseModel):
    doc_count: int = 0


class _Bucket(BaseModel):
    key: str | int | float
    doc_count: int
    missed: _Filter = _Filter()
    people: _Count = _Count()


class _Buckets(BaseModel):
    buckets: list[_Bucket] = Field(default_factory=list)


class _Searches(BaseModel):
    doc_count: int = 0
    people: _Count = _Count()
    missed: _Filter = _Filter()
    simulated: _Filter = _Filter()
    slots: _Buckets = _Buckets()
    top: _Buckets = _Buckets()


class _Missed(BaseModel):
    top: _Buckets = _Buckets()


class _Opened(BaseModel):
    positions: _Buckets = _Buckets()


class _Aggregations(BaseModel):
    searches: _Searches = _Searches()
    missed: _Missed = _Missed()
    opened: _Opened = _Opened()


class _SearchAnswer(BaseModel):
    aggregations: _Aggregations = _Aggregations()


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
            query=_within(span),
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

    def _queries(self, buckets: Iterable[_Bucket]) -> tuple[Query, ...]:
        joined: dict[str, Query] = {}
        for bucket in buckets:
            text = clean(str(bucket.key)).lower()
            if is_nonsense(text):
                continue
            before = joined.get(text, Query(text, 0, 0))
            # One person may write in two ways: the greater of the two counts is certain, their sum is not.
            people = max(before.people, int(bucket.people.value))
            joined[text] = Query(text, before.searches + bucket.doc_count, people)
        told = [query for query in joined.values() if query.people >= self._least_people]
        return tuple(sorted(told, key=lambda query: (-query.searches, query.text))[:SHOWN])


def _slot(bucket: _Bucket) -> Slot:
    start = datetime.fromtimestamp(float(bucket.key) / 1000, UTC)
    return Slot(start, bucket.doc_count - bucket.missed.doc_count, bucket.missed.doc_count)


def _within(span: Span) -> dict[str, object]:
    timestamps = {"gte": span.start.isoformat(), "lt": span.end.isoformat()}
    return {"bool": {"filter": [{"range": {"@timestamp": timestamps}}], "must_not": [{"term": {"channel": "inline"}}]}}


def _asked(span: Span) -> dict[str, dict[str, object]]:
    people = {"people": {"cardinality": {"field": "user", "precision_threshold": 10_000}}}
    missed = {"missed": {"filter": {"terms": {"outcome": list(MISSED)}}}}
    texts = {"top": {"terms": {"field": "text.whole", "size": TEXTS}, "aggs": people}}
    first_pages = [{"term": {"kind": "search"}}, {"term": {"page_offset": 0}}]
    last = int(span.end.timestamp() * 1000) - 1
    slots = {
        "date_histogram": {
            "field": "@timestamp",
            ("fixed_interval" if span.period == "day" else "calendar_interval"): "1h"
            if span.period == "day"
            else "day",
            "time_zone": span.offset,
            "min_doc_count": 0,
            "extended_bounds": {"min": int(span.start.timestamp() * 1000), "max": last},
        },
        "aggs": missed,
    }
    simulated = {"simulated": {"filter": {"term": {"simulated": True}}}}
    return {
        "searches": {
            "filter": {"bool": {"filter": first_pages}},
            "aggs": {"slots": slots, **people, **missed, **simulated, **texts},
        },
        "missed": {
            "filter": {"bool": {"filter": [*first_pages, {"terms": {"outcome": list(MISSED)}}]}},
            "aggs": texts,
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
