"""What somebody has bought and will need again about now: how likely, and after how long, learnt of each product.

Of a product's buyers a share comes back, and the time until then is log-normal, so the chance that it is bought in the
next days follows from how long ago it was bought last. A product of which little is known is taken to be like its
category, and a category like everything; a person who comes back for it oftener counts for themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from analytics.models.arrays import Floats, Ints

DAY = 86_400
HORIZON = 7.0
"""Days: so far ahead it is looked."""
BELIEF = 5.0
"""As many purchases of a product count as much as what its category says of it."""
LEAST = 0.05
"""A smaller chance is no need."""
EARLIEST = 0.5
"""Of the usual time: before that nobody is reminded of what they have just bought."""
SPREAD = 0.7
"""Of the logarithm of the time between two purchases, where there are none to learn it from: within a factor of two."""
WIDEST = (0.3, 1.5)


class Needs(NamedTuple):
    """Persons and items, the likeliest of each person first; `chance` that it is bought within HORIZON."""

    users: Ints
    items: Ints
    chance: Floats


@dataclass(frozen=True)
class _Pairs:
    """One row a person and item that was bought: the last day, on how many days, and the logarithms of the gaps."""

    users: Ints
    items: Ints
    last: Floats
    days: Floats
    gaps: Floats
    log_gaps: Floats


def needs(users: Ints, items: Ints, times: Floats, groups: Ints, now: float) -> Needs:
    """What is due at `now` (seconds), of purchases in any order; `groups` is the category of each item, numbered."""
    pairs, spread = _pairs(users, items, times)
    if pairs.gaps.sum() < BELIEF:
        nothing = np.zeros(0, np.int64)
        return Needs(nothing, nothing, nothing.astype(np.float64))
    group = groups[pairs.items]
    share = pairs.gaps.sum() / pairs.days.sum()
    length = pairs.log_gaps.sum() / pairs.gaps.sum()
    for key in (group, pairs.items, np.arange(pairs.items.size)):
        share = (_sum(key, pairs.gaps) + BELIEF * share) / (_sum(key, pairs.days) + BELIEF)
        length = (_sum(key, pairs.log_gaps) + BELIEF * length) / (_sum(key, pairs.gaps) + BELIEF)
    elapsed = np.maximum(now / DAY - pairs.last, 0.5)
    gone, then = (ndtr((np.log(days) - length) / spread) for days in (elapsed, elapsed + HORIZON))
    chance = share * (then - gone) / np.maximum(1 - share * gone, 1e-9)
    due = np.flatnonzero((chance >= LEAST) & (elapsed >= EARLIEST * np.exp(length)))
    order = due[np.lexsort((pairs.items[due], -chance[due], pairs.users[due]))]
    return Needs(pairs.users[order], pairs.items[order], chance[order])


def repeat_share(users: Ints, items: Ints, times: Floats) -> float:
    """Of what people buy after their first day, the share that they had bought before; 0 where nobody came back."""
    user, item, day = _bought_days(users, items, times)
    if user.size == 0:
        return 0.0
    first = np.full(int(user.max()) + 1, np.inf)
    np.minimum.at(first, user, day)
    later = day > first[user]
    again = np.concatenate([[False], (np.diff(user) == 0) & (np.diff(item) == 0)])
    return float((again & later).sum() / max(later.sum(), 1))


def _bought_days(users: Ints, items: Ints, times: Floats) -> tuple[Ints, Ints, Ints]:
    """Person, item and day, each once, sorted."""
    day = np.floor(times / DAY).astype(np.int64)
    order = np.lexsort((day, items, users))
    user, item, day = users[order], items[order], day[order]
    if user.size == 0:
        return user, item, day
    changed = (np.diff(user) != 0) | (np.diff(item) != 0) | (np.diff(day) != 0)
    once = np.concatenate([[True], changed])
    return user[once], item[once], day[once]


def _pairs(users: Ints, items: Ints, times: Floats) -> tuple[_Pairs, float]:
    """And the spread of the gaps about those of their own item, in logarithms of days."""
    user, item, day = _bought_days(users, items, times)
    same = (np.diff(user) == 0) & (np.diff(item) == 0)
    number = np.cumsum(np.concatenate([[0] if user.size else [], ~same])).astype(np.int64)
    log_gap = np.log(np.diff(day)[same].astype(np.float64)) if same.any() else np.zeros(0)
    owner = number[1:][same]
    first = np.flatnonzero(np.concatenate([[True] if user.size else [], ~same]).astype(np.bool_))
    last = day[np.append(first[1:], user.size) - 1] if user.size else day
    size = first.size
    found = _Pairs(
        user[first], item[first], last.astype(np.float64), np.bincount(number, minlength=size).astype(np.float64),
        np.bincount(owner, minlength=size).astype(np.float64), np.bincount(owner, log_gap, size).astype(np.float64),
    )  # fmt: skip
    product = found.items[owner]
    several = np.bincount(product)[product] > 1 if owner.size else owner.astype(np.bool_)
    if np.count_nonzero(several) < BELIEF:
        return found, SPREAD
    mean = np.bincount(product, log_gap) / np.maximum(np.bincount(product), 1)
    return found, float(np.clip(np.std((log_gap - mean[product])[several]), *WIDEST))


def _sum(key: Ints, values: Floats) -> Floats:
    """For each row the sum over all rows of the same key."""
    return np.bincount(key, values).astype(np.float64)[key]
