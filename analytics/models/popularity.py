"""What everybody takes, lately: for newcomers, and for the end of a list that nothing else fills.

A person has one vote a product and day. What one person, one shop and one hour can move is bounded, so that a place
costs many people on many days.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from analytics.models.arrays import Floats, Ints, Mask
from analytics.models.interactions import Interactions

HOUR, DAY = 3_600, 86_400
HALF_LIVES = (1.0, 2.0, 4.0, 7.0, 14.0, 30.0, 90.0, 365.0)
"""Days; which of them, `choose_half_life` says."""
UNTRIED = 14.0
"""Days where there is too little to choose by: a fortnight, chosen on no data."""
A_DAY = 20.0
"""All votes of one person on one day count together as so many at most."""
ONE_ITEM = 2.0
"""A person's votes for one product, on however many days, count together as so many at most."""
FREE = 3.0
"""So many votes of one hour, or of people who know one shop only, are never damped; nor as many as are usual."""
CUTS = (0.5, 0.6, 0.7, 0.8, 0.9)
"""Half-lives are tried at the moments before which these shares of the votes lie."""
NEXT = 0.1
ENOUGH = 200
"""Votes to be guessed, below which nothing is chosen."""
CUTOFF = 10
WORTH = 1.01
SMALL = 1e-3


@dataclass(frozen=True)
class Votes:
    """One row a person, item and day, sorted so; `times` (seconds) is the first moment of that day."""

    users: Ints
    items: Ints
    times: Floats
    n_users: int
    n_items: int

    @classmethod
    def of(cls, data: Interactions) -> Votes:
        """The votes in rows that have a clock."""
        day = np.floor(data.times / DAY).astype(np.int64)
        order = np.lexsort((data.times, day, data.items, data.users))
        users, items, day = data.users[order], data.items[order], day[order]
        first = _first_of(users, items, day)
        return cls(users[first], items[first], data.times[order][first], data.n_users, data.n_items)

    @cached_property
    def shares(self) -> Floats:
        """What each vote counts beside the others of its person and day: 1, or less for those who voted for much."""
        day = np.floor(self.times / DAY).astype(np.int64)
        order = np.lexsort((day, self.users))
        start = _first_of(self.users[order], day[order])
        group = np.empty(order.size, np.int64)
        group[order] = np.cumsum(start) - 1
        size = np.bincount(group) if group.size else group
        return np.minimum(1.0, A_DAY / np.maximum(size, 1))[group]

    @cached_property
    def pairs(self) -> Ints:
        """For each vote the number of its person and item."""
        return np.cumsum(_first_of(self.users, self.items)) - 1

    def keep(self, rows: Mask) -> Votes:
        """The votes chosen by a mask."""
        return Votes(self.users[rows], self.items[rows], self.times[rows], self.n_users, self.n_items)


def popularity(data: Interactions, half_life: float | None = None, shops: Ints | None = None) -> Floats:
    """For each item what its votes are worth, each counting 2^-(age / half_life), `half_life` in days.

    Age is counted back from the latest vote. Votes of one person on one day, for one item, of one hour, and, where
    `shops` (the shop of each item) are several, of people most of whose votes went to that shop, are bounded. Without a
    half-life, or where no clock is known, it is the number of rows.
    """
    if half_life is None or not has_clock(data) or data.times.size == 0:
        return data.counts
    votes = Votes.of(data)
    worth = _worth(votes, half_life)
    if shops is None or np.unique(shops).size < 2:
        return _by_hours(votes, worth)
    loyal = _loyal(votes, shops)
    free, theirs = _by_hours(votes.keep(~loyal), worth[~loyal]), _by_hours(votes.keep(loyal), worth[loyal])
    return free + _damped(theirs, free)


