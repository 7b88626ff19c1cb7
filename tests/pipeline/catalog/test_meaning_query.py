"""A query with its vector as the body of a search: what stands inside the search for neighbours."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from pipeline.bans.rule import parse_rule
from pipeline.catalog import request_body as body
from pipeline.catalog.ban_query import hit_by
from pipeline.catalog.plan import plan
from pipeline.catalog.proofs import WEIGHTS, Clause
from pipeline.catalog.request import SearchRequest
from pipeline.catalog.synonyms import Synonyms
from pipeline.catalog.understood import UnderstoodRequest
from pipeline.catalog.vocabulary import Vocabulary
from pipeline.meaning.model import DIMENSIONS

VECTOR = bytes(range(128)) * (DIMENSIONS // 128)
RULES = (parse_rule("brand:Orbita"), parse_rule("category:Книги"))


def understood(text: str, request: SearchRequest, vector: bytes | None = VECTOR) -> UnderstoodRequest:
    return UnderstoodRequest.of(plan(text, Vocabulary(), Synonyms({})), request, WEIGHTS, vector)


def neighbours(clause: object) -> Iterator[Clause]:
    """Every search for neighbours in a clause."""
    if isinstance(clause, dict):
        if "knn" in clause:
            yield clause["knn"]
        for part in clause.values():
            yield from neighbours(part)
    elif isinstance(clause, list):
        for part in clause:
            yield from neighbours(part)


def test_what_narrows_a_search_and_what_is_banned_stands_inside_every_search_for_neighbours() -> None:
    request = SearchRequest(text="часы", category="Часы", shops=("a",), in_stock=True, without=RULES)
    asked = understood("часы -orbita", request)
    near = body.some_of(asked.plan, request, WEIGHTS, VECTOR)
    found = [*neighbours(asked.query), *neighbours(near)]
    assert len(found) == 2
    for each in found:
        told = str(each["filter"])
        assert all(str(hit_by(rule)) in told for rule in RULES)
        assert all(name in told for name in ("category_path", "seller", "available", "must_not"))


def test_a_price_stands_inside_too_where_what_comes_near_is_looked_for() -> None:
    request = SearchRequest(text="часы", price_max=100)
    (each,) = neighbours(body.some_of(understood("часы", request).plan, request, WEIGHTS, VECTOR))
    assert "'price'" in str(each["filter"])


@given(st.text(max_size=60))
def test_without_a_vector_every_query_is_what_it_was_and_with_one_it_finds_the_same(text: str) -> None:
    request = SearchRequest(text=text)
    by_words, by_both = understood(text, request, None), understood(text, request)
    assert not [*neighbours(by_words.query), *neighbours(by_both.matching), *neighbours(by_both.offers)]
    assert by_words.query == by_words.matching == by_both.matching
    assert by_words.wanted == by_both.wanted
    # The vector stands among what raises a product, never among what it must have.
    assert len([*neighbours(by_both.query)]) == (1 if by_both.plan.slots else 0)
