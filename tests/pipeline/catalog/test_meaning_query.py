"""A query with its vector as the body of a search: what stands inside the search for neighbours."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from pipeline.bans.rule import parse_rule
from pipeline.catalog import request_body as body
from pipeline.catalog.ban_query import hit_by
from pipeline.catalog.meaning_query import told_apart
from pipeline.catalog.plan import Plan, plan
from pipeline.catalog.proofs import WEIGHTS, Clause
from pipeline.catalog.request import SearchRequest
from pipeline.catalog.synonyms import Synonyms
from pipeline.catalog.vocabulary import Vocabulary
from pipeline.contracts.messages import Price, Product
from pipeline.meaning.model import DIMENSIONS

VECTOR = bytes(range(128)) * (DIMENSIONS // 128)
RULES = (parse_rule("brand:Orbita"), parse_rule("category:Книги"))


def understood(text: str) -> Plan:
    return plan(text, Vocabulary(), Synonyms({}))


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
    request = SearchRequest(text="часы", category="Часы", shops=("a",), in_stock=True, price_max=100, without=RULES)
    found = [*neighbours(body.some_of(understood("часы -orbita"), request, WEIGHTS, VECTOR))]
    assert len(found) == 2
    for each in found:
        told = str(each["filter"])
        assert all(str(hit_by(rule)) in told for rule in RULES)
        assert all(f"'{name}'" in told for name in ("category_path", "seller", "available", "must_not", "price"))


@given(st.text(max_size=60))
def test_without_a_vector_nobody_looks_for_neighbours(text: str) -> None:
    request = SearchRequest(text=text)
    asked = understood(text)
    if asked.slots:
        assert not [*neighbours(body.some_of(asked, request))]
        assert len([*neighbours(body.some_of(asked, request, WEIGHTS, VECTOR))]) == 2


def test_the_first_are_told_apart_by_words_and_meaning_together() -> None:
    hits = tuple((offer(name), score) for name, score in (("a", 9.0), ("b", 8.0), ("c", 8.0), ("d", 1.0)))
    told = told_apart(hits, {"s/a": 0.5, "s/b": 0.7, "s/d": 0.9}, WEIGHTS)
    assert [product.product_id for product, _ in told] == ["b", "c", "a", "d"]
    # What has no vector yet is taken for usual, and equals keep their order.
    assert [product.product_id for product, _ in told_apart(hits, {}, WEIGHTS)] == ["a", "b", "c", "d"]


@given(st.lists(st.tuples(st.text("abcdef", min_size=1, max_size=3), st.floats(0, 50)), unique_by=lambda each: each[0]))
def test_to_tell_apart_loses_and_repeats_nothing(named: list[tuple[str, float]]) -> None:
    hits = tuple((offer(name), score) for name, score in named)
    told = told_apart(hits, {f"s/{name}": score / 50 for name, score in named[::2]}, WEIGHTS)
    assert sorted(product.product_id for product, _ in told) == sorted(name for name, _ in named)


def offer(name: str) -> Product:
    return Product(product_id=name, name=name, price=Price(amount=1, currency="RUB"), store_id="s")
