"""Not ten times the same: a cap on how often one category may be repeated near the top, and on a shop's places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Shares:
    """Who each item belongs to, and that nobody has more than one of any `one_of` places from the first on."""

    owners: Sequence[Hashable]
    one_of: int


def diversify(
    categories: Sequence[Hashable | None],
    scores: Sequence[float],
    k: int,
    penalty: float,
    shares: Shares | None = None,
) -> list[int]:
    """Positions of `k` items, chosen one by one by score · penalty^(times the category was chosen before).

    The greedy choice of maximal marginal relevance (Carbonell and Goldstein 1998), with sameness of category as the
    similarity. `penalty` in (0, 1]; 1 keeps the order of the scores. Items without a category are never penalised.
    Scores must not be negative. Ties go to the earlier position. Where nobody has a share left, shares do not count.
    """
    if not 0 < penalty <= 1:
        raise ValueError(f"penalty must be in (0, 1], not {penalty}")
    left = list(range(len(scores)))
    used: Counter[Hashable] = Counter()
    places: Counter[Hashable] = Counter()
    chosen: list[int] = []
    while left and len(chosen) < k:
        able = left
        if shares is not None:
            most = len(chosen) // max(shares.one_of, 1) + 1
            able = [i for i in left if places[shares.owners[i]] < most] or left
        best = max(able, key=lambda i: (scores[i] * penalty ** used[categories[i]], -i))
        left.remove(best)
        chosen.append(best)
        if categories[best] is not None:
            used[categories[best]] += 1
        if shares is not None:
            places[shares.owners[best]] += 1
    return chosen
