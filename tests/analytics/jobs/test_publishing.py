"""A list is written anew when what a person sees of it changes, and only then."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.jobs.publishing import FIRST, places, stays
from pipeline.contracts.messages import Reason, Recommended


def made(names: str, score: float = 1.0, kind: str = "viewed") -> tuple[Recommended, ...]:
    reason = Reason.model_validate({"kind": kind, "offer_id": "x"})
    return tuple(Recommended(offer_id=name, score=score, reason=reason) for name in names)


def sent(names: str, kind: str = "viewed") -> bytes:
    return b"".join(places(made(names, kind=kind), FIRST))


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("abcdefgh", "abcdefgh", True),
        ("abcdefgh", "abcdexyz", True),
        ("abcdefgh", "bacdefgh", True),
        ("abcdefgh", "abcdfegh", True),
        ("abcdefgh", "abcfghde", True),
        ("abcdefgh", "xabcdefg", False),
        ("abcdefgh", "abcdfghxyze", False),
        ("abcdefgh", "abcd", False),
        ("abc", "abc", True),
        ("abc", "abcd", False),
        ("", "a", False),
    ],
)
def test_a_list_whose_first_places_stay_is_not_written(before: str, after: str, same: bool) -> None:
    assert stays(sent(before), made(after, score=0.3)) is same


def test_what_is_no_longer_new_or_needed_is_written() -> None:
    assert not stays(sent("abc", kind="new"), made("abc"))
    assert not stays(sent("abc"), made("abc", kind="again"))
    assert stays(sent("abc", kind="liked"), made("abc"))


@given(st.text(st.sampled_from("abcdefghijkl"), min_size=1, max_size=12))
def test_what_was_sent_stays(names: str) -> None:
    items = made("".join(dict.fromkeys(names)))
    assert stays(b"".join(places(items, FIRST)), items)
    assert not stays(b"", items)
