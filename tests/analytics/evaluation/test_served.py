"""What is served: known customers, their repeats and what is new to them, and newcomers, each counted apart."""

from __future__ import annotations

import numpy as np

from analytics.evaluation.metrics import interval
from analytics.evaluation.purchases import PurchaseRows
from analytics.evaluation.served import DAY, served

SPLIT = 100.0
PEOPLE = 40


def sold() -> PurchaseRows:
    """Everybody buys tea every ten days, and things of their own kind now and then; afterwards come three newcomers."""
    rows = [(f"p{user:02}", "tea", float(day)) for user in range(PEOPLE) for day in range(user % 10, 107, 10)]
    rows += [
        (f"p{user:02}", f"t{user % 4}-{step}", 20.0 * step + user % 7 - 3)
        for user in range(PEOPLE)
        for step in range(6)
    ]
    rows += [(f"new{number}", "tea", SPLIT + number) for number in range(3)]
    customers, items, days = (np.array(column) for column in zip(*rows, strict=True))
    return PurchaseRows(customers, items, days.astype(np.float64) * DAY, SPLIT * DAY)


def test_groups_are_counted_apart() -> None:
    found = served(sold())
    # Who has bought tea within half its time is not reminded of it.
    assert 0.6 < found["repeats"].hits < 0.9
    assert found["newcomers"].hits == 1.0
    assert found["new"].hits > 0
    for each in found.values():
        assert each.low <= each.ndcg <= each.high
        assert 0 < each.head <= 1


def test_the_interval_is_that_of_a_mean() -> None:
    random = np.random.default_rng(2)
    inside = 0
    for _ in range(40):
        low, high = interval(random.exponential(1.0, 200))
        inside += low <= 1.0 <= high
    assert inside >= 33
