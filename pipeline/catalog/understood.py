"""A request understood, and what comes after what it finds. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from pipeline.catalog import request_body as body
from pipeline.catalog.ban_query import without
from pipeline.catalog.plan import Plan
from pipeline.catalog.proofs import WEIGHTS, Clause, Weights
from pipeline.catalog.request import SearchRequest, Sort
from pipeline.catalog.response_parsing import Found, Hit
from pipeline.meaning.model import Vector

# What is found and has fewer lines is followed by what comes near, up to so many together.
FILLED_TO = 10
# Nobody reads on for ever in what was not asked for.
MOST_NEAR = 100


@dataclass(frozen=True, slots=True)
class UnderstoodRequest:
    """A request understood. `query` goes as far as descriptions do and to any price; `wanted` of it is found.

    `vector`: what the text means, if that is known.
    """

    plan: Plan
    request: SearchRequest
    query: Clause
    wanted: Clause
    weights: Weights = WEIGHTS
    vector: Vector | None = None

    @classmethod
    def of(cls, understood: Plan, request: SearchRequest, weights: Weights = WEIGHTS) -> Self:
        """What the request asks for by the plan of its text."""
        query = without(body.all_of(understood, request, weights), request.without)
        return cls(understood, request, query, body.found(understood), weights)

    @property
    def offers(self) -> Clause:
        """Every offer that is found."""
        return body.both(self.query, self.wanted, *body.priced(self.request))


def is_article(code: str) -> bool:
    """Whether a text can be meant as an article or an id: one word with a digit. A name may be anybody's word."""
    return not any(letter.isspace() for letter in code) and any(letter.isdigit() for letter in code)


def what_is_near(asked: UnderstoodRequest, found: Found) -> tuple[Clause | None, Sort, int]:
    """What comes after what was found: the query, its order, and how many lines at most."""
    request = asked.request
    if not found.total and found.beyond is not None:
        query, sort = body.beyond(asked.query, asked.wanted, request, found.beyond)
        return query, sort, MOST_NEAR
    if not asked.plan.slots:
        return None, "relevance", 0
    if found.total >= FILLED_TO:
        query = body.only(asked.query, body.priced(request), asked.wanted)
        return query, "relevance", min(found.described, MOST_NEAR)
    most = max(FILLED_TO - found.total, min(found.described, MOST_NEAR)) if found.total else MOST_NEAR
    return without(body.some_of(asked.plan, request, asked.weights, asked.vector), request.without), "relevance", most


def rest_of(near: Found, request: SearchRequest, total: int) -> Sequence[Hit]:
    """The part of what comes near that stands on this page, after what is found."""
    return near.hits[max(request.offset - total, 0) : max(request.until - total, 0)]
