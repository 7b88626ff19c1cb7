"""The note of a decision, in a header."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from pipeline.contracts.decisions import DECISION_HEADER, DecisionNote, decision_header, noted, without_note
from pipeline.contracts.messages import HEADERS

AT_MS = 1_790_000_000_123


@given(st.integers(-1, 2**63 - 1), st.text(max_size=300))
def test_what_is_noted_is_read(offset: int, rule: str) -> None:
    headers = [*HEADERS, decision_header(offset, AT_MS, rule)]
    assert noted(headers) == DecisionNote(offset, datetime.fromtimestamp(AT_MS / 1_000, UTC), rule)
    assert without_note(headers) == HEADERS


@given(st.binary(max_size=40))
def test_what_we_did_not_write_is_no_fault(value: bytes) -> None:
    found = noted([(DECISION_HEADER, value)])
    assert found is None or found.at.tzinfo is UTC


def test_a_record_without_a_note_has_none() -> None:
    assert noted(HEADERS) is None
