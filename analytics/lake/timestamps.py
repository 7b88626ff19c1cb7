"""Timestamps as shops' files write them: ISO, day or month first, or a number since 1970."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

PARTS = r"^\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2,4})"
COMPACT = r"^\s*(?:19|20)\d{6}\s*$"
NUMBER = r"^\s*\d+(?:\.\d+)?\s*$"
MONTHS = 12
# Seconds since 1970 stay below the first limit for thousands of years, and so on to nanoseconds; and their factors.
UNITS = ((1e11, 1e9), (1e14, 1e6), (1e17, 1e3), (np.inf, 1.0))


def timestamps(column: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    """Each value as a timestamp in UTC, NaT where none can be read; a value without a zone is taken to be UTC.

    `1/2/2011` is decided by the whole column: day first if any first number is above 12, month first if any second one
    is, else as the separator is used: month/day, but day.month and day-month.
    """
    import pandas as pd

    if pd.api.types.is_datetime64_any_dtype(column):
        return pd.to_datetime(column, utc=True)
    text = column.astype("string").str.replace(r"\.0$", "", regex=True)
    if _all(text, COMPACT):
        return pd.to_datetime(text.str.strip(), format="%Y%m%d", errors="coerce", utc=True)
    if _all(text, NUMBER):
        return _since_1970(pd.to_numeric(text, errors="coerce"))
    return pd.to_datetime(text, errors="coerce", utc=True, format="mixed", dayfirst=_day_first(text))


def _all(text: pd.Series[str], pattern: str) -> bool:
    said = text.dropna()
    return bool(said.size) and bool(said.str.match(pattern).all())


def _since_1970(column: pd.Series[float]) -> pd.Series[pd.Timestamp]:
    import pandas as pd

    largest = float(column.abs().max())
    nanoseconds = next(factor for limit, factor in UNITS if not largest >= limit)
    found: pd.Series[pd.Timestamp] = pd.to_datetime(column * nanoseconds, errors="coerce", utc=True)
    return found


def _day_first(text: pd.Series[str]) -> bool:
    parts = text.str.extract(PARTS).dropna()
    if parts.empty:
        return False
    if (parts[0].astype(int) > MONTHS).any():
        return True
    if (parts[1].astype(int) > MONTHS).any():
        return False
    return not bool(text.dropna().str.contains("/", regex=False).any())
