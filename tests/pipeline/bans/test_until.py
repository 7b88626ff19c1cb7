"""The end of a ban, as people write it."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.bans import UntilError, parse_until

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("30m", NOW + timedelta(minutes=30)),
        ("24h", NOW + timedelta(hours=24)),
        ("7d", NOW + timedelta(days=7)),
        ("7д", NOW + timedelta(days=7)),
        ("2w", NOW + timedelta(weeks=2)),
        (" 24 H ", NOW + timedelta(hours=24)),
        ("2026-12-31", datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-11-24", datetime(2026, 11, 25, tzinfo=UTC)),
        ("2026-12-31T10:00:00", datetime(2026, 12, 31, 10, tzinfo=UTC)),
        ("2026-12-31T10:00:00+03:00", datetime(2026, 12, 31, 7, tzinfo=UTC)),
        ("forever", None),
        ("3 days", NOW + timedelta(days=3)),
        ("until Friday", datetime(2026, 11, 28, tzinfo=UTC)),
        ("пятницы", datetime(2026, 11, 28, tzinfo=UTC)),
        ("до завтра 9:00 мск", datetime(2026, 11, 25, 6, tzinfo=UTC)),
    ],
)
def test_understood(text: str, moment: datetime | None) -> None:
    assert parse_until(text, NOW) == moment


@pytest.mark.parametrize(
    "text", ["", "soon", "7", "7y", "2026-13-01", "2026-11-23", "0h", "99999w", "9999-12-31", "05/12", "next Friday"]
)
def test_not_understood(text: str) -> None:
    with pytest.raises(UntilError):
        parse_until(text, NOW)
