"""What the lists are made of, as arrays: the products, and what people did with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from analytics.models.arrays import Floats, Ints, Mask, Sparse
from analytics.models.interactions import Interactions
from pipeline.contracts.messages import parts_of_offer_id


@dataclass(frozen=True)
class ProductTable:
    """Every product that anybody touched or that can be had, numbered.

    `shown` marks those that may be shown now, `listed` those of the catalogue, sold out too: only their names may be
    told. `created` is in seconds since 1970, 0 where that is not known; `words` is products × words, how often.
    """

    ids: tuple[str, ...]
    categories: tuple[str, ...]
    shown: Mask
    listed: Mask
    created: Floats
    words: Sparse

    @cached_property
    def shops(self) -> Ints:
        """The shop of each product, numbered."""
        names = [parts_of_offer_id(one)[0] for one in self.ids]
        return np.unique(names, return_inverse=True)[1].astype(np.int64) if names else np.zeros(0, np.int64)


@dataclass(frozen=True)
class PastActions:
    """What people did until the moment `at`, by numbers; times in seconds since 1970.

    `kinds` are places in `signals.KINDS`; `hidden` is what each person does not want.
    """

    people: tuple[str, ...]
    users: Ints
    items: Ints
    times: Floats
    kinds: Ints
    at: float
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def interactions(self, n_items: int) -> Interactions:
        """All of it, also what is hidden now."""
        return Interactions.from_rows(self.users, self.items, self.times, len(self.people), n_items)

    def wanted(self, table: ProductTable) -> Interactions:
        """Without what its person does not want: that leads to nothing and is no reason."""
        if not self.hidden:
            return self.interactions(len(table.ids))
        number = {name: place for place, name in enumerate(table.ids)}
        person = {name: place for place, name in enumerate(self.people)}
        size = len(table.ids)
        unwanted = [
            person[name] * size + number[product]
            for name, products in self.hidden.items()
            if name in person
            for product in products
            if product in number
        ]
        kept = ~np.isin(self.users * size + self.items, np.array(unwanted, np.int64))
        rows = self.users[kept], self.items[kept], self.times[kept]
        return Interactions.from_rows(*rows, len(self.people), size)

    def touched(self, n_items: int) -> Mask:
        """The products that anybody did anything with."""
        found = np.zeros(n_items, np.bool_)
        found[self.items] = True
        return found
