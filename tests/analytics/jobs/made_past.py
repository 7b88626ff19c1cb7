"""A small marketplace of several shops, and a crowd that uses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array

from analytics.jobs.past_actions import PastActions, ProductTable

DAY, BEGAN = 86_400.0, 1_750_000_000.0
PRODUCTS, SHOPS = 200, 10
Deed = tuple[str, int, float, int]
"""Who, which product, on which day, kind by its place in KINDS."""


def table(
    n: int = PRODUCTS,
    shops: int = SHOPS,
    *,
    sold_out: Sequence[int] = (),
    banned: int = 0,
    categories: Sequence[str] = (),
    created: Sequence[float] = (),
) -> ProductTable:
    """`n` products, number i of shop i modulo `shops`; the last `banned` are in no catalogue any more."""
    listed = np.arange(n) < n - banned
    return ProductTable(
        ids=tuple(f"s{number % shops}/{number}" for number in range(n)),
        categories=tuple(categories) or ("",) * n,
        shown=listed & ~np.isin(np.arange(n), np.array(sold_out, np.int64)),
        listed=listed,
        created=np.array(created or [0.0] * n, np.float64),
        words=csr_array(np.zeros((n, 1), np.float32)),
    )


def past(
    deeds: Sequence[Deed], hidden: Mapping[str, frozenset[str]] | None = None, at_day: float = 32.0
) -> PastActions:
    """What people did, in any order."""
    people = tuple(sorted({one[0] for one in deeds}))
    number = {name: place for place, name in enumerate(people)}
    return PastActions(
        people,
        np.array([number[one[0]] for one in deeds], np.int64),
        np.array([one[1] for one in deeds], np.int64),
        BEGAN + DAY * np.array([one[2] for one in deeds], np.float64),
        np.array([one[3] for one in deeds], np.int64),
        BEGAN + DAY * at_day,
        hidden or {},
    )


def crowd(people: int = 400, deeds: int = 6_000, days: int = 30, seed: int = 1) -> list[Deed]:
    """Everybody opens products of every shop, those with low numbers oftener."""
    random = np.random.default_rng(seed)
    items = random.zipf(1.5, deeds) % PRODUCTS
    return [
        (f"p{user:03}", int(item), float(day), 0)
        for user, item, day in zip(random.integers(0, people, deeds), items, random.random(deeds) * days, strict=True)
    ]
