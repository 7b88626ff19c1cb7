"""What a recommender is measured on: interactions split into what it may learn and what it has to find."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.models.arrays import Ints
from analytics.models.interactions import Interactions


@dataclass(frozen=True)
class Task:
    """`train` to learn from; `queries` are the histories to answer, and (`who`, `what`) what each should find.

    Query number q is user `asked[q]` of the training part.
    """

    train: Interactions
    asked: Ints
    queries: Interactions
    who: Ints
    what: Ints
