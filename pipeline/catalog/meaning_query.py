"""What is like a query by meaning, as clauses of a search. Pure.

Filters stand inside: what a ban or a person's narrowing leaves out is no neighbour, and takes no neighbour's place.
"""

from collections.abc import Sequence

from pipeline.catalog.mapping import MEANING
from pipeline.catalog.proofs import Clause, Weights
from pipeline.meaning.model import Vector

# Of what has the words, so many that are most alike are told apart by their meaning; nobody pages as far.
_TOLD_APART = 200
# Of what has not all of the words, so many come near by their meaning.
_NEIGHBOURS = 40
# How alike a product is to a query that it answers, on a scale from 0 to 1: for what has no vector for a moment yet.
_USUAL = 0.65


def likeness(vector: Vector, filters: Sequence[Clause], weights: Weights) -> list[Clause]:
    """Raises what passes the filters the more, the more it is like the query."""
    unknown: Clause = {"bool": {"must_not": [{"exists": {"field": MEANING}}]}}
    return [
        _nearest(vector, filters, _TOLD_APART, boost=weights.meaning),
        {"constant_score": {"filter": unknown, "boost": weights.meaning * _USUAL}},
    ]


def neighbours(vector: Vector, filters: Sequence[Clause], weights: Weights) -> Clause:
    """What is most like the query of all that passes the filters, if it is like it at all."""
    return _nearest(vector, filters, _NEIGHBOURS, boost=weights.neighbour, similarity=weights.least_alike)


def _nearest(vector: Vector, filters: Sequence[Clause], most: int, **how: float) -> Clause:
    asked = {"field": MEANING, "query_vector": vector.hex(), "k": most, "num_candidates": most, **how}
    return {"knn": asked | ({"filter": list(filters)} if filters else {})}
