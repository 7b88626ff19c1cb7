"""The first run after a restoration, or on a lake that is empty for another reason, takes no list away."""

import pytest

from analytics.jobs.list_removal import check_removal
from analytics.lake.faults import LakeFault

PEOPLE = {f"{number:064x}" for number in range(100)}
PRODUCTS = {f"item:shop/{number}" for number in range(1_000)}
PUBLISHED = PEOPLE | PRODUCTS | {"popular"}


def some(keys: set[str], number: int) -> set[str]:
    return set(sorted(keys)[:number])


@pytest.mark.parametrize(
    ("before", "found", "said"),
    [
        (PUBLISHED, PRODUCTS | {"popular"}, r"100 % of the lists of people \(100 of 100\), since .* 7 signals"),
        (PUBLISHED, PRODUCTS | some(PEOPLE, 6), "94 % of the lists of people"),
        (PUBLISHED, PEOPLE | some(PRODUCTS, 10), "99 % of the lists of products"),
        (some(PEOPLE, 3), {"popular"}, "100 % of the lists of people"),
        (PUBLISHED, set(), "100 % of the lists of people"),
    ],
)
def test_a_run_that_would_remove_most_lists_is_stopped(before: set[str], found: set[str], said: str) -> None:
    with pytest.raises(LakeFault, match=said):
        check_removal(before, found, 0.5, 7)
    check_removal(before, found, 1.0, 7)


@pytest.mark.parametrize(
    ("before", "found"),
    [
        (set(), set()),
        (set(), PUBLISHED),
        (PUBLISHED, PRODUCTS | some(PEOPLE, 50)),
        # A large shop was banned.
        (PUBLISHED, PEOPLE | some(PRODUCTS, 500) | {"popular"}),
        (some(PEOPLE, 3), some(PEOPLE, 1)),
    ],
)
def test_what_happens_on_other_days_goes_on(before: set[str], found: set[str]) -> None:
    check_removal(before, found, 0.5, 7)
