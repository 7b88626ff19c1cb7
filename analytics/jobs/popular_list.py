"""The list `popular`: what many people take now, of several shops and sections; what nobody touched is new."""

from __future__ import annotations

import numpy as np

from analytics.jobs.past_actions import PastActions, ProductTable
from analytics.models.arrays import Ints
from analytics.models.diversity import Shares, diversify
from analytics.models.popularity import choose_half_life, popularity
from pipeline.contracts.messages import Reason, Recommended

POPULAR = 30
POOL = 5
"""Candidates looked at for each place, so that sections and shops have a choice."""
PENALTY = 0.85
ONE_OF = 5
"""A shop has one of any five places from the first on, as long as there are five shops."""


def popular_list(past: PastActions, table: ProductTable) -> tuple[Recommended, ...]:
    """Up to POPULAR products that may be shown, the best first.

    A product that nobody touched is never called popular; of those the latest come first.
    """
    data = past.interactions(len(table.ids))
    scores = popularity(data, choose_half_life(data), table.shops)
    touched = past.touched(len(table.ids))
    order = np.lexsort((-table.created, -scores, ~touched))
    order = _few_a_shop(order[table.shown[order]], table.shops)[: POOL * POPULAR]
    shops = [int(shop) for shop in table.shops[order]]
    share = Shares(shops, min(ONE_OF, np.unique(table.shops[table.shown]).size))
    categories = [table.categories[item] or None for item in order.tolist()]
    chosen = order[diversify(categories, scores[order].tolist(), POPULAR, PENALTY, share)]
    return tuple(
        Recommended(offer_id=table.ids[item], score=float(scores[item]),
                    reason=Reason(kind="popular" if touched[item] else "new", category=table.categories[item] or None))
        for item in chosen.tolist()
    )  # fmt: skip


def _few_a_shop(order: Ints, shops: Ints) -> Ints:
    """The order without what comes after the POPULAR best of a shop: one with thousands does not fill the pool."""
    by_shop = np.argsort(shops[order], kind="stable")
    sorted_shops = shops[order][by_shop]
    place = np.empty(order.size, np.int64)
    place[by_shop] = np.arange(order.size) - np.searchsorted(sorted_shops, sorted_shops)
    return order[place < POPULAR]
