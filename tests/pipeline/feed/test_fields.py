"""Prices, dates and words as shops write them."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feed import fields
from pipeline.feed.rows import RowRefused


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1299, 1299.0),
        (1299.9, 1299.9),
        (0.1 + 0.2, 0.3),
        (2.675, 2.68),
        ("1299.90", 1299.9),
        ("1299,90", 1299.9),
        ("1 299,90", 1299.9),
        ("1\u00a0299\u202f000,5", 1299000.5),
        ("1,299.90", 1299.9),
        ("1,299,000", 1299000.0),
        ("0", 0.0),
        ("1e3", 1000.0),
        ("12р", 12.0),
    ],
)
def test_amounts(value: object, expected: float) -> None:
    assert fields.amount(value, "price") == expected


@pytest.mark.parametrize(
    "value", [None, True, "", " ", "дорого", "-1", -0.01, "NaN", "inf", "1e13", "1.2.3", [], {}, "12 попугаев", "0.001"]
)
def test_what_is_no_amount(value: object) -> None:
    with pytest.raises(RowRefused, match=r"^price: "):
        fields.amount(value, "price")


@given(st.decimals(0, 10**9, places=2))
def test_two_places_survive(value: Decimal) -> None:
    assert Decimal(str(fields.amount(str(value), "price"))) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-24T12:30:00Z", datetime(2026, 11, 24, 12, 30, tzinfo=UTC)),
        ("2026-11-24T12:30:00+03:00", datetime(2026, 11, 24, 12, 30, tzinfo=timezone(timedelta(hours=3)))),
        ("2026-11-24 12:30", datetime(2026, 11, 24, 12, 30, tzinfo=UTC)),
        ("2026-11-24", datetime(2026, 11, 24, tzinfo=UTC)),
        (" 24.11.2026 ", datetime(2026, 11, 24, tzinfo=UTC)),
        ("24.11.2026 12:30:05", datetime(2026, 11, 24, 12, 30, 5, tzinfo=UTC)),
        (1795523400, datetime(2026, 11, 24, 12, 30, tzinfo=UTC)),
        (1795523400000, datetime(2026, 11, 24, 12, 30, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_moments(value: object, expected: datetime | None) -> None:
    assert fields.moment(value, "updated_at") == expected


@pytest.mark.parametrize("value", ["вчера", "2026-13-01", True, [], 10**30, "0000-00-00"])
def test_what_is_no_moment(value: object) -> None:
    with pytest.raises(RowRefused, match=r"^updated_at: "):
        fields.moment(value, "updated_at")


def test_words() -> None:
    assert fields.line("  Умные \t\x00 часы\n") == "Умные часы"
    assert fields.text(" a\n\x07b ") == "a\nb"
    assert fields.currency(" rur ") == "RUB"
