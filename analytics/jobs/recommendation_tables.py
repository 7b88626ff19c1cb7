"""Recommendation tables: the lists that the bot looks up by key. Pure: a model and arrays in, messages' items out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.models.arrays import Floats, Ints, Mask
from analytics.models.component import Component, power
from analytics.models.content import alike, tf_idf
from analytics.models.cooccurrence import strongest
from analytics.models.diversity import diversify
from analytics.models.history import Decay
from analytics.models.hybrid import HybridModel, fit
from analytics.models.interactions import Interactions
from analytics.models.operators import SparseOperator
from analytics.models.popularity import popularity
from analytics.models.top_lists import NOBODY
from pipeline.contracts.messages import Reason, Recommended

PERSONAL, SIMILAR, POPULAR = 20, 10, 30
POOL = 3
"""Candidates looked at for each place, so that diversity has a choice."""
PENALTY = 0.85
NEIGHBOURS = 200
NEW_SHARE = 5
"""Every fifth personal place may go to a product that nobody has touched yet."""
ALIKE_AT_LEAST = 0.1
STRENGTH = ("view", "like", "purchase")
REASONS = {"view": "viewed", "like": "liked", "purchase": "bought"}


@dataclass(frozen=True)
class ProductTable:
    """Every product that anybody touched or that can be had, numbered; `shown` marks those that may be shown now."""

    ids: tuple[str, ...]
    categories: tuple[str, ...]
    shown: Mask
    documents: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class PastActions:
    """What people did, by numbers: `kinds` are places in STRENGTH; `hidden` what each person does not want."""

    people: tuple[str, ...]
    users: Ints
    items: Ints
    times: Floats
    kinds: Ints
    hidden: Mapping[str, frozenset[str]]


def fit_hybrid(past: PastActions, table: ProductTable) -> HybridModel:
    """The hybrid of `analytics.models`, for what fits into one machine's memory."""
    return fit(_interactions(past, table))


def model_of_pairs(past: PastActions, table: ProductTable, rows: Ints, columns: Ints, weights: Floats) -> HybridModel:
    """A model of item pairs that Spark has counted, for what does not."""
    from scipy.sparse import csr_array

    data = _interactions(past, table)
    counted = csr_array((weights.astype(np.float32), (rows, columns)), shape=(data.n_items, data.n_items))
    recent = popularity(data, float(np.ptp(data.times)) / 8 or None) if data.times.size else data.counts
    single = Component(
        "pairs", Decay(power=0.7), power(data.counts, -0.7), SparseOperator(strongest(counted, NEIGHBOURS)),
        power(data.counts, -0.15).astype(np.float32),
    )  # fmt: skip
    fallback = (1e-4 * recent / max(recent.max(initial=0), 1e-9)).astype(np.float32)
    return HybridModel((single,), np.ones(1), fallback, np.ones(data.n_items, np.float32), ())


def recommendation_lists(
    model: HybridModel, past: PastActions, table: ProductTable
) -> Iterator[tuple[str, tuple[Recommended, ...]]]:
    """(key, items) of all that the bot looks up: everybody's, every product's, and `popular`.

    Nothing that may not be shown, or that the person hid, is among them; keys without items are left out.
    """
    content = _ContentNeighbours(table, past)
    yield "popular", _popular(past, table)
    yield from _similar(model, table, content)
    yield from _personal(model, past, table, content)


class _ContentNeighbours:
    """What products say of themselves: neighbours among those that may be shown."""

    def __init__(self, table: ProductTable, past: PastActions) -> None:
        touched = np.zeros(len(table.ids), np.bool_)
        touched[past.items] = True
        vectors = tf_idf(table.documents)
        self._near = alike(vectors, 50)
        self._shown = table.shown
        self._new = table.shown & ~touched

    def near(self, item: int, k: int) -> list[tuple[int, float]]:
        return self._best(item, k, self._shown)

    def new(self, item: int, k: int) -> list[tuple[int, float]]:
        """Only products that nobody has touched."""
        return self._best(item, k, self._new)

    def _best(self, item: int, k: int, allowed: Mask) -> list[tuple[int, float]]:
        part = slice(self._near.indptr[item], self._near.indptr[item + 1])
        found = zip(self._near.indices[part].tolist(), self._near.data[part].tolist(), strict=True)
        good = sorted(((-score, other) for other, score in found if allowed[other] and score >= ALIKE_AT_LEAST))
        return [(other, -score) for score, other in good[:k]]


