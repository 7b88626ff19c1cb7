"""How much one person may report, and whose reports count late."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.complaints.limits import OF_SHOP, Filed, counts_late, refusal
from bot.features.complaints.models import Complaint, Outcome

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def made(offer_id: str, hours_ago: float, outcome: Outcome | None = None) -> Complaint:
    """A report of so long ago; what was decided, was decided at once."""
    at = NOW - timedelta(hours=hours_ago)
    return Complaint(
        user_id=1, offer_id=offer_id, name="Часы", reason="fake", at=at, outcome=outcome,
        decided_at=None if outcome is None else at,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "offer_id", "expected"),
    [
        ([], "a/1", None),
        ([made("a/1", 1)], "a/1", Filed.REPEATED),
        ([made("a/1", 2000)], "a/1", Filed.REPEATED),
        ([made("a/1", 1, "banned")], "a/1", Filed.DECIDED),
        ([made(f"{n}/1", 1) for n in range(5)], "a/1", Filed.TOO_MANY),
        ([made(f"{n}/1", 1) for n in range(4)], "a/1", None),
        ([made(f"{n}/1", 24) for n in range(5)], "a/1", None),
        ([made(f"a/{n}", 30) for n in range(3)], "a/9", Filed.TOO_MANY_OF_SHOP),
        ([made(f"a/{n}", 30, "banned") for n in range(3)], "a/9", Filed.TOO_MANY_OF_SHOP),
        ([made(f"a/{n}", 30) for n in range(3)], "b/9", None),
        ([made(f"a/{n}", 24 * 7) for n in range(3)], "a/9", None),
        ([made(f"a/x/{n}", 30) for n in range(3)], "a/y", Filed.TOO_MANY_OF_SHOP),
    ],
)
def test_what_a_person_may_report(before: list[Complaint], offer_id: str, expected: Filed | None) -> None:
    assert refusal(before, offer_id, NOW, a_day=5) == expected


def test_deleted_reports_of_the_day_count_too() -> None:
    assert refusal([], "a/1", NOW, a_day=5, lately=5) is Filed.TOO_MANY
    assert refusal([], "a/1", NOW, a_day=5, lately=4) is None


@pytest.mark.parametrize(
    ("outcomes", "late"),
    [
        (["dismissed"] * 2, False),
        (["dismissed"] * 3, True),
        (["dismissed", "dismissed", "dismissed", "banned"], False),
        (["banned", "dismissed", "dismissed", "dismissed"], True),
        (["dismissed", "dismissed", "gone", "dismissed"], True),
        (["dismissed", "dismissed", "gone"], False),
        (["dismissed", "dismissed", None, "dismissed"], True),
    ],
)
def test_whose_reports_count_late(outcomes: list[Outcome | None], late: bool) -> None:
    before = [made(f"a/{n}", 100 - n, outcome) for n, outcome in enumerate(outcomes)]
    assert counts_late(before, NOW) is late
    assert counts_late(reversed(before), NOW) is late


def test_trust_comes_back_after_a_month() -> None:
    before = [made(f"a/{n}", 24 * 29 + n, "dismissed") for n in range(3)]
    assert counts_late(before, NOW)
    assert not counts_late(before, NOW + timedelta(days=1))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.floats(0, 100)), max_size=60))
def test_whatever_a_person_tries_no_shop_and_no_day_gets_more_than_its_share(
    tries: list[tuple[str, int, float]],
) -> None:
    taken: list[Complaint] = []
    for shop, number, hours in sorted(tries, key=lambda each: each[2]):
        at = NOW + timedelta(hours=hours)
        if refusal(taken, f"{shop}/{number}", at, a_day=5) is None:
            taken.append(made(f"{shop}/{number}", -hours))
    assert len({one.offer_id for one in taken}) == len(taken)
    for one in taken:
        until = one.at + timedelta(hours=24)
        assert sum(one.at <= other.at < until for other in taken) <= 5
    # All of it is within a week.
    assert all(sum(one.offer_id.startswith(shop) for one in taken) <= OF_SHOP for shop in "abc")
