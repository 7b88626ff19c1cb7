"""Small made-up histories of different nature."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from analytics.models.interactions import Interactions

ITEMS = 12


def sequences(max_users: int = 12) -> st.SearchStrategy[list[list[int]]]:
    """A few people with up to eight of twelve items each."""
    one = st.lists(st.integers(0, ITEMS - 1), min_size=1, max_size=8)
    return st.lists(one, min_size=1, max_size=max_users)


def chains(users: int, items: int, length: int, seed: int) -> list[list[int]]:
    """Order is everything: item i is followed by i + 1, four times of five."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(users):
        walk = [int(random.integers(items))]
        while len(walk) < length:
            step = walk[-1] + 1 if random.random() < 0.8 else int(random.integers(items))
            if step % items not in walk:
                walk.append(step % items)
        found.append(walk)
    return found


def tastes(users: int, items: int, groups: int, length: int, seed: int) -> list[list[int]]:
    """Order is nothing: each person draws from one group of items, the low numbers of it oftener."""
    random = np.random.default_rng(seed)
    size = items // groups
    weight = 1.0 / (1 + np.arange(size))
    return [
        [int(g * size + i) for i in random.choice(size, length, replace=False, p=weight / weight.sum())]
        for g in random.integers(groups, size=users)
    ]


def fashions(users: int, items: int, days: int, seed: int) -> Interactions:
    """The calendar is everything: what is taken is near the item of the day, whoever takes it."""
    random = np.random.default_rng(seed)
    user = np.repeat(np.arange(users), 8)
    day = random.integers(days, size=user.size)
    item = (day * items // days + random.integers(-4, 5, size=user.size)) % items
    return Interactions.from_rows(user, item, (day * 86400).astype(np.float64), users, items)
