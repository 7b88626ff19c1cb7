"""Who took what, in which order: the only input of every model here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.models.arrays import Floats, Ints, Mask


@dataclass(frozen=True)
class Interactions:
    """Rows sorted by user, then by time.

    `events` numbers each user's timestamps from 0 (the oldest); rows with the same number happened together, as the
    lines of one basket did. `times` is in seconds, or repeats `events` where no clock is known.
    """

    users: Ints
    items: Ints
    events: Ints
    times: Floats
    n_users: int
    n_items: int

    @classmethod
    def from_sequences(cls, sequences: Sequence[Sequence[int]], n_items: int) -> Interactions:
        """One sequence a user, items in time order, each an event of its own."""
        lengths = np.fromiter((len(s) for s in sequences), dtype=np.int64, count=len(sequences))
        items = np.fromiter((i for s in sequences for i in s), dtype=np.int64, count=int(lengths.sum()))
        users = np.repeat(np.arange(len(sequences), dtype=np.int64), lengths)
        events = np.arange(items.size, dtype=np.int64) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return cls(users, items, events, events.astype(np.float64), len(sequences), n_items)

    @classmethod
    def from_rows(cls, users: Ints, items: Ints, times: Floats, n_users: int, n_items: int) -> Interactions:
        """Rows in any order; equal times of one user are one event. Ties keep the order of the rows."""
        order = np.lexsort((np.arange(users.size), times, users))
        users, items, times = users[order], items[order], times[order]
        if users.size == 0:
            return cls(users, items, np.zeros(0, np.int64), times, n_users, n_items)
        new_user = np.r_[True, users[1:] != users[:-1]]
        step = np.cumsum(new_user | np.r_[True, times[1:] != times[:-1]]) - 1
        first = np.maximum.accumulate(np.where(new_user, step, 0))
        return cls(users, items, step - first, times, n_users, n_items)

    @property
    def counts(self) -> Floats:
        """How many rows each item has."""
        return np.bincount(self.items, minlength=self.n_items).astype(np.float64)

    @property
    def lengths(self) -> Ints:
        """How many rows each user has."""
        return np.bincount(self.users, minlength=self.n_users).astype(np.int64)

    @property
    def age(self) -> Ints:
        """For each row, how many of the user's events came after it."""
        if self.users.size == 0:
            return self.events
        latest = np.zeros(self.n_users, np.int64)
        np.maximum.at(latest, self.users, self.events)
        return latest[self.users] - self.events

    def keep(self, rows: Mask) -> Interactions:
        """The rows chosen by a boolean mask, users and items numbered as before, events as they were."""
        return Interactions(
            self.users[rows], self.items[rows], self.events[rows], self.times[rows], self.n_users, self.n_items
        )

    def of_users(self, chosen: Ints) -> Interactions:
        """The rows of the chosen users (ascending), renumbered 0… in that order."""
        number = np.full(self.n_users, -1, np.int64)
        number[chosen] = np.arange(chosen.size)
        rows = number[self.users] >= 0
        return Interactions(
            number[self.users[rows]], self.items[rows], self.events[rows], self.times[rows], chosen.size, self.n_items
        )

    def between(self, start: int, stop: int) -> Interactions:
        """The rows of the users from `start` to before `stop`, renumbered from 0."""
        first, last = np.searchsorted(self.users, (start, stop)).tolist()
        rows = slice(first, last)
        return Interactions(
            self.users[rows] - start, self.items[rows], self.events[rows], self.times[rows], stop - start, self.n_items
        )