def choose_half_life(data: Interactions) -> float:
    """Days, of HALF_LIVES, that would have guessed best what people took next; UNTRIED where little can be tried.

    At each of a few moments the ten most popular items are compared with what each person took in the next tenth of
    the votes (NDCG@10). The median of the moments decides: what a crowd does in one hour chooses nothing.
    """
    if not has_clock(data) or data.times.size == 0:
        return UNTRIED
    votes = Votes.of(data)
    bounds = np.quantile(votes.times, [*CUTS, CUTS[-1] + NEXT])
    values = []
    for start, stop in pairwise(bounds.tolist()):
        later = votes.keep((votes.times >= start) & (votes.times <= stop))
        past = votes.keep(votes.times < start)
        if later.items.size < ENOUGH or past.items.size < ENOUGH:
            return UNTRIED
        each = [_guessed(np.bincount(past.items, _worth(past, days), votes.n_items), later) for days in HALF_LIVES]
        values.append(np.array(each) / max(each[-1], SMALL))
    value = np.median(values, axis=0)
    # A long one is harder to buy: a shorter one must be worth it.
    best = len(HALF_LIVES) - 1
    for shorter in reversed(range(best)):
        best = shorter if value[shorter] > WORTH * value[best] else best
    return HALF_LIVES[best]


def has_clock(data: Interactions) -> bool:
    """Whether times are more than the numbers of the events."""
    return not np.array_equal(data.times, data.events)


def _worth(votes: Votes, half_life: float) -> Floats:
    """Each vote by its age, with all bounds of what one person counts."""
    if votes.times.size == 0:
        return votes.times
    worth = votes.shares * 0.5 ** ((votes.times.max() - votes.times) / (half_life * DAY))
    together = np.bincount(votes.pairs, worth)
    worth = worth * np.minimum(1.0, ONE_ITEM / np.maximum(together, ONE_ITEM))[votes.pairs]
    return np.asarray(worth, np.float64)


def _loyal(votes: Votes, shops: Ints) -> Mask:
    """Whether most of the person's votes went to the shop of this one."""
    shop = shops[votes.items]
    order = np.lexsort((shop, votes.users))
    group = np.empty(order.size, np.int64)
    group[order] = np.cumsum(_first_of(votes.users[order], shop[order])) - 1
    own = np.bincount(group)[group]
    found: Mask = 2 * own > np.bincount(votes.users, minlength=votes.n_users)[votes.users]
    return found


def _by_hours(votes: Votes, worth: Floats) -> Floats:
    """Items: the sum over their hours, of which none counts much more than an hour of a product usually does."""
    if votes.items.size == 0:
        return np.zeros(votes.n_items)
    hour = np.floor(votes.times / HOUR).astype(np.int64)
    order = np.lexsort((hour, votes.items))
    first = _first_of(votes.items[order], hour[order])
    group = np.cumsum(first) - 1
    number = np.bincount(group).astype(np.float64)
    counted = np.bincount(group, worth[order]) * _damped(number, number) / number
    return np.bincount(votes.items[order][first], counted, votes.n_items).astype(np.float64)


def _damped(amounts: Floats, usual: Floats) -> Floats:
    """The same up to the median of what is usual, and beyond it only logarithmically more: the order stays."""
    some = usual[usual > 0]
    bar = max(FREE, float(np.median(some))) if some.size else FREE
    return np.where(amounts > bar, bar * (1 + np.log(np.maximum(amounts, bar) / bar)), amounts)


def _guessed(scores: Floats | Ints, later: Votes) -> float:
    """Mean over people of the NDCG of the items with the best scores, for what each took."""
    best = np.argsort(-scores, kind="stable")[:CUTOFF]
    gains = np.zeros(later.n_items)
    gains[best] = 1 / np.log2(np.arange(best.size) + 2.0)
    mine = _first_of(later.users, later.items)
    found = np.bincount(later.users[mine], gains[later.items[mine]], later.n_users)
    wanted = np.bincount(later.users[mine], minlength=later.n_users)
    ideal = np.r_[0.0, np.cumsum(1 / np.log2(np.arange(CUTOFF) + 2.0))][np.minimum(wanted, CUTOFF)]
    asked = wanted > 0
    return float((found[asked] / ideal[asked]).mean())


def _first_of(*columns: Ints) -> Mask:
    """Where a new group of equal values begins, in columns sorted together."""
    if columns[0].size == 0:
        return np.zeros(0, np.bool_)
    changed: Mask = np.any([np.diff(column) != 0 for column in columns], axis=0)
    return np.concatenate([[True], changed])
