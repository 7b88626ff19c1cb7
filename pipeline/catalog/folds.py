"""Weights that are chosen on some queries and marked on others. Pure."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from statistics import fmean

from pipeline.catalog.marks import MarkedQuery


def fold_of(query: str, folds: int) -> int:
    """Which of the folds, from 0, a query belongs to; chance says, by its text."""
    return int.from_bytes(blake2b(query.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") % folds


def held_out(
    by_weight: Mapping[float, Sequence[MarkedQuery]], folds: int
) -> tuple[list[MarkedQuery], tuple[float, ...]]:
    """Each query as it was answered with the weight that did best, by NDCG@10, in all folds but its own.

    Also the weight that was chosen for each fold; of equals the least. All weights must have the same queries.
    """
    chosen = tuple(_best(by_weight, fold, folds) for fold in range(folds))
    marked = next(iter(by_weight.values()))
    places = ((place, fold_of(each.rated.query, folds)) for place, each in enumerate(marked))
    return [by_weight[chosen[fold]][place] for place, fold in places], chosen


def _best(by_weight: Mapping[float, Sequence[MarkedQuery]], fold: int, folds: int) -> float:
    def mark(weight: float) -> tuple[float, float]:
        others = [
            each.rated.ndcg(each.ids)
            for each in by_weight[weight]
            if each.rated.has_good and fold_of(each.rated.query, folds) != fold
        ]
        return fmean(others or [0.0]), -weight

    return max(by_weight, key=mark)
