"""Not ten times the same: a cap on how often one category may be repeated near the top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence


def diversify(categories: Sequence[Hashable | None], scores: Sequence[float], k: int, penalty: float) -> list[int]:
    """Positions of `k` items, chosen one by one by score · penalty^(times the category was chosen before).

    The greedy choice of maximal marginal relevance (Carbonell and Goldstein 1998), with sameness of category as the
    similarity. `penalty` in (0, 1]; 1 keeps the order of the scores. Items without a category are never penalised.
    Scores must not be negative. Ties go to the earlier position.
    """
    if not 0 < penalty <= 1:
        raise ValueError(f"penalty must be in (0, 1], not {penalty}")
    left = list(range(len(scores)))
    used: Counter[Hashable] = Counter()
    chosen: list[int] = []
    while left and len(chosen) < k:
        best = max(left, key=lambda i: (scores[i] * penalty ** used[categories[i]], -i))
        left.remove(best)
        chosen.append(best)
        if categories[best] is not None:
            used[categories[best]] += 1
    return chosen
