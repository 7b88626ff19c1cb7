"""What the job would have published on the day of the split, measured on what was bought in the days after it."""

from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np
from scipy.sparse import csr_array

from analytics.evaluation.metrics import Quality, quality
from analytics.evaluation.purchases import PurchaseRows, find
from analytics.jobs.past_actions import PastActions, ProductTable
from analytics.jobs.recommendation_tables import recommendation_lists
from analytics.models.arrays import Ints
from analytics.models.hybrid import fit
from analytics.transforms.signals import KINDS, WEIGHTS
from pipeline.contracts.messages import Recommended

DAYS = 7
DAY = 86_400
K = 10


def served(rows: PurchaseRows) -> dict[str, Quality]:
    """By whom and what: `known` customers, their `repeats` and what is `new` to them, and `newcomers`.

    The lists are the job's with diversity and what is needed again; a file of purchases has no words, sections, stock
    or cards that were opened, so what comes of these is not in them. `fit_s` is the time of the whole job's part.
    """
    start = time.perf_counter()
    past, table = _job_input(rows)
    lists = dict(recommendation_lists(fit(past.interactions(len(table.ids))), past, table))
    seconds = time.perf_counter() - start
    later = ~rows.before & (rows.seconds < rows.split + DAYS * DAY)
    size = len(table.ids)
    item = find(np.array(table.ids), rows.items[later])
    customers = rows.customers[later][item >= 0]
    names, who = np.unique(customers, return_inverse=True)
    wanted = np.unique(who * size + item[item >= 0])
    person = find(np.array(past.people), names)
    had = np.isin(person[wanted // size] * size + wanted % size, past.users * size + past.items)
    known = person[wanted // size] >= 0
    made = _lists(names.tolist(), lists, table)
    groups = {"known": known, "repeats": known & had, "new": known & ~had, "newcomers": ~known}
    return {name: _of(made, wanted[group], size, seconds) for name, group in groups.items()}


def _of(made: Ints, wanted: Ints, size: int, seconds: float) -> Quality:
    asked, who = np.unique(wanted // size, return_inverse=True)
    return quality(made[asked], who.astype(np.int64), wanted % size, size, seconds)


def _lists(names: list[str], lists: Mapping[str, tuple[Recommended, ...]], table: ProductTable) -> Ints:
    """Users × K: of whoever has no list, the popular one."""
    number = {name: place for place, name in enumerate(table.ids)}
    made = np.full((len(names), K), -1, np.int64)
    for row, name in enumerate(names):
        shown = [number[one.offer_id] for one in lists.get(name, lists["popular"])[:K]]
        made[row, : len(shown)] = shown
    return made


def _job_input(rows: PurchaseRows) -> tuple[PastActions, ProductTable]:
    """As the job counts purchases: one a day, customer and product."""
    before = rows.before
    people, user = np.unique(rows.customers[before], return_inverse=True)
    ids, item = np.unique(rows.items[before], return_inverse=True)
    day = np.floor(rows.seconds[before] / DAY).astype(np.int64)
    each = np.unique(np.stack([user, item, day]), axis=1, return_index=True)[1]
    users, items = (np.repeat(column[each], WEIGHTS["purchase"]).astype(np.int64) for column in (user, item))
    times = np.repeat(rows.seconds[before][each], WEIGHTS["purchase"])
    kinds = np.full(users.size, KINDS.index("purchase"), np.int64)
    every = np.ones(ids.size, np.bool_)
    words = csr_array(np.zeros((ids.size, 1), np.float32))
    table = ProductTable(tuple(ids.tolist()), ("",) * ids.size, every, every, np.zeros(ids.size), words)
    return PastActions(tuple(people.tolist()), users, items, times, kinds, rows.split), table
