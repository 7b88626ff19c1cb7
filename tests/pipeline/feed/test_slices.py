"""Rows on their way from a parser to the sender."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.feed.offer_digest import SIZE
from pipeline.feed.rows import Refusal, Row
from pipeline.feed.slices import ReadyOutcome, ReadyRow, Slice, packed, unpacked

PLACE = st.integers(0, 2**40)
ROWS = st.builds(Row, PLACE, PLACE, st.binary(max_size=50))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
OUTCOMES = st.lists(
    st.builds(ReadyRow, ROWS, TEXT, TEXT, st.none() | st.binary(max_size=50), st.binary(min_size=SIZE, max_size=SIZE))
    | st.builds(Refusal, PLACE, PLACE, TEXT, st.binary(max_size=50), st.booleans()),
    max_size=8,
)


@given(OUTCOMES, st.none() | TEXT, st.booleans())
def test_what_is_packed_is_unpacked(rows: list[ReadyOutcome], end: str | None, whole: bool) -> None:
    assert unpacked(packed(rows, end, whole=whole)) == Slice(tuple(rows), end, whole)
