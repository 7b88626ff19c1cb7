"""A validation split inside the training data: what the program chooses its own settings by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.models.arrays import Ints, Mask, Matrix
from analytics.models.interactions import Interactions

PAIRS = 5


@dataclass(frozen=True)
class Holdout:
    """`train` lacks what is held out; `queries` are the validation users' remaining histories, renumbered 0…

    (`who`, `what`) are the pairs to be found: query number and item, new to that user.
    """

    train: Interactions
    queries: Interactions
    who: Ints
    what: Ints


def hold_out_last(data: Interactions, limit: int, seed: int) -> Holdout:
    """The last event of up to `limit` users that have at least two, sampled evenly."""
    last = data.age == 0
    able = np.unique(data.users[~last])
    return _hold_out(data, last & np.isin(data.users, _sample(able, limit, seed)), limit, seed)


def hold_out_after(data: Interactions, timestamp: float, limit: int, seed: int) -> Holdout:
    """Everything after `timestamp` (seconds); the queries are up to `limit` users known before it."""
    return _hold_out(data, data.times >= timestamp, limit, seed)


def _hold_out(data: Interactions, held: Mask, limit: int, seed: int) -> Holdout:
    train = data.keep(~held)
    rows = np.flatnonzero(held)
    key = data.users * data.n_items + data.items
    rows = rows[~np.isin(key[rows], key[~held])]
    rows = rows[np.unique(key[rows], return_index=True)[1]]
    chosen = _sample(np.intersect1d(data.users[rows], train.users), limit, seed)
    rows = _few_each(rows[np.isin(data.users[rows], chosen)], data.users, seed)
    return Holdout(train, train.of_users(chosen), np.searchsorted(chosen, data.users[rows]), data.items[rows])


def _few_each(rows: Ints, users: Ints, seed: int) -> Ints:
    """At most PAIRS rows a user, chosen at random: more of a big basket would cost more than it tells."""
    order = np.lexsort((np.random.default_rng(seed).random(rows.size), users[rows]))
    owner = users[rows][order]
    place = np.arange(rows.size) - np.searchsorted(owner, owner)
    return rows[order][place < PAIRS]


def _sample(users: Ints, limit: int, seed: int) -> Ints:
    if users.size <= limit:
        return users
    return np.sort(np.random.default_rng(seed).choice(users, limit, replace=False))


def ranks(scores: Matrix, who: Ints, what: Ints) -> Ints:
    """For each pair how many items of the row score at least as well, itself apart: 0 is the best.

    Ties count against the item, so that a model gains nothing by saying the same of everything.
    """
    found = np.empty(who.size, np.int64)
    step = max(20_000_000 // max(scores.shape[1], 1), 1)
    for start in range(0, who.size, step):
        part = slice(start, start + step)
        own = scores[who[part], what[part]]
        found[part] = np.count_nonzero(scores[who[part]] >= own[:, None], axis=1) - 1
    return found


def gain(rank: Ints, who: Ints, cutoff: int) -> float:
    """Mean over queries of the mean over their pairs of 1 / log2(rank + 2) within the cutoff.

    With one pair a query this is NDCG@cutoff.
    """
    if who.size == 0:
        return 0.0
    share = 1.0 / np.bincount(who)[who]
    value = np.where(rank < cutoff, 1.0 / np.log2(rank + 2.0), 0.0)
    return float((value * share).sum() / np.unique(who).size)
