"""Months of the logs."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.requests.months import index_of, is_kept, past

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


def test_the_index_of_a_moment() -> None:
    assert index_of("requests", datetime(2026, 1, 31, 23, 59, tzinfo=UTC)) == "requests-2026.01"


@pytest.mark.parametrize(
    ("months", "deleted"),
    [
        (1, ["requests-2025.12", "requests-2026.01", "requests-2026.10"]),
        (2, ["requests-2025.12", "requests-2026.01"]),
        (11, ["requests-2025.12"]),
        (12, []),
    ],
)
def test_old_months_go_and_nothing_else(months: int, deleted: list[str]) -> None:
    names = ["requests-2025.12", "requests-2026.01", "requests-2026.10", "requests-2026.11", "requests-2027.01"]
    others = ["audit-2020.01", "requests-old", "requests-2020.1", "requests", "xrequests-2020.01"]
    assert past([*names, *others], "requests", NOW, months) == deleted


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.integers(1, 120))  # noqa: DTZ001
def test_what_is_kept_is_never_deleted(moment: datetime, months: int) -> None:
    moment = moment.replace(tzinfo=UTC)
    assert is_kept(moment, NOW, months) != bool(past([index_of("audit", moment)], "audit", NOW, months))
