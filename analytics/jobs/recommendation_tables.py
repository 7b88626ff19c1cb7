"""Recommendation tables: the lists that the bot looks up by key. Pure: a model and arrays in, messages' items out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analytics.jobs.content_neighbours import ContentNeighbours
from analytics.jobs.past_actions import PastActions, ProductTable
from analytics.jobs.personal_lists import PersonalLists
from analytics.jobs.popular_list import PopularLists
from analytics.models.arrays import Ints
from analytics.models.hybrid import HybridModel
from analytics.models.interactions import Interactions
from analytics.models.top_lists import NOBODY
from pipeline.contracts.messages import Reason, Recommended

SIMILAR = 10
PRODUCTS_AT_ONCE = 5_000


def expected_keys(past: PastActions, table: ProductTable) -> frozenset[str]:
    """The keys that may have a list: of everybody with a past, of every product that may be shown, and `popular`."""
    products = (f"item:{table.ids[item]}" for item in np.flatnonzero(table.shown).tolist())
    return frozenset(("popular", *past.people, *products))


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
    every = np.flatnonzero(table.shown)
    for start in range(0, every.size, PRODUCTS_AT_ONCE):
        yield from _similar_to(every[start : start + PRODUCTS_AT_ONCE], model, table, content)


def _similar_to(
    shown: Ints, model: HybridModel, table: ProductTable, content: ContentNeighbours
) -> Iterator[tuple[str, tuple[Recommended, ...]]]:
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
