"""The size of bulk requests follows what the server can do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sink.size import FIRST, LARGEST, SMALLEST, BulkSize


@pytest.mark.parametrize(
    ("documents", "seconds", "expected"),
    [
        (FIRST, 0.1, FIRST * 1.5),
        (FIRST // 4, 0.01, FIRST),
        (FIRST, 0.4, FIRST),
        (FIRST, 0.6, round(FIRST * 0.4 / 0.6)),
        (FIRST, 60.0, FIRST / 2),
    ],
)
def test_one_answer(documents: int, seconds: float, expected: float) -> None:
    size = BulkSize()
    size.answered(documents, seconds)
    assert size.value == expected


def test_it_settles_where_the_target_is() -> None:
    size = BulkSize()
    for _ in range(50):
        size.answered(size.value, 0.02 + size.value / 2_000)
    assert 0.75 * 0.4 <= 0.02 + size.value / 2_000 <= 1.25 * 0.4


def test_a_server_that_pushes_back_gets_less() -> None:
    size = BulkSize()
    size.pushed_back()
    assert size.value == FIRST / 2


@given(st.lists(st.tuples(st.integers(1, 5_000), st.floats(0.0001, 100), st.booleans())))
def test_it_stays_within_its_bounds(answers: list[tuple[int, float, bool]]) -> None:
    size = BulkSize()
    for documents, seconds, pushed in answers:
        if pushed:
            size.pushed_back()
        size.answered(documents, seconds)
        assert SMALLEST <= size.value <= LARGEST
