"""What is like a query by meaning, as clauses of a search. Pure.

Filters stand inside: what a ban or a person's narrowing leaves out is no neighbour, and takes no neighbour's place.
"""

from collections.abc import Mapping, Sequence

from pipeline.catalog.mapping import MEANING, document_id
from pipeline.catalog.proofs import Clause, Weights
from pipeline.catalog.response_parsing import Hit
from pipeline.meaning.model import Vector

# Of what has some of the words, so many that are most alike are told apart by their meaning; nobody pages as far.
_TOLD_APART = 200
# Of what has not all of the words, so many come near by their meaning.
_NEIGHBOURS = 40
# How alike a product is to a query that it answers, on a scale from 0 to 1: for what has no vector for a moment yet.
_USUAL = 0.65


def likeness(vector: Vector, offer_ids: Sequence[str]) -> Clause:
    """The body of a search that says how alike each of the offers is, 0 to 1, as its score."""
    most = len(offer_ids)
    query = _nearest(vector, [{"terms": {"offer_id": list(offer_ids)}}], most)
    return {"query": query, "size": most, "_source": False, "track_total_hits": False}


def told_apart(hits: Sequence[Hit], alike: Mapping[str, float], weights: Weights) -> tuple[Hit, ...]:
    """The same hits by both, their words' score and how alike they are (by the ids of their documents)."""
    both = ((hit[0], hit[1] + weights.meaning * alike.get(document_id(hit[0].offer_id), _USUAL)) for hit in hits)
    return tuple(sorted(both, key=lambda hit: -hit[1]))


def neighbours(vector: Vector, worded: Clause, filters: Sequence[Clause], weights: Weights) -> Clause:
    """Of all that passes the filters, what is most like the query, if it is like it at all, and what is `worded`.

    What has a word of the query is raised by the same measure as what has none.
    """
    near = _nearest(vector, filters, _NEIGHBOURS, boost=weights.neighbour, similarity=weights.least_alike)
    with_words = _nearest(vector, [worded, *filters], _TOLD_APART, boost=weights.neighbour)
    unknown: Clause = {"bool": {"filter": [worded, *filters], "must_not": [{"exists": {"field": MEANING}}]}}
    usual: Clause = {"constant_score": {"filter": unknown, "boost": weights.neighbour * _USUAL}}
    return {"dis_max": {"queries": [near, with_words, usual]}}


def _nearest(vector: Vector, filters: Sequence[Clause], most: int, **how: float) -> Clause:
    asked = {"field": MEANING, "query_vector": vector.hex(), "k": most, "num_candidates": most, **how}
    return {"knn": asked | ({"filter": list(filters)} if filters else {})}
