"""Who found a shop's products, by the request log in Elasticsearch."""

from elasticsearch import AsyncElasticsearch
from pydantic import BaseModel

from bot.core.request_log_search import INDICES, Buckets, joined, over_time, texts, within
from bot.features.my_shop.figures import Day, Found, Week
from bot.ui.span import Span
from pipeline.contracts.messages import OFFER_DIVIDER

# So many texts are looked at, the most frequent first; spellings of one text are joined afterwards.
TEXTS = 200
SHOWN = 8


class _OfShop(BaseModel):
    doc_count: int = 0
    days: Buckets = Buckets()
    texts: Buckets = Buckets()


class _Activity(BaseModel):
    shown: _OfShop = _OfShop()
    opened: _OfShop = _OfShop()


class _ActivityAnswer(BaseModel):
    aggregations: _Activity = _Activity()


class ActivityLog:
    """Reads `requests-*`; a text comes out only when `least_people` different people searched for it."""

    def __init__(self, client: AsyncElasticsearch, least_people: int) -> None:
        self._client = client
        self._least_people = least_people

    async def week(self, store_id: str, span: Span) -> Week:
        """See `Activity`."""
        answer = await self._client.search(
            index=INDICES,
            size=0,
            query=within(span),
            aggs=_asked(f"{store_id}{OFFER_DIVIDER}", span),
            allow_no_indices=True,
            ignore_unavailable=True,
        )
        found = _ActivityAnswer.model_validate(answer.body).aggregations
        opened = {bucket.key: bucket.doc_count for bucket in found.opened.days.buckets}
        days = tuple(Day(each.start, each.doc_count, opened.get(each.key, 0)) for each in found.shown.days.buckets)
        return Week(span, found.shown.doc_count, found.opened.doc_count, days, self._searches(found.shown.texts))

    def _searches(self, written: Buckets) -> tuple[Found, ...]:
        told = [
            Found(text, searches)
            for text, (searches, people) in joined(written.buckets).items()
            if text and people >= self._least_people
        ]
        return tuple(sorted(told, key=lambda found: (-found.searches, found.text))[:SHOWN])


def _asked(offers: str, span: Span) -> dict[str, dict[str, object]]:
    days = over_time(span)
    return {
        "shown": {
            "filter": {"bool": {"filter": [{"term": {"kind": "search"}}, {"prefix": {"hits": offers}}]}},
            "aggs": {"days": days, "texts": texts(TEXTS)},
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