def _interactions(past: PastActions, table: ProductTable) -> Interactions:
    return Interactions.from_rows(past.users, past.items, past.times, len(past.people), len(table.ids))


def _popular(past: PastActions, table: ProductTable) -> tuple[Recommended, ...]:
    data = _interactions(past, table)
    recent = popularity(data, float(np.ptp(data.times)) / 4 or None) if data.times.size else data.counts
    order = [int(i) for i in np.argsort(-recent, kind="stable") if table.shown[i]][: POOL * POPULAR]
    chosen = _diverse(order, [float(recent[i]) for i in order], POPULAR, table)
    return tuple(
        Recommended(offer_id=table.ids[i], score=score,
                    reason=Reason(kind="popular" if score > 0 else "new", category=table.categories[i] or None))
        for i, score in chosen
    )  # fmt: skip


def _similar(
    model: HybridModel, table: ProductTable, content: _ContentNeighbours
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


def _personal(
    model: HybridModel, past: PastActions, table: ProductTable, content: _ContentNeighbours
) -> Iterator[tuple[str, tuple[Recommended, ...]]]:
    data = _interactions(past, table)
    said = _strongest_kind(past)
    found = model.recommend(data, POOL * PERSONAL, ~table.shown)
    last = _last_items(data)
    for user, person in enumerate(past.people):
        hidden = past.hidden.get(person, frozenset())
        rows = [
            (item, score, why)
            for item, score, why in zip(
                found.ids[user].tolist(), found.scores[user].tolist(), found.reasons[user].tolist(), strict=True
            )
            if item != NOBODY and table.ids[item] not in hidden
        ]
        why = {item: reason for item, _, reason in rows}
        chosen = _diverse([item for item, _, _ in rows], [score for _, score, _ in rows], PERSONAL, table)
        items = [
            Recommended(offer_id=table.ids[item], score=score, reason=_reason(said, table, user, item, why[item]))
            for item, score in chosen
        ]
        fresh = [one for one in _fresh(last[user], table, content, hidden) if one.offer_id not in hidden]
        for place, one in zip(range(NEW_SHARE - 1, PERSONAL, NEW_SHARE), fresh, strict=False):
            items.insert(place, one)
        if items:
            yield person, tuple(items[:PERSONAL])


def _fresh(
    recent: Sequence[int], table: ProductTable, content: _ContentNeighbours, hidden: frozenset[str]
) -> list[Recommended]:
    found: dict[int, float] = {}
    for item in recent:
        for other, score in content.new(item, 3):
            if table.ids[other] not in hidden:
                found[other] = max(score, found.get(other, 0.0))
    best = sorted(found, key=lambda other: (-found[other], other))
    return [
        Recommended(offer_id=table.ids[other], score=found[other],
                    reason=Reason(kind="new", category=table.categories[other] or None))
        for other in best
    ]  # fmt: skip


def _reason(said: Mapping[tuple[int, int], int], table: ProductTable, user: int, item: int, why: int) -> Reason:
    # What may not be shown is no reason that could be shown, either.
    if why == NOBODY or not table.shown[why]:
        return Reason(kind="popular", category=table.categories[item] or None)
    kind = REASONS[STRENGTH[said.get((user, why), 0)]]
    return Reason.model_validate({"kind": kind, "offer_id": table.ids[why]})


def _strongest_kind(past: PastActions) -> dict[tuple[int, int], int]:
    said: dict[tuple[int, int], int] = {}
    for user, item, kind in zip(past.users.tolist(), past.items.tolist(), past.kinds.tolist(), strict=True):
        said[user, item] = max(kind, said.get((user, item), 0))
    return said


def _last_items(data: Interactions, count: int = 5) -> list[list[int]]:
    bounds = np.searchsorted(data.users, np.arange(data.n_users + 1))
    each = (data.items[bounds[u] : bounds[u + 1]][::-1].tolist() for u in range(data.n_users))
    return [list(dict.fromkeys(items))[:count] for items in each]


def _diverse(items: Sequence[int], scores: Sequence[float], k: int, table: ProductTable) -> list[tuple[int, float]]:
    categories = [table.categories[item] or None for item in items]
    return [(items[place], scores[place]) for place in diversify(categories, scores, k, PENALTY)]
