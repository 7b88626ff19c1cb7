"""Which products are like one by what they say of themselves, of those that may be shown."""

from __future__ import annotations

from analytics.jobs.past_actions import PastActions, ProductTable
from analytics.models.arrays import Mask
from analytics.models.content import alike, tf_idf

ALIKE_AT_LEAST = 0.1
ALIKE = 50


class ContentNeighbours:
    """The most alike of every product, found once."""

    def __init__(self, table: ProductTable, past: PastActions) -> None:
        self._near = alike(tf_idf(table.words), ALIKE)
        self._shown = table.shown
        self._new = table.shown & ~past.touched(len(table.ids))

    def near(self, item: int, k: int) -> list[tuple[int, float]]:
        """Up to `k` products and how alike they are, the most alike first."""
        return self._best(item, k, self._shown)

    def new(self, item: int, k: int) -> list[tuple[int, float]]:
        """Only products that nobody has touched."""
        return self._best(item, k, self._new)

    def _best(self, item: int, k: int, allowed: Mask) -> list[tuple[int, float]]:
        part = slice(self._near.indptr[item], self._near.indptr[item + 1])
        found = zip(self._near.indices[part].tolist(), self._near.data[part].tolist(), strict=True)
        good = sorted(((-score, other) for other, score in found if allowed[other] and score >= ALIKE_AT_LEAST))
        return [(other, -score) for score, other in good[:k]]
