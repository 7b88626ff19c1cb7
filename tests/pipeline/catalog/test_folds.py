"""Weights by cross-validation: no query has a say in the weight that it is marked by."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalog.folds import fold_of, held_out
from pipeline.catalog.judgments import Rated
from pipeline.catalog.marks import MarkedQuery

FOLDS = 5
QUERIES = [f"query {number}" for number in range(40)]


def answered(query: str, *, well: bool) -> MarkedQuery:
    return MarkedQuery(Rated(query, {"a": 3, "b": 0}), (("a" if well else "b", 1.0),), (), says_none=False)


def run(well: set[str]) -> list[MarkedQuery]:
    return [answered(query, well=query in well) for query in QUERIES]


@given(st.sets(st.sampled_from(QUERIES)), st.integers(0, FOLDS - 1))
def test_a_fold_s_weight_does_not_depend_on_its_own_queries(well: set[str], fold: int) -> None:
    own = {query for query in QUERIES if fold_of(query, FOLDS) == fold}
    _, chosen = held_out({1.0: run(well), 2.0: run(set(QUERIES) - well)}, FOLDS)
    _, otherwise = held_out({1.0: run(well ^ own), 2.0: run((set(QUERIES) - well) ^ own)}, FOLDS)
    assert chosen[fold] == otherwise[fold]


def test_the_better_weight_is_chosen_and_of_equals_the_least() -> None:
    all_of_them = set(QUERIES)
    marked, chosen = held_out({3.0: run(set()), 2.0: run(all_of_them), 6.0: run(all_of_them)}, FOLDS)
    assert chosen == (2.0,) * FOLDS
    assert [each.rated.query for each in marked] == QUERIES
    assert all(each.ids == ["a"] for each in marked)


def test_folds_are_about_equal() -> None:
    sizes = [sum(fold_of(str(number), FOLDS) == fold for number in range(1000)) for fold in range(FOLDS)]
    assert min(sizes) > 150
