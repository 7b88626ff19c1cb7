"""The recommender: several linear views of the data, tuned and blended on a validation split of its own making."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from analytics.models.arrays import Floats, Ints, Mask, Matrix
from analytics.models.blend import normalise, pool, weights
from analytics.models.component import Component
from analytics.models.cooccurrence import latest
from analytics.models.holdout import Holdout, hold_out_after, hold_out_last
from analytics.models.interactions import Interactions
from analytics.models.materials import Materials
from analytics.models.operators import LatentOperator
from analytics.models.popularity import choose_half_life, has_clock, popularity
from analytics.models.recipes import START, Recipe, component
from analytics.models.sparse_scores import filled, sparse_top
from analytics.models.top_lists import NOBODY, top
from analytics.models.trend import NO_TREND, choose_trend, trend
from analytics.models.tuning import tune

CELLS = 2_000_000
"""Users × items scored at once: so many stay near the processor from one step to the next."""
USERS_AT_ONCE = (16, 500)


@dataclass(frozen=True)
class Config:
    """Bounds of time and memory, never of taste: everything about taste is chosen by validation."""

    seed: int = 7
    queries: int = 3000
    """Validation users at most."""
    validation_cells: int = 20_000_000
    """Validation users times items at most, but never fewer than 500 users."""
    dense_items: int = 4000
    """Up to this many items the dense solvers join the family."""
    window_pairs: int = 15_000_000
    """Weighted pairs of a transition count at most; the window shrinks to fit."""
    rank: int = 64
    """Latent factors of the latent component."""
    threads: int = 2
    """Components tuned at once; the result does not depend on it."""
    history: int = 1000
    """Rows of one person at most, the latest: an account that took everything tells little and has most pairs."""
    neighbours: int = 200
    """Where scores are sparse: so many neighbours of each item at most."""
    sparse_items: int = 20_000
    """From so many items on scores are sparse, and dense solvers only see the items that are taken most."""
    sample_rows: int = 1_000_000
    """Settings are chosen on so many rows at most, of people drawn by chance."""
    sample_items: int = 20_000
    """And on so many items at most, those that are taken most."""
    latent_cells: int = 20_000_000
    """Items times latent factors at most."""
    recent_share: float = 0.1
    """Share of the rows, the latest, that is held out when a clock is known."""


LARGE = Config(sparse_items=0)
"""As if there were many items, whatever there are."""


class RankedItems(NamedTuple):
    """Users × k; where fewer than k can be said, `ids` and `reasons` are -1 and scores 0."""

    ids: Ints
    scores: Matrix
    reasons: Ints


@dataclass(frozen=True)
class HybridModel:
    """Ready to recommend. Immutable; safe to share between threads."""

    components: tuple[Component, ...]
    weights: Floats
    popular: Matrix
    trend: Matrix
    recipes: tuple[Recipe, ...]
    sparse: bool = False

    def scores(self, histories: Interactions) -> Matrix:
        """Users × items; items of the history score -inf. Items that nothing speaks for follow by popularity."""
        return self._scores(histories)[0]

    def recommend(
        self,
        histories: Interactions,
        k: int,
        exclude: Mask | None = None,
        *,
        batch: int | None = None,
        explain: bool = True,
        named: Mask | None = None,
    ) -> RankedItems:
        """The `k` best items new to each user, ties by the lower id.

        `exclude` marks items that are never shown (banned, out of stock). The reason is the item of the history that
        adds most to the score, of those that may be `named`; -1 where there is none. Memory: users of a batch × items;
        where scores are sparse, × what their histories lead to.
        """
        few = USERS_AT_ONCE[1] if self.sparse else int(np.clip(CELLS // max(histories.n_items, 1), *USERS_AT_ONCE))
        step = batch or few
        found = [
            self._batch(
                histories.between(s, min(s + step, histories.n_users)), k, exclude, explain=explain, named=named
            )
            for s in range(0, histories.n_users, step)
        ]
        if not found:
            nothing = np.zeros((0, k), np.int64)
            return RankedItems(nothing, nothing.astype(np.float32), nothing)
        return RankedItems(*(np.concatenate(part) for part in zip(*found, strict=True)))

    def similar(self, item: int, k: int, exclude: Mask | None = None) -> tuple[Ints, Matrix]:
        """Items that people take after or with this one, best first, with scores."""
        alone = Interactions.from_sequences([[item]], self.popular.size)
        found = self.recommend(alone, k, exclude, explain=False)
        strong = found.scores[0] > self.popular.max(initial=0)
        return found.ids[0][strong], found.scores[0][strong]

    def _batch(
        self, part: Interactions, k: int, exclude: Mask | None, *, explain: bool, named: Mask | None
    ) -> RankedItems:
        if self.sparse:
            found = sparse_top(self.components, self.weights, part, k, trend=self.trend, exclude=exclude)
            ids, best, scale = found.ids, found.scores, found.best
            filled(ids, best, part, self.popular, exclude)
        else:
            scores, scale = self._scores(part)
            if exclude is not None:
                scores[:, exclude] = -np.inf
            ids, best = top(scores, k)
        reasons = self._reasons(part, ids, scale, named) if explain else np.full(ids.shape, NOBODY, np.int64)
        return RankedItems(ids, best, reasons)

    def _scores(self, histories: Interactions) -> tuple[Matrix, Sequence[Matrix]]:
        total, best = blended(self.components, self.weights, histories, self.trend)
        total += self.popular
        total[histories.users, histories.items] = -np.inf
        return total, best

    def _reasons(self, histories: Interactions, ids: Ints, scale: Sequence[Matrix], named: Mask | None) -> Ints:
        bounds = np.searchsorted(histories.users, np.arange(histories.n_users + 1))
        reasons = np.full(ids.shape, NOBODY, np.int64)
        age = histories.age
        for user in range(histories.n_users):
            own = slice(bounds[user], bounds[user + 1])
            wanted = ids[user][ids[user] != NOBODY]
            sources = histories.items[own]
            added = np.zeros((sources.size, wanted.size), np.float32)
            for each, weight, best in zip(self.components, self.weights, scale, strict=True):
                if best[user] > 0:
                    added += (
                        np.float32(weight)
                        / best[user]
                        * (each.contributions(sources, age[own], wanted) * self.trend[wanted])
                    )
            if named is not None:
                added[~named[sources]] = 0
            if sources.size:
                said = np.where(added.max(axis=0) > 0, sources[added.argmax(axis=0)], NOBODY)
                reasons[user, : wanted.size] = said
        return reasons


def blended(
    components: Sequence[Component], shares: Floats, histories: Interactions, trend: Matrix
) -> tuple[Matrix, Sequence[Matrix]]:
    """Users × items: the weighted sum of normalised scores times `trend`; 0 for items of the history.

    And for each component the best score of each user, before it was made 1.
    """
    total = np.zeros((histories.n_users, histories.n_items), np.float32)
    best = []
    for each, share in zip(components, shares, strict=True):
        part = each.scores(histories)
        part *= trend
        best.append(normalise(part, histories))
        part *= np.float32(share)
        total += part
    return total, best


@dataclass(frozen=True)
class Choice:
    """What validation has chosen: the trend's half-life and exponent, the recipes, and their weights."""

    course: tuple[float, float]
    recipes: tuple[Recipe, ...]
    shares: tuple[float, ...]
    sparse: bool


