"""The session's answers against the definition, and what must never be in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.features.recommendations.session import follow_session

NEAR = {
    "phone": (("case", 4.0), ("charger", 2.0), ("tv", 1.0)),
    "tv": (("cable", 3.0), ("stand", 3.0), ("phone", 1.0)),
}
IDS = st.sampled_from(["a", "b", "c", "d", "e"])
LISTS = st.dictionaries(IDS, st.lists(st.tuples(IDS, st.floats(0, 10)), max_size=5, unique_by=lambda pair: pair[0]))


def near(offer_id: str) -> tuple[tuple[str, float], ...]:
    return NEAR.get(offer_id, ())


def test_the_latest_view_leads_and_says_why() -> None:
    found = follow_session(["phone", "tv"], near, 3)
    assert [(one.offer_id, one.because) for one in found] == [("cable", "tv"), ("stand", "tv"), ("case", "phone")]
    assert found[0].score == 1.0
    assert found[2].score == 0.7


def test_another_view_changes_the_answer() -> None:
    assert follow_session(["phone"], near, 1) != follow_session(["phone", "tv"], near, 1)


def test_nothing_is_known_of_a_stranger() -> None:
    assert follow_session(["radio"], near, 3) == ()
    assert follow_session([], near, 3) == ()


def test_a_score_too_small_to_count_is_no_suggestion() -> None:
    found = follow_session(["phone", "tv"], lambda one: (("case", 5e-324), ("cable", 10.0)), 2)
    assert [one.offer_id for one in found] == ["cable"]


def test_scores_count_relative_to_their_list_however_small() -> None:
    found = follow_session(["phone", "tv", "radio"], lambda one: (("case", 5e-324),) if one == "phone" else (), 1)
    assert found == (("case", 0.7 * 0.7, "phone"),)


@given(st.lists(IDS, max_size=6), LISTS, st.sets(IDS), st.integers(0, 6))
def test_never_what_was_viewed_or_excluded(
    recent: list[str], lists: dict[str, list[tuple[str, float]]], exclude: set[str], k: int
) -> None:
    found = follow_session(recent, lambda one: lists.get(one, []), k, exclude)
    ids = [one.offer_id for one in found]
    assert len(ids) == len(set(ids)) <= k
    assert not set(ids) & (set(recent) | exclude)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(one.because in recent for one in found)
