"""How the request log in Elasticsearch is asked for figures. What people typed inline is left out.

There every letter is a search. A text comes out only when several people searched for it.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from pydantic import BaseModel, Field

from bot.ui.span import Span
from bot.ui.text import clean

INDICES = "requests-*"
Clause = dict[str, object]
PEOPLE: Mapping[str, Clause] = {"people": {"cardinality": {"field": "user", "precision_threshold": 10_000}}}
"""How many different people there were."""


class Count(BaseModel):
    """An aggregation that is a number."""

    value: float = 0.0


class Filtered(BaseModel):
    """How many documents passed a filter."""

    doc_count: int = 0


class Bucket(BaseModel):
    """One value of an aggregation, with how many documents have it."""

    key: str | int | float
    doc_count: int
    missed: Filtered = Filtered()
    people: Count = Count()

    @property
    def start(self) -> datetime:
        """When the time begins that the bucket of a histogram stands for."""
        return datetime.fromtimestamp(float(self.key) / 1000, UTC)


class Buckets(BaseModel):
    """The values of an aggregation."""

    buckets: list[Bucket] = Field(default_factory=list)


def within(span: Span) -> Clause:
    """Everything in the time of the span that was not typed inline."""
    timestamps = {"gte": span.start.isoformat(), "lt": span.end.isoformat()}
    return {"bool": {"filter": [{"range": {"@timestamp": timestamps}}], "must_not": [{"term": {"channel": "inline"}}]}}


def over_time(span: Span) -> Clause:
    """The hours of a day, or the days of a week, by the reader's clock; those in which nothing was too."""
    hours = {"fixed_interval": "1h"} if span.period == "day" else {"calendar_interval": "day"}
    last = int(span.end.timestamp() * 1000) - 1
    return {
        "date_histogram": {
            "field": "@timestamp",
            **hours,
            "time_zone": span.offset,
            "min_doc_count": 0,
            "extended_bounds": {"min": int(span.start.timestamp() * 1000), "max": last},
        }
    }


def texts(most: int) -> Clause:
    """The texts that were searched for most, each with how many people did; spellings of one are joined by `joined`."""
    return {"terms": {"field": "text.whole", "size": most}, "aggs": PEOPLE}


def joined(buckets: Iterable[Bucket]) -> dict[str, tuple[int, int]]:
    """The texts with how many searches and people they had, whatever their case and blanks.

    One person may write in two ways: the greater of two counts of people is certain, their sum is not.
    """
    found: dict[str, tuple[int, int]] = {}
    for bucket in buckets:
        text = clean(str(bucket.key)).lower()
        searches, people = found.get(text, (0, 0))
        found[text] = (searches + bucket.doc_count, max(people, int(bucket.people.value)))
    return found