def fit(data: Interactions, config: Config | None = None, choice: Choice | None = None) -> HybridModel:
    """Learns from the interactions; the same data, config and choice give the same model.

    Without a `choice`, or with one for another size, one is made by `choose`; everything is counted on all of `data`.
    """
    config = config or Config()
    if data.items.size == 0:
        return HybridModel((), np.zeros(0), _fallback(data), np.ones(data.n_items, np.float32), ())
    if choice is None or choice.sparse != is_sparse(data, config):
        choice = choose(data, config)
    data = latest(data, config.history)
    course, recipes, shares, sparse = choice.course, choice.recipes, choice.shares, choice.sparse
    everything = _materials(data, config, config.neighbours if sparse else None)
    chosen = [(recipe, share) for recipe, share in zip(recipes, shares, strict=True) if share > 0]
    components = tuple(component(everything, recipe) for recipe, _ in chosen)
    return HybridModel(
        components,
        np.array([share for _, share in chosen]),
        _fallback(data),
        trend(data, *course),
        tuple(recipe for recipe, _ in chosen),
        # What has an opinion of everything alone finds no candidates.
        sparse and not all(isinstance(each.operator, LatentOperator) for each in components),
    )


def is_sparse(data: Interactions, config: Config) -> bool:
    """Whether there are so many items that only what histories lead to is scored."""
    return data.n_items >= config.sparse_items


