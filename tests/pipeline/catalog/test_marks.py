"""What `evaluate` makes of answers: by hand, and what must hold of chance."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.errors import StartupError
from pipeline.catalog.chance import difference, interval
from pipeline.catalog.judgments import Rated, read
from pipeline.catalog.marks import MarkedQuery, figures, read_run, trec_lines

RATED = Rated("часы", {"a": 3, "b": 2, "c": 1, "d": 0}, "exact")
NONE = Rated("удочка", {}, "none")
MARKS = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def answered(rated: Rated, *ids: str, says_none: bool = False) -> MarkedQuery:
    hits = tuple((each, 10.0 - place) for place, each in enumerate(ids))
    return MarkedQuery(rated, hits, tuple(rated.judged(ids)), says_none, 3.0)


def test_the_figures_by_hand() -> None:
    found = figures([answered(RATED, "x", "b", "a"), answered(NONE, says_none=True)])
    assert (found.mrr, found.recall, found.queries) == (0.5, 1.0, 1)
    assert (found.right, found.no_hit_precision, found.no_hit_recall) == (1.0, 1.0, 1.0)
    assert found.ndcg < found.ndcg_judged < 1.0
    assert found.kinds["none"].queries == 1


def test_to_say_that_there_is_none_is_wrong_where_there_is_one_and_the_reverse() -> None:
    found = figures([answered(RATED, says_none=True), answered(NONE, "x"), answered(NONE, says_none=True)])
    assert (found.no_hit_precision, found.no_hit_recall) == (0.5, 0.5)
    assert found.right == pytest.approx(1 / 3, abs=1e-4)


def test_what_is_shown_as_nearest_does_not_make_there_is_none_less_true() -> None:
    assert figures([answered(NONE, "x", says_none=True)]).right == 1.0


def test_a_run_is_read_as_it_was_written_and_compared_query_by_query(tmp_path: Path) -> None:
    path, shown = tmp_path / "run.tsv", [answered(RATED, "a", "b"), answered(Rated('"q"  и', {"x": 1}), "x")]
    path.write_text("".join(trec_lines(shown)), encoding="utf-8")
    earlier = read_run(path)
    assert earlier == {each.rated.query: each.ids for each in shown}
    same = figures(shown, earlier).against
    assert same is not None
    assert (same["ndcg@10"].mean, same["ndcg@10"].p) == (0.0, 1.0)


def test_a_file_that_is_no_run_is_named(tmp_path: Path) -> None:
    path = tmp_path / "run.tsv"
    path.write_text("часы Q0 a 1 2.0 x\n", encoding="utf-8")
    with pytest.raises(StartupError, match="line 1"):
        read_run(path)


def test_a_row_without_a_product_is_a_query_that_nothing_answers(tmp_path: Path) -> None:
    path = tmp_path / "judgments.csv"
    path.write_text("query,docid,rating,kind\nудочка,,0,none\nчасы,a,3,exact\n", encoding="utf-8")
    none, some = read(path)
    assert (none.has_good, none.kind, some.ratings) == (False, "none", {"a": 3})


@given(MARKS)
def test_the_mean_lies_in_its_interval_which_is_the_same_each_time(marks: list[float]) -> None:
    low, high = interval(marks)
    assert low - 1e-3 <= sum(marks) / len(marks) <= high + 1e-3
    assert interval(marks) == (low, high)


def test_a_difference_that_is_chance_is_told_from_one_that_is_not() -> None:
    random = Random(5)  # noqa: S311 - repeatable on purpose
    marks = [random.random() for _ in range(100)]
    noise = difference([mark + random.gauss(0, 0.1) for mark in marks], marks)
    better = difference([mark + 0.1 + random.gauss(0, 0.1) for mark in marks], marks)
    assert noise.p > 0.05
    assert noise.interval[0] < 0 < noise.interval[1]
    assert better.p < 0.001
    assert better.interval[0] > 0


def test_marks_of_different_queries_are_not_paired() -> None:
    with pytest.raises(ValueError, match="paired"):
        difference([1.0], [1.0, 0.0])
