"""Timestamps in the ways of many shops; the column decides what one value leaves open."""

import pandas as pd
import pytest

from analytics.lake.timestamps import timestamps


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["2011-11-08 10:30:00", "2011-11-09T00:00:00Z"], "2011-11-08T10:30:00Z"),
        (["2011-11-08T10:30:00+03:00"], "2011-11-08T07:30:00Z"),
        (["11/8/2011 10:30", "11/30/2011 8:00"], "2011-11-08T10:30:00Z"),
        (["8/11/2011 10:30", "30/11/2011 8:00"], "2011-11-08T10:30:00Z"),
        (["11/8/2011 10:30"], "2011-11-08T10:30:00Z"),
        (["08.11.2011 10:30"], "2011-11-08T10:30:00Z"),
        (["08-11-2011"], "2011-11-08T00:00:00Z"),
        (["20111108", "20111109"], "2011-11-08T00:00:00Z"),
        ([20111108, 20111109], "2011-11-08T00:00:00Z"),
        (["1320748200"], "2011-11-08T10:30:00Z"),
        ([1320748200], "2011-11-08T10:30:00Z"),
        ([1320748200.0, None], "2011-11-08T10:30:00Z"),
        ([1320748200000], "2011-11-08T10:30:00Z"),
        (["1320748200000000", "1320748200000000"], "2011-11-08T10:30:00Z"),
        ([pd.Timestamp("2011-11-08 10:30")], "2011-11-08T10:30:00Z"),
        (["8 Nov 2011", "never"], "2011-11-08T00:00:00Z"),
    ],
)
def test_the_first_timestamp(column: list[object], expected: str) -> None:
    assert timestamps(pd.Series(column)).iloc[0] == pd.Timestamp(expected)


@pytest.mark.parametrize("column", [["never", ""], [None, None], []])
def test_what_is_no_timestamp_is_none(column: list[object]) -> None:
    assert timestamps(pd.Series(column, dtype="object")).isna().all()
