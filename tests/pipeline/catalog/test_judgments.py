"""The marks, by hand and against what must hold of them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.errors import StartupError
from pipeline.catalog.judgments import Rated, read

RATED = Rated("q", {"a": 3, "b": 2, "c": 0})


def test_the_best_order_is_one_and_unrated_products_gain_nothing() -> None:
    assert RATED.ndcg(["a", "b", "c"]) == 1.0
    assert RATED.ndcg(["x", "y"]) == 0.0
    # By hand: 3 gained at the first place and 7 at the second, against 7 and 3.
    assert RATED.ndcg(["b", "a"]) == pytest.approx(0.8339, abs=1e-4)


def test_judged_leaves_the_unrated_out() -> None:
    assert RATED.judged(["x", "b", "y", "a"]) == ["b", "a"]


@given(st.permutations(["a", "b", "c", "x", "y"]))
def test_no_order_beats_the_best(answer: list[str]) -> None:
    assert 0.0 <= RATED.ndcg(answer) <= 1.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("q,d\n", "query,docid,rating"),
        ("query,docid,rating\na,1,x\n", "line 2"),
        ("query,docid,rating\na,1,4\n", "'4'"),
    ],
)
def test_a_file_that_is_no_judgments_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "judgments.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StartupError, match=said):
        read(path)
