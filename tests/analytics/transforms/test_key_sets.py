"""Sets of keys as a number and a hash, by Spark and without."""

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from analytics.jobs.verify import differing
from analytics.transforms.key_sets import KeySet, key_set, key_sets, let_through
from tests.analytics.transforms.records import Sent, records

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def test_both_count_the_same_and_what_was_taken_back_is_not_there(spark: "SparkSession") -> None:
    sent = [
        Sent("s/1", {}, 0, 1), Sent("s/2", {}, 0, 2), Sent("s/1", {}, 0, 3), Sent("s/2", None, 0, 4),
        Sent("лавка/ё'1", {}, 0, 5), Sent("s/3", {}, 4, 1), Sent("s/4", None, 5, 1),
    ]  # fmt: skip
    found = key_sets(let_through(records(spark, sent)))
    assert found == {0: key_set(["лавка/ё'1", "s/1"]), 4: key_set(["s/3"])}


@given(st.sets(st.text(max_size=9), max_size=9), st.sets(st.text(max_size=9), max_size=9))
def test_other_sets_say_other_things(one: set[str], other: set[str]) -> None:
    assert (key_set(sorted(one)) == key_set(sorted(other, reverse=True))) == (one == other)


def test_where_they_differ_is_said() -> None:
    here = {0: key_set(["a", "b"]), 1: key_set(["c"]), 3: key_set(["d"])}
    there = {0: key_set(["a", "b"]), 1: key_set(["x"]), 2: key_set(["e"])}
    assert differing(here, here) == ""
    assert differing(here, {**here, 9: KeySet()}) == ""
    assert differing(here, there) == (
        "partition 1: other ones, partition 2: 1 instead of 0, partition 3: 0 instead of 1"
    )
