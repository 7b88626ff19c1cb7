"""Sellers who ask that a ban be looked at again: kept, shown to the admins, and told what came of it."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Literal

from bot.core.pending_messages import PendingMessages
from bot.core.persons import Persons
from bot.core.shops import ShopRegistry
from bot.features.my_shop.models import Review
from bot.features.my_shop.review_replies import review_card, review_told
from bot.products.buttons import ban_mark
from bot.state.store import Store
from bot.telegram.sender import Address
from bot.ui.callback_ids import mark
from bot.ui.roles import Role
from pipeline.contracts.messages import Ban

AGAIN_AFTER = timedelta(days=7)
"""So long nobody of the shop may ask again about the same rule."""
KEPT = timedelta(days=90)
LOOK_S = 2.0
BansInForce = Callable[[str], Ban | None]


class Reviews:
    """One card a review for each admin; the seller is told once, also when the ban ended in another way."""

    def __init__(
        self,
        store: Store[Review],
        ban_of: BansInForce,
        pending: PendingMessages,
        persons: Persons,
        *,
        shops: ShopRegistry,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._ban_of = ban_of
        self._pending = pending
        self._persons = persons
        self._shops = shops
        self._clock = clock
        self._one = asyncio.Lock()

    def asked(self, store_id: str, rule: str) -> Review | None:
        """The review of the rule that somebody of the shop has asked for in the last days."""
        recent = (
            review
            for _, review in self._store.entries()
            if (review.store_id, review.rule) == (store_id, rule) and self._clock() - review.at < AGAIN_AFTER
        )
        return max(recent, key=lambda review: review.at, default=None)

    async def ask(self, pseudonym: str, review: Review, ban: Ban) -> bool:
        """Keep it and show it to the admins; False when it was asked for before. Raises KafkaError."""
        async with self._one:
            if self.asked(review.store_id, review.rule) is not None:
                return False
            name = f"{pseudonym}:{mark(f'{review.store_id}|{review.rule}')}"
            admins = [user_id for user_id, role in self._persons.access.people().items() if role is Role.ADMIN]
            for user_id in admins:
                shop, words = self._shops.shown(review.store_id), self._persons.texts(user_id)
                card = review_card(mark(name), review, ban, shop, words)
                await self._pending.enqueue(Address(user_id), f"review:{name}", card)
            await self._store.put(name, review)
            return True

    def named(self, short: str) -> Review | None:
        """The review that a button of its card stands for."""
        return next((review for name, review in self._store.entries() if mark(name) == short), None)

    async def keep(self, short: str) -> Review | None:
        """The ban stays; None when that was decided before, or nobody asks any more. Raises KafkaError."""
        async with self._one:
            found = next((each for each in self._open() if mark(each[0]) == short), None)
            if found is None:
                return None
            await self._end(*found, "kept")
            return found[1]

    async def run(self) -> None:
        """Tell sellers of bans that have ended. Raises KafkaError; begun again, it misses none."""
        while True:
            async with self._one:
                for name, review in list(self._open()):
                    ban = self._ban_of(review.rule)
                    if ban is None or ban_mark(ban) != review.ban:
                        # Another ban of the same rule has taken its place: that is an answer too.
                        await self._end(name, review, "lifted" if ban is None else "kept")
            await asyncio.sleep(LOOK_S)

    async def sweep(self) -> int:
        """Delete what is old; how many. Raises KafkaError."""
        old = [name for name, review in self._store.entries() if self._clock() - review.at > KEPT]
        for name in old:
            await self._store.put(name, None)
        return len(old)

    def _open(self) -> Iterator[tuple[str, Review]]:
        return ((name, review) for name, review in self._store.entries() if not review.outcome)

    async def _end(self, name: str, review: Review, outcome: Literal["lifted", "kept"]) -> None:
        words = self._persons.texts(review.user_id, review.language)
        told = review_told(review, self._shops.shown(review.store_id), words, lifted=outcome == "lifted")
        await self._pending.enqueue(Address(review.user_id), f"review:{name}", told)
        await self._store.put(name, review.ended(outcome))
