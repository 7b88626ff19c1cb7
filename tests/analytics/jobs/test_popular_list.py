"""The popular list cannot be bought: not by one person, not by a shop with accounts of its own, not in an hour."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.jobs.popular_list import POPULAR, PopularLists
from analytics.models.interactions import Interactions
from analytics.models.popularity import A_DAY, ONE_ITEM, UNTRIED, choose_half_life, popularity
from pipeline.contracts.messages import Reason
from tests.analytics.jobs.made_past import BEGAN, DAY, SHOPS, Deed, crowd, past, table

BOUGHT = 150
"""A product that hardly anybody opens."""
LAST_DAY = 29.9


def listed(deeds: list[Deed]) -> list[str]:
    return [one.offer_id for one in PopularLists(past(deeds), table()).everywhere()]


def score(deeds: list[Deed], item: int) -> float:
    found = past(deeds).interactions(len(table().ids))
    return float(popularity(found, 7.0, table().shops)[item])


def test_one_person_with_2000_taps_moves_nothing() -> None:
    before = crowd()
    taps = [("attacker", BOUGHT, LAST_DAY + tap / DAY, 0) for tap in range(2_000)]
    assert listed(before + taps)[:5] == listed(before)[:5]
    assert score(before + taps, BOUGHT) <= score(before, BOUGHT) + 1 + 1e-9
    every_day = [("attacker", BOUGHT, float(day), 0) for day in range(30)]
    assert score(before + every_day, BOUGHT) <= score(before, BOUGHT) + ONE_ITEM + 1e-9


def test_one_person_who_opens_everything_counts_as_much_as_a_busy_day_of_one() -> None:
    everything = [("attacker", item, LAST_DAY, 0) for item in range(200)]
    assert sum(score(everything, item) for item in range(200)) == pytest.approx(A_DAY)


@pytest.mark.parametrize("days", [1, 30], ids=["on one day", "for a month"])
def test_a_shop_with_50_accounts_has_one_of_the_first_five_and_six_of_thirty(days: int) -> None:
    before = crowd()
    own = range(0, 200, SHOPS)
    bought = [(f"a{n}", item, LAST_DAY - day, 0) for n in range(50) for item in own for day in range(days)]
    found = listed(before + bought)
    of_shop = [place for place, one in enumerate(found) if one.startswith("s0/")]
    assert len([place for place in of_shop if place < 5]) <= 1
    assert len(of_shop) <= POPULAR // 5
    assert len(set(found[:5]) & set(listed(before)[:5])) >= 4


def test_accounts_that_know_one_shop_count_little_beside_people_who_know_several() -> None:
    crowded = [(f"a{n}", BOUGHT, LAST_DAY, 0) for n in range(50)]
    several = [deed for n in range(15) for deed in ((f"b{n}", 1, float(n), 0), (f"b{n}", 2, float(n), 0))]
    assert score(several + crowded, BOUGHT) < 15


def test_one_hour_counts_far_less_than_as_many_votes_on_many_days() -> None:
    others = [(f"o{n}", n % 40, float(n % 30), 0) for n in range(400)]
    data = past([*others, *((f"h{n}", 50, 10.0, 0) for n in range(60)), *((f"d{n}", 60, n / 3, 0) for n in range(60))])
    found = popularity(data.interactions(200), 365.0)
    assert found[50] < found[60] / 3


def test_a_single_shop_fills_its_own_list() -> None:
    deeds = [(f"p{n}", n % 40, n % 20, 0) for n in range(300)]
    assert len(PopularLists(past(deeds), table(shops=1)).everywhere()) == POPULAR


def test_what_nobody_touched_is_new_and_the_latest_comes_first() -> None:
    goods = table(6, 6, created=[5, 9, 1, 7, 3, 8], sold_out=[5])
    deeds = [("a", 0, 1.0, 0), ("b", 0, 2.0, 0), ("b", 2, 2.0, 0)]
    found = PopularLists(past(deeds), goods).everywhere()
    assert [(one.offer_id, one.reason.kind) for one in found] == [
        ("s0/0", "popular"), ("s2/2", "popular"), ("s1/1", "new"), ("s3/3", "new"), ("s4/4", "new"),
    ]  # fmt: skip


def test_a_section_has_what_people_take_of_it() -> None:
    goods = table(6, 6, categories=["cups", "cups", "", "tea", "tea", "lamps"], sold_out=[4])
    deeds: list[Deed] = [(f"p{n}", item, float(n), 0) for n in range(9) for item in (n % 2, 2, 3, 4)]
    found = dict(PopularLists(past([*deeds, ("anna", 1, 9.0, 0)]), goods).sections())
    assert {name: [one.offer_id for one in items] for name, items in found.items()} == {
        "cups": ["s1/1", "s0/0"], "tea": ["s3/3"],
    }  # fmt: skip
    assert {one.reason for one in found["cups"]} == {Reason(kind="category", category="cups")}


def test_of_nobody_there_is_a_list_of_what_is_new() -> None:
    assert {one.reason.kind for one in PopularLists(past([]), table(9)).everywhere()} == {"new"}


@pytest.mark.parametrize(("turn_days", "least", "most"), [(3, 1.0, 4.0), (300, 14.0, 365.0)])
def test_the_half_life_is_that_of_the_fashions(turn_days: int, least: float, most: float) -> None:
    random = np.random.default_rng(3)
    day = random.random(20_000) * 120
    item = (np.floor(day / turn_days) * 7 + random.zipf(1.8, day.size) % 40).astype(np.int64) % 200
    data = Interactions.from_rows(random.integers(0, 3_000, day.size), item, BEGAN + day * DAY, 3_000, 200)
    assert least <= choose_half_life(data) <= most


def test_little_is_no_ground_for_a_choice() -> None:
    assert choose_half_life(past(crowd(deeds=50)).interactions(200)) == UNTRIED
    assert choose_half_life(Interactions.from_sequences([[0, 1]] * 500, 2)) == UNTRIED
