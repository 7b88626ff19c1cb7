"""Sellers who ask that a ban be looked at again: kept, shown to the admins, and told what came of it."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Literal

from bot.core.audit_log import AuditLog
from bot.core.decision_cards import DecisionCards, Question
from bot.core.pending_messages import PendingMessages
from bot.core.shops import ShopRegistry
from bot.features.my_shop.models import Review
from bot.features.my_shop.review_replies import ended_card, review_card, review_told
from bot.products.buttons import ban_mark
from bot.state.store import Store
from bot.telegram.sender import Address
from bot.ui.callback_ids import mark
from bot.ui.locale import Texts
from bot.ui.reply import Reply
from pipeline.contracts.messages import Ban

AGAIN_AFTER = timedelta(days=7)
"""So long nobody of the shop may ask again about the same rule."""
KEPT = timedelta(days=90)
LOOK_S = 0.5
BansInForce = Callable[[str], Ban | None]


class Reviews:
    """A review is a question to all admins; the seller is told once, also when the ban ended in another way."""

    def __init__(
        self,
        store: Store[Review],
        ban_of: BansInForce,
        pending: PendingMessages,
        cards: DecisionCards,
        *,
        shops: ShopRegistry,
        audit_log: AuditLog,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._ban_of = ban_of
        self._pending = pending
        self._persons = cards.persons
        self._admins = cards.admins
        self._cards = cards.of("review", self)
        self._shops = shops
        self._audit_log = audit_log
        self._clock = clock
        self._one = asyncio.Lock()

    def waiting(self) -> Iterator[Question]:
        """The reviews that nobody has decided; see `Questions`."""
        return (self._question(name, review) for name, review in self._open())

    def get(self, subject: str) -> Question | None:
        """A review by its subject, unless it was asked for anew."""
        found = self._found(subject)
        return self._question(*found) if found is not None else None

    async def card(self, subject: str, words: Texts, chat_id: int) -> Reply | None:
        """The two decisions, or what was decided by whom."""
        found = self._found(subject)
        if found is None:
            return None
        name, review = found
        shop, ban = self._shops.shown(review.store_id), self._ban_of(review.rule)
        if review.outcome:
            return ended_card(review, shop, words)
        # Without its ban it is about to be ended.
        return review_card(mark(name), review, ban, shop, words) if ban is not None else None

    def asked(self, store_id: str, rule: str) -> Review | None:
        """The review of the rule that somebody of the shop has asked for in the last days."""
        recent = (
            review
            for _, review in self._store.entries()
            if (review.store_id, review.rule) == (store_id, rule) and self._clock() - review.at < AGAIN_AFTER
        )
        return max(recent, key=lambda review: review.at, default=None)

    async def ask(self, pseudonym: str, review: Review) -> bool:
        """Keep it and show it to the admins; False when it was asked for before. Raises KafkaError."""
        async with self._one:
            if self.asked(review.store_id, review.rule) is not None:
                return False
            name = f"{pseudonym}:{mark(f'{review.store_id}|{review.rule}')}"
            await self._store.put(name, review)
            self._cards.look()
            return True

    def named(self, short: str) -> Review | None:
        """The review that a button of its card stands for."""
        return next((review for name, review in self._store.entries() if mark(name) == short), None)

    async def keep(self, short: str, by: str) -> Review | None:
        """The ban stays; None when that was decided before, or nobody asks any more. Raises KafkaError."""
        async with self._one:
            found = next((each for each in self._open() if mark(each[0]) == short), None)
            if found is None:
                return None
            return await self._end(*found, "kept", by)

    async def run(self) -> None:
        """Tell sellers of bans that have ended. Raises KafkaError; begun again, it misses none."""
        while True:
            self._cards.look()
            async with self._one:
                for name, review in list(self._open()):
                    ban = self._ban_of(review.rule)
                    if ban is None or ban_mark(ban) != review.ban:
                        # Another ban of the same rule has taken its place: that is an answer too.
                        by = self._lifted_by(review.rule) if ban is None else ban.by
                        await self._end(name, review, "lifted" if ban is None else "kept", by)
            await asyncio.sleep(LOOK_S)

    async def sweep(self) -> int:
        """Delete what is old; how many. Raises KafkaError."""
        old = [name for name, review in self._store.entries() if self._clock() - review.at > KEPT]
        for name in old:
            await self._store.put(name, None)
        return len(old)

    def _open(self) -> Iterator[tuple[str, Review]]:
        return ((name, review) for name, review in self._store.entries() if not review.outcome)

    async def _end(self, name: str, review: Review, outcome: Literal["lifted", "kept"], by: str) -> Review:
        words = self._persons.texts(review.user_id, review.language)
        told = review_told(review, self._shops.shown(review.store_id), words, lifted=outcome == "lifted")
        await self._pending.enqueue(Address(review.user_id), f"review:{name}", told)
        ended = review.ended(outcome, by)
        await self._store.put(name, ended)
        self._cards.look()
        return ended

    def _lifted_by(self, rule: str) -> str:
        entries = (entry for entry in self._audit_log.newest() if entry.action == "unban" and entry.target == rule)
        return next((entry.actor_name for entry in entries), "")

    def _question(self, name: str, review: Review) -> Question:
        return Question(_subject(name, review), review.outcome or "open", self._admins(), is_over=bool(review.outcome))

    def _found(self, subject: str) -> tuple[str, Review] | None:
        name = subject.partition("|")[0]
        review = self._store.get(name)
        return (name, review) if review is not None and _subject(name, review) == subject else None


def _subject(name: str, review: Review) -> str:
    return f"{name}|{review.at.isoformat()}"
