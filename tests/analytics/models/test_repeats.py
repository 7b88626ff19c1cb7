"""A repeat is a need that comes at its interval."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.models.repeats import DAY, HORIZON, LEAST, Needs, needs, repeat_share

COFFEE, LAMP, TEA = 0, 1, 2
Bought = tuple[int, int, float]
"""Person, product, day."""


def found(bought: list[Bought], day: float, groups: tuple[int, ...] = (0, 1, 0)) -> Needs:
    columns = [np.array([one[n] for one in bought]) for n in range(3)]
    return needs(columns[0], columns[1], columns[2] * DAY, np.array(groups), day * DAY)


def coffee_every(days: int, people: int = 20) -> list[Bought]:
    return [(user, COFFEE, float(start)) for user in range(people) for start in range(0, 120, days)]


def lamps(people: int = 20) -> list[Bought]:
    return [(user, LAMP, 5.0 + user) for user in range(people)]


@pytest.mark.parametrize("interval", [10, 30])
def test_what_is_used_up_comes_back_at_its_interval_and_a_lamp_never(interval: int) -> None:
    past = [*coffee_every(interval), *lamps(), (50, COFFEE, 121.0), (50, LAMP, 121.0)]

    def chance(days_later: float) -> float:
        now = found(past, 121.0 + days_later)
        mine = {item: value for user, item, value in zip(*(part.tolist() for part in now), strict=True) if user == 50}
        assert LAMP not in mine
        return float(mine.get(COFFEE, 0.0))

    # Within a week of the interval it is likelier than right after the purchase, and than long after it.
    assert chance(interval - HORIZON / 2) > 2 * chance(0.5)
    assert chance(interval - HORIZON / 2) > 2 * chance(6 * interval)


def test_a_product_of_which_little_is_known_is_like_its_category() -> None:
    past = [*coffee_every(20), *lamps(), (50, TEA, 121.0)]
    assert (50, TEA) in set(zip(*(part.tolist() for part in found(past, 138.0)[:2]), strict=True))
    apart = found(past, 138.0, groups=(0, 1, 1))
    like_coffee = found(past, 138.0)

    def of(now: Needs) -> float:
        return max((chance for user, item, chance in zip(*now, strict=True) if (user, item) == (50, TEA)), default=0.0)

    assert of(like_coffee) > of(apart)


def test_who_comes_back_oftener_is_likelier_to() -> None:
    past = [*coffee_every(20), *((50, COFFEE, float(day)) for day in range(0, 121, 20)), (51, COFFEE, 120.0)]
    now = found(past, 137.0)
    chance = {user: value for user, value in zip(now.users.tolist(), now.chance.tolist(), strict=True) if user >= 50}
    assert chance[50] > chance[51]


def test_several_pieces_on_one_day_are_one_purchase() -> None:
    nothing = found([(0, COFFEE, 1 + hour / 24) for hour in range(20)], 2.0)
    assert nothing.users.size == 0
    assert repeat_share(np.zeros(20, np.int64), np.zeros(20, np.int64), np.linspace(0.0, 80_000.0, 20)) == 0


def test_the_share_of_repeats() -> None:
    user, item, day = (np.array(column) for column in ((0, 0, 0, 0, 1), (0, 1, 0, 2, 3), (0.0, 1, 1, 2, 0)))
    assert repeat_share(user, item, (day * DAY).astype(np.float64)) == pytest.approx(1 / 3)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.floats(0, 400)), min_size=1, max_size=60))
def test_chances_are_chances_and_the_likeliest_come_first(bought: list[Bought]) -> None:
    now = found(bought, 401.0)
    assert ((now.chance >= LEAST) & (now.chance <= 1)).all()
    order = np.lexsort((now.items, -now.chance, now.users))
    assert order.tolist() == list(range(now.users.size))
    assert set(zip(now.users.tolist(), now.items.tolist(), strict=True)) <= {(u, i) for u, i, _ in bought}
