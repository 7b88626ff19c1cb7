"""Who found a shop's products, by the request log in Elasticsearch. What was typed inline is left out."""

from datetime import UTC, datetime

from elasticsearch import AsyncElasticsearch
from pydantic import BaseModel, Field

from bot.features.my_shop.figures import Day, Found, Week
from bot.ui.span import Span
from bot.ui.text import clean
from pipeline.contracts.messages import OFFER_DIVIDER

INDICES = "requests-*"
# So many texts are looked at, the most frequent first; spellings of one text are joined afterwards.
TEXTS = 200
SHOWN = 8


class _Count(BaseModel):
    value: float = 0.0


class _Bucket(BaseModel):
    key: str | int | float
    doc_count: int
    people: _Count = _Count()


class _Buckets(BaseModel):
    buckets: list[_Bucket] = Field(default_factory=list)


class _Part(BaseModel):
    doc_count: int = 0
    days: _Buckets = _Buckets()
    texts: _Buckets = _Buckets()


class _Aggregations(BaseModel):
    shown: _Part = _Part()
    opened: _Part = _Part()


class _Answer(BaseModel):
    aggregations: _Aggregations = _Aggregations()


class ActivityLog:
    """Reads `requests-*`; a text comes out only when `least_people` different people searched for it."""

    def __init__(self, client: AsyncElasticsearch, least_people: int) -> None:
        self._client = client
        self._least_people = least_people

    async def week(self, store_id: str, span: Span) -> Week:
        """See `Activity`."""
        within = {"gte": span.start.isoformat(), "lt": span.end.isoformat()}
        answer = await self._client.search(
            index=INDICES,
            size=0,
            query={
                "bool": {
                    "filter": [{"range": {"@timestamp": within}}],
                    "must_not": [{"term": {"channel": "inline"}}],
                }
            },
            aggs=_asked(f"{store_id}{OFFER_DIVIDER}", span),
            allow_no_indices=True,
            ignore_unavailable=True,
        )
        found = _Answer.model_validate(answer.body).aggregations
        opened = {bucket.key: bucket.doc_count for bucket in found.opened.days.buckets}
        days = tuple(
            Day(datetime.fromtimestamp(float(each.key) / 1000, UTC), each.doc_count, opened.get(each.key, 0))
            for each in found.shown.days.buckets
        )
        return Week(span, found.shown.doc_count, found.opened.doc_count, days, self._searches(found.shown.texts))

    def _searches(self, texts: _Buckets) -> tuple[Found, ...]:
        counted: dict[str, tuple[int, int]] = {}
        for bucket in texts.buckets:
            text = clean(str(bucket.key)).lower()
            searches, people = counted.get(text, (0, 0))
            # One person may write in two ways: the greater of the two counts is certain, their sum is not.
            counted[text] = (searches + bucket.doc_count, max(people, int(bucket.people.value)))
        told = [Found(text, n) for text, (n, people) in counted.items() if text and people >= self._least_people]
        return tuple(sorted(told, key=lambda found: (-found.searches, found.text))[:SHOWN])


def _asked(offers: str, span: Span) -> dict[str, dict[str, object]]:
    last = int(span.end.timestamp() * 1000) - 1
    days = {
        "date_histogram": {
            "field": "@timestamp",
            "calendar_interval": "day",
            "time_zone": span.offset,
            "min_doc_count": 0,
            "extended_bounds": {"min": int(span.start.timestamp() * 1000), "max": last},
        }
    }
    people = {"people": {"cardinality": {"field": "user", "precision_threshold": 10_000}}}
    return {
        "shown": {
            "filter": {"bool": {"filter": [{"term": {"kind": "search"}}, {"prefix": {"hits": offers}}]}},
            "aggs": {"days": days, "texts": {"terms": {"field": "text.whole", "size": TEXTS}, "aggs": people}},
        },
        "opened": {
            "filter": {
                "bool": {
                    "filter": [{"term": {"kind": "view"}}, {"prefix": {"offer_id": offers}}],
                    "must_not": [{"term": {"outcome": "refused"}}],
                }
            },
            "aggs": {"days": days},
        },
    }
