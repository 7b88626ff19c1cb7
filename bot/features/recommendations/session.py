"""Recommendations that change with the last few views, from neighbour lists alone: no job, no model, no NumPy."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import NamedTuple

DECAY = 0.7
"""Weight of a view against the one after it."""


class Suggestion(NamedTuple):
    """A product, how strongly it follows from the session, and the view that says most for it."""

    offer_id: str
    score: float
    because: str


def follow_session(
    recent: Sequence[str],
    neighbours: Callable[[str], Sequence[tuple[str, float]]],
    k: int,
    exclude: Container[str] = (),
    decay: float = DECAY,
) -> tuple[Suggestion, ...]:
    """The `k` products that the last views lead to, best first, ties by id; nothing viewed and nothing excluded.

    `recent` is the views, the latest last; `neighbours` gives a product's list of (product, score), empty if there is
    none. Each list counts relative to its own best score, times decay^(views since), a repeated view once and at its
    latest place: the item-to-item scoring of session kNN (Ludewig and Jannach 2018). Costs the sum of the lists.
    """
    scores: dict[str, float] = {}
    strongest: dict[str, tuple[float, str]] = {}
    weight = 1.0
    for viewed in dict.fromkeys(reversed(recent)):
        found = neighbours(viewed)
        best = max((score for _, score in found), default=0.0)
        for offer_id, score in found if best > 0 else ():
            added = weight * (score / best)
            if offer_id in recent or offer_id in exclude or added <= 0:  # next to a great score a tiny one is 0.0
                continue
            scores[offer_id] = scores.get(offer_id, 0.0) + added
            if added > strongest.get(offer_id, (0.0, ""))[0]:
                strongest[offer_id] = added, viewed
        weight *= decay
    order = sorted(scores, key=lambda offer_id: (-scores[offer_id], offer_id))[:k]
    return tuple(Suggestion(one, scores[one], strongest[one][1]) for one in order)
