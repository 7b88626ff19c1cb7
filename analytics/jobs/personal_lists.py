"""The list of each person, with reasons that are true and name nothing that is banned or hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from analytics.jobs.content_neighbours import ContentNeighbours
from analytics.jobs.past_actions import PastActions, ProductTable
from analytics.models.diversity import diversify
from analytics.models.hybrid import HybridModel
from analytics.models.interactions import Interactions
from analytics.models.repeats import Needs, needs, repeat_share
from analytics.models.top_lists import NOBODY
from analytics.transforms.signals import KINDS
from pipeline.contracts.messages import Reason, Recommended

PERSONAL = 20
POOL = 3
"""Candidates looked at for each place, so that diversity has a choice."""
PENALTY = 0.85
NEW_SHARE = 5
"""Every fifth personal place may go to a product that nobody has touched yet."""
RECENT = 5
"""From so many of the latest products of a person those that nobody has touched are looked for."""
NEEDS_OF_FIVE = (0, 2)
"""Of each five places those that may go to what was bought and is needed again, if repeats are that common here."""
PEOPLE_AT_ONCE = 2_000
REASONS = {"view": "viewed", "like": "liked", "purchase": "bought"}


class PersonalLists:
    """Makes everybody's list; `popular` are the products of the popular list, which alone may be called so."""

    def __init__(
        self,
        model: HybridModel,
        past: PastActions,
        table: ProductTable,
        content: ContentNeighbours,
        popular: frozenset[str],
    ) -> None:
        self._model = model
        self._past = past
        self._table = table
        self._content = content
        self._popular = popular
        self._touched = past.touched(len(table.ids))
        self._data = past.wanted(table)
        self._said = _strongest_kind(past, len(table.ids))
        self._needs, self._needs_of_five = _needs(past, table)

    def all(self) -> Iterator[tuple[str, tuple[Recommended, ...]]]:
        """(pseudonym, items) of those who have any, some people at a time in memory."""
        for start in range(0, len(self._past.people), PEOPLE_AT_ONCE):
            part = self._data.between(start, min(start + PEOPLE_AT_ONCE, len(self._past.people)))
            table = self._table
            found = self._model.recommend(part, POOL * PERSONAL, ~table.shown, named=table.listed)
            for place, history in enumerate(_histories(part)):
                ranked = [column[place].tolist() for column in found]
                if items := self._of(start + place, history, *ranked):
                    yield self._past.people[start + place], items

    def _of(
        self, user: int, history: Sequence[int], ids: Sequence[int], scores: Sequence[float], reasons: Sequence[int]
    ) -> tuple[Recommended, ...]:
        table = self._table
        hidden = self._past.hidden.get(self._past.people[user], frozenset())
        rows = [
            row
            for row in zip(ids, scores, reasons, strict=True)
            if row[0] != NOBODY and table.ids[row[0]] not in hidden
        ]
        categories = [table.categories[item] or None for item, _, _ in rows]
        browsed = {table.categories[item] for item in history} - {""}
        items = [
            Recommended(
                offer_id=table.ids[rows[place][0]],
                score=rows[place][1],
                reason=self._reason(user, rows[place][0], rows[place][2], browsed),
            )
            for place in diversify(categories, [score for _, score, _ in rows], PERSONAL, PENALTY)
        ]
        fresh = self._fresh(list(dict.fromkeys(reversed(history)))[:RECENT], hidden)
        for place, one in zip(range(NEW_SHARE - 1, PERSONAL, NEW_SHARE), fresh, strict=False):
            items.insert(place, one)
        places = (five + place for five in range(0, PERSONAL, 5) for place in NEEDS_OF_FIVE[: self._needs_of_five])
        for place, one in zip(places, self._needed(user, hidden), strict=False):
            items.insert(place, one)
        return tuple(items[:PERSONAL])

    def _needed(self, user: int, hidden: frozenset[str]) -> list[Recommended]:
        ids, of = self._table.ids, self._needs
        first, last = np.searchsorted(of.users, (user, user + 1)).tolist()
        due = zip(of.items[first:last].tolist(), of.chance[first:last].tolist(), strict=True)
        return [
            Recommended(offer_id=ids[item], score=chance, reason=Reason(kind="again"))
            for item, chance in due
            if ids[item] not in hidden
        ]

    def _fresh(self, recent: Sequence[int], hidden: frozenset[str]) -> list[Recommended]:
        table = self._table
        found: dict[int, float] = {}
        for item in recent:
            for other, score in self._content.new(item, 3):
                if table.ids[other] not in hidden:
                    found[other] = max(score, found.get(other, 0.0))
        best = sorted(found, key=lambda other: (-found[other], other))
        return [
            Recommended(offer_id=table.ids[other], score=found[other],
                        reason=Reason(kind="new", category=table.categories[other] or None))
            for other in best
        ]  # fmt: skip

    def _reason(self, user: int, item: int, why: int, browsed: set[str]) -> Reason:
        table, category = self._table, self._table.categories[item] or None
        if why != NOBODY:
            kind = REASONS[KINDS[self._said.get(user * len(table.ids) + why, 0)]]
            return Reason.model_validate({"kind": kind, "offer_id": table.ids[why]})
        if not self._touched[item]:
            return Reason(kind="new", category=category)
        if table.ids[item] in self._popular:
            return Reason(kind="popular", category=category)
        if category in browsed:
            return Reason(kind="category", category=category)
        return Reason(kind="taste")


def _needs(past: PastActions, table: ProductTable) -> tuple[Needs, int]:
    """What is due and can be had, and how many of five places it may have: the share of repeats among purchases."""
    bought = past.kinds == KINDS.index("purchase")
    users, items, times = past.users[bought], past.items[bought], past.times[bought]
    due = needs(users, items, times, np.unique(table.categories, return_inverse=True)[1].astype(np.int64), past.at)
    able = table.shown[due.items]
    places = min(len(NEEDS_OF_FIVE), round(5 * repeat_share(users, items, times)))
    return Needs(due.users[able], due.items[able], due.chance[able]), places


def _strongest_kind(past: PastActions, n_items: int) -> dict[int, int]:
    """For each person and product that were more than a view, the most that it was."""
    more = np.flatnonzero(past.kinds > 0)
    said: dict[int, int] = {}
    pairs = (past.users[more] * n_items + past.items[more]).tolist()
    for pair, kind in zip(pairs, past.kinds[more].tolist(), strict=True):
        said[pair] = max(kind, said.get(pair, 0))
    return said


def _histories(data: Interactions) -> Iterator[list[int]]:
    bounds = np.searchsorted(data.users, np.arange(data.n_users + 1))
    for user in range(data.n_users):
        yield data.items[bounds[user] : bounds[user + 1]].tolist()
