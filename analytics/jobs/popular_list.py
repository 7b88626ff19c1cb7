"""The lists `popular` and `popular:<section>`: what many people take now, of several shops; the untouched is new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from analytics.jobs.past_actions import PastActions, ProductTable
from analytics.models.arrays import Ints
from analytics.models.diversity import Shares, diversify
from analytics.models.popularity import choose_half_life, popularity
from pipeline.contracts.messages import Reason, Recommended

POPULAR, IN_SECTION = 30, 10
SECTIONS = 1_000
"""Sections that have a list: what more of them would need is told by their own products."""
POOL = 5
"""Candidates looked at for each place, so that sections and shops have a choice."""
PENALTY = 0.85
ONE_OF = 5
"""A shop has one of any five places from the first on, as long as there are five shops."""


class PopularLists:
    """What is popular everywhere, and in each section."""

    def __init__(self, past: PastActions, table: ProductTable) -> None:
        data = past.interactions(len(table.ids))
        self._table = table
        self._scores = popularity(data, choose_half_life(data), table.shops)
        self._touched = past.touched(len(table.ids))

    def everywhere(self) -> tuple[Recommended, ...]:
        """Up to POPULAR products that may be shown, the best first.

        A product that nobody touched is never called popular; of those the latest come first.
        """
        table = self._table
        order = np.lexsort((-table.created, -self._scores, ~self._touched))
        chosen = self._chosen(order[table.shown[order]], POPULAR)
        return tuple(self._item(item, "popular" if self._touched[item] else "new") for item in chosen)

    def sections(self) -> Iterator[tuple[str, tuple[Recommended, ...]]]:
        """Of the SECTIONS sections with the most votes, up to IN_SECTION products that somebody took."""
        table, able = self._table, np.flatnonzero(self._table.shown & self._touched)
        names, section = np.unique(np.array([table.categories[item] for item in able]), return_inverse=True)
        worth = np.bincount(section, self._scores[able], names.size) if able.size else np.zeros(0)
        for number in np.argsort(-worth, kind="stable")[:SECTIONS].tolist():
            own = able[section == number]
            chosen = self._chosen(own[np.argsort(-self._scores[own], kind="stable")], IN_SECTION)
            if names[number]:
                yield str(names[number]), tuple(self._item(item, "category") for item in chosen)

    def _chosen(self, order: Ints, k: int) -> list[int]:
        """The best `k` of an order, of several shops and sections."""
        table = self._table
        most = np.unique(table.shops[order]).size
        pool = _few_a_shop(order, table.shops, k)[: POOL * k]
        share = Shares(table.shops[pool].tolist(), min(ONE_OF, most))
        categories = [table.categories[item] or None for item in pool.tolist()]
        found: list[int] = pool[diversify(categories, self._scores[pool].tolist(), k, PENALTY, share)].tolist()
        return found

    def _item(self, item: int, kind: Literal["popular", "new", "category"]) -> Recommended:
        reason = Reason(kind=kind, category=self._table.categories[item] or None)
        return Recommended(offer_id=self._table.ids[item], score=float(self._scores[item]), reason=reason)


def _few_a_shop(order: Ints, shops: Ints, few: int) -> Ints:
    """The order without what comes after the `few` best of a shop: one with thousands does not fill the pool."""
    by_shop = np.argsort(shops[order], kind="stable")
    sorted_shops = shops[order][by_shop]
    place = np.empty(order.size, np.int64)
    place[by_shop] = np.arange(order.size) - np.searchsorted(sorted_shops, sorted_shops)
    return order[place < few]
