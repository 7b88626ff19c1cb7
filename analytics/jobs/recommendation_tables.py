"""Recommendation tables: the lists that the bot looks up by key. Pure: a model and arrays in, messages' items out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analytics.jobs.content_neighbours import ContentNeighbours
from analytics.jobs.past_actions import PastActions, ProductTable
from analytics.jobs.personal_lists import PersonalLists
from analytics.jobs.popular_list import PopularLists
from analytics.models.arrays import Floats, Ints
from analytics.models.component import Component, power
from analytics.models.cooccurrence import strongest
from analytics.models.history import Decay
from analytics.models.hybrid import HybridModel, fit
from analytics.models.interactions import Interactions
from analytics.models.operators import SparseOperator
from analytics.models.popularity import choose_half_life, popularity
from analytics.models.top_lists import NOBODY
from pipeline.contracts.messages import Reason, Recommended

SIMILAR = 10
NEIGHBOURS = 200


def fit_hybrid(past: PastActions, table: ProductTable) -> HybridModel:
    """The hybrid of `analytics.models`, for what fits into one machine's memory."""
    return fit(past.interactions(len(table.ids)))


def model_of_pairs(past: PastActions, table: ProductTable, rows: Ints, columns: Ints, weights: Floats) -> HybridModel:
    """A model of item pairs that Spark has counted, for what does not."""
    from scipy.sparse import csr_array

    data = past.interactions(len(table.ids))
    counted = csr_array((weights.astype(np.float32), (rows, columns)), shape=(data.n_items, data.n_items))
    recent = popularity(data, choose_half_life(data))
    single = Component(
        "pairs", Decay(power=0.7), power(data.counts, -0.7), SparseOperator(strongest(counted, NEIGHBOURS)),
        power(data.counts, -0.15).astype(np.float32),
    )  # fmt: skip
    fallback = (1e-4 * recent / max(recent.max(initial=0), 1e-9)).astype(np.float32)
    return HybridModel((single,), np.ones(1), fallback, np.ones(data.n_items, np.float32), ())


def recommendation_lists(
    model: HybridModel, past: PastActions, table: ProductTable
) -> Iterator[tuple[str, tuple[Recommended, ...]]]:
    """(key, items) of all that the bot looks up: everybody's, every product's, `popular` and every section's.

    Nothing that may not be shown, or that the person hid, is among them; keys without items are left out.
    """
    content = ContentNeighbours(table, past)
    lists = PopularLists(past, table)
    popular = lists.everywhere()
    yield "popular", popular
    yield from ((f"popular:{section}", items) for section, items in lists.sections())
    yield from _similar(model, table, content)
    called_so = frozenset(one.offer_id for one in popular if one.reason.kind == "popular")
    yield from PersonalLists(model, past, table, content, called_so).all()


def _similar(
    model: HybridModel, table: ProductTable, content: ContentNeighbours
) -> Iterator[tuple[str, tuple[Recommended, ...]]]:
    shown = np.flatnonzero(table.shown)
    alone = Interactions.from_sequences([[int(item)] for item in shown], len(table.ids))
    found = model.recommend(alone, SIMILAR, ~table.shown, explain=False)
    floor = model.popular.max(initial=0)
    for row, item in enumerate(shown.tolist()):
        items = [
            Recommended(offer_id=table.ids[other], score=score,
                        reason=Reason(kind="together", offer_id=table.ids[item]))
            for other, score in zip(found.ids[row].tolist(), found.scores[row].tolist(), strict=True)
            if other != NOBODY and score > floor
        ]  # fmt: skip
        known = {one.offer_id for one in items}
        for other, score in content.near(item, SIMILAR):
            if len(items) < SIMILAR and table.ids[other] not in known:
                reason = Reason(kind="category", offer_id=table.ids[item], category=table.categories[other] or None)
                items.append(Recommended(offer_id=table.ids[other], score=score * floor, reason=reason))
        if items:
            yield f"item:{table.ids[item]}", tuple(items)
