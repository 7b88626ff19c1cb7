"""A marketplace in which nobody has done anything yet."""

import numpy as np

from analytics.jobs.past_actions import PastActions
from analytics.jobs.recommendation_tables import recommendation_lists
from analytics.models.hybrid import fit
from tests.analytics.jobs.made_past import BEGAN, table

NOTHING = np.zeros(0, np.int64)
NOBODY = PastActions((), NOTHING, NOTHING, np.zeros(0), NOTHING, BEGAN)


def test_its_first_products_are_recommended_before_anybody_opens_a_card() -> None:
    shelf = table(5)
    found = dict(recommendation_lists(fit(NOBODY.interactions(len(shelf.ids))), NOBODY, shelf))
    assert {item.offer_id for item in found["popular"]} == set(shelf.ids)


def test_without_products_nothing_is_learnt_and_nothing_fails() -> None:
    shelf = table(0)
    assert not any(items for _, items in recommendation_lists(fit(NOBODY.interactions(len(shelf.ids))), NOBODY, shelf))