def choose(data: Interactions, config: Config | None = None) -> Choice:
    """Settings and weights by a holdout inside `data`: the latest rows where a clock is known, else last events."""
    config = config or Config()
    sparse = is_sparse(data, config)
    data = _sample(latest(data, config.history), config)
    kinds = ["short", "long", "pairs", "latent"]
    if sparse or data.n_items <= config.dense_items:
        kinds += ["ridge", "ease"]
    holdout = _holdout(data, config)
    recipes: Sequence[Recipe] = [START[kind] for kind in kinds]
    if not holdout.who.size:
        return Choice(NO_TREND, tuple(recipes), (1 / len(kinds),) * len(kinds), sparse)
    inside = _materials(holdout.train, config, config.neighbours if sparse else None)
    course = NO_TREND
    if has_clock(data):
        course = choose_trend(component(inside, START["pairs"]).scores(holdout.queries), holdout)
    rising = trend(holdout.train, *course)
    with ThreadPoolExecutor(config.threads) as workers:
        recipes = list(workers.map(lambda recipe: tune(inside, holdout, recipe, rising)[0], recipes))
    shares = weights(pool([component(inside, recipe) for recipe in recipes], holdout, rising))
    return Choice(course, tuple(recipes), tuple(shares.tolist()), sparse)


def _sample(data: Interactions, config: Config) -> Interactions:
    """What settings are chosen on: where there is more, the rows of people drawn by chance and of the usual items."""
    if data.items.size > config.sample_rows:
        share = config.sample_rows / data.items.size
        data = data.of_users(np.flatnonzero(np.random.default_rng(config.seed).random(data.n_users) < share))
    if data.n_items <= max(config.sparse_items, config.sample_items):
        return data
    usual = np.sort(np.argsort(-data.counts, kind="stable")[: config.sample_items])
    number = np.full(data.n_items, -1, np.int64)
    number[usual] = np.arange(usual.size)
    kept = data.keep(number[data.items] >= 0)
    return replace(kept, items=number[kept.items], n_items=usual.size)


def _holdout(data: Interactions, config: Config) -> Holdout:
    limit = min(config.queries, max(500, config.validation_cells // max(data.n_items, 1)))
    if has_clock(data):
        timestamp = float(np.quantile(data.times, 1 - config.recent_share))
        return hold_out_after(data, timestamp, limit, config.seed)
    # Short histories must not all lose their end, or there is nothing left to learn from.
    return hold_out_last(data, min(limit, max(data.items.size // 4, 1)), config.seed)


def _materials(data: Interactions, config: Config, neighbours: int | None) -> Materials:
    window = max(3 if neighbours is None else 1, config.window_pairs // max(data.items.size, 1))
    rank = min(config.rank, max(8, config.latent_cells // max(data.n_items, 1)))
    return Materials(data, window, config.dense_items, rank, config.seed, neighbours)


def _fallback(data: Interactions) -> Matrix:
    """Popularity scaled below anything that a component says: it only orders what they leave equal."""
    recent = popularity(data, choose_half_life(data))
    scaled: Matrix = (1e-4 * recent / max(recent.max(initial=0), 1e-9)).astype(np.float32)
    return scaled
