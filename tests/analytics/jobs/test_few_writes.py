"""A little news rewrites little: the lists of a crowd, and again after a hundredth more signals."""

from __future__ import annotations

import numpy as np

from analytics.jobs.past_actions import PastActions, ProductTable
from analytics.jobs.publishing import FIRST, places, stays
from analytics.jobs.recommendation_tables import recommendation_lists
from analytics.models.hybrid import Choice, choose, fit
from pipeline.contracts.messages import Recommended
from tests.analytics.jobs.made_past import DAY, Deed, past, table

PEOPLE, GOODS, DEEDS = 600, 300, 12_000


def crowd() -> list[Deed]:
    """Each person keeps mostly to one of ten kinds of products."""
    random = np.random.default_rng(4)
    user = random.integers(0, PEOPLE, DEEDS)
    item = (random.zipf(1.4, DEEDS) % 30) * 10 + np.where(random.random(DEEDS) < 0.8, user % 10, random.integers(0, 10))
    day = np.sort(random.random(DEEDS) * 60)
    return [(f"p{u}", int(i), float(d), 0) for u, i, d in zip(user, item, day, strict=True)]


def lists(deeds: list[Deed], choice: Choice) -> dict[str, tuple[Recommended, ...]]:
    done, goods = _past(deeds), _table()
    return dict(recommendation_lists(fit(done.interactions(GOODS), choice=choice), done, goods))


def _ids(items: tuple[Recommended, ...]) -> list[str]:
    return [one.offer_id for one in items]


def _past(deeds: list[Deed]) -> PastActions:
    return past(deeds, at_day=60.0 + 900 / DAY)


def _table() -> ProductTable:
    return table(GOODS, 6, categories=[f"c{number % 10}" for number in range(GOODS)])


def test_after_a_hundredth_more_signals_a_twentieth_of_the_lists_is_written_at_most() -> None:
    deeds = crowd()
    choice = choose(_past(deeds[: -DEEDS // 100]).interactions(GOODS))
    before, after = lists(deeds[: -DEEDS // 100], choice), lists(deeds, choice)
    sent = {key: b"".join(places(items, FIRST)) for key, items in before.items()}
    written = [key for key, items in after.items() if not stays(sent.get(key, b""), items)]
    changed = [key for key, items in after.items() if _ids(before.get(key, ())) != _ids(items)]
    assert len(written) <= 0.05 * len(after)
    # As it was told before, by the whole list: most of them.
    assert len(changed) > 0.5 * len(after)
