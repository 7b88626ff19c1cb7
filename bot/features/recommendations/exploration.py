"""A little exploration, so that the same five do not come each time.

It is done here and not by the job, which would have to write every list anew every hour, also of those who do not look.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

AHEAD = 3
"""The place is given to one of as many pages that follow, beyond the next."""


def explored(order: Sequence[T], size: int, seed: str) -> list[T]:
    """The last place of each page of `size` changed with one of later pages, drawn by the seed; the others stay.

    The same seed gives the same order, so that pages fit together. Bounds: one place of `size`, never the first ones,
    and nothing comes that is not among the candidates anyway.
    """
    found = list(order)
    chance = random.Random(seed)  # noqa: S311 - taste, no secret
    for place in range(size - 1, len(found), size):
        far = range(place + size, min(place + AHEAD * size, len(found)))
        if far:
            other = chance.choice(far)
            found[place], found[other] = found[other], found[place]
    return found
