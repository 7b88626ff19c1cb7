"""The cases as the admins are asked about them, and the word to those who reported."""

import asyncio
from collections.abc import Iterator

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.core.decision_cards import DecisionCards, Question
from bot.core.pending_messages import PendingMessages
from bot.features.complaints.models import Case, Complaint, Outcome, case_mark
from bot.features.complaints.replies import case_card, outcome_told, stamp
from bot.features.complaints.store import ComplaintStore
from bot.products.offers import Offer, Products
from bot.telegram.sender import Address
from bot.ui.locale import Texts
from bot.ui.reply import Reply
from ops.logs import get_logger
from pipeline.bans import Kind, Rule
from pipeline.contracts.messages import parts_of_offer_id

log = get_logger(__name__)
# A ban that came is noticed so soon.
LOOK_S = 1.0
# Open cases that the admins see at once, those with the most reports first; the others come when these are decided.
SHOWN_AT_ONCE = 100


class CaseCards:
    """Cases are questions to all admins; whatever was left undone by a restart is done by the next `run`."""

    def __init__(
        self, store: ComplaintStore, products: Products, pending: PendingMessages, cards: DecisionCards
    ) -> None:
        self._store = store
        self._products = products
        self._pending = pending
        self._admins = cards.admins
        self._persons = cards.persons
        self._cards = cards.of("complaint", self)

    def waiting(self) -> Iterator[Question]:
        """The cases that wait, those with the most reports first; see `Questions`."""
        return (self._question(case) for case in self._store.waiting()[:SHOWN_AT_ONCE])

    def get(self, subject: str) -> Question | None:
        """A case by its subject, unless a later case of the same offer has taken its place."""
        case = self._case(subject)
        return self._question(case) if case is not None else None

    async def card(self, subject: str, words: Texts, chat_id: int) -> Reply | None:
        """The case with the offer's facts."""
        case = self._case(subject)
        if case is None:
            return None
        return case_card(case, self._store.open_of(case.offer_id), await self._offer(case), words)

    async def run(self) -> None:
        """Show and tell until cancelled. Raises KafkaError."""
        while True:
            self._store.changed.clear()
            rules = self._products.visibility.rules()
            await self._look()
            while not self._store.changed.is_set() and self._products.visibility.rules() is rules:
                try:
                    async with asyncio.timeout(LOOK_S):
                        await self._store.changed.wait()
                except TimeoutError:
                    continue

    async def _look(self) -> None:
        await self._store.open_cases()
        for case in list(self._store.cases()):
            if case.outcome is None and self._is_banned(case.offer_id):
                ban = self._products.visibility.ban_naming(case.offer_id)
                await self._store.decide(case.offer_id, "banned", by=ban.by if ban is not None else "")
            elif case.outcome is None and not self._store.open_of(case.offer_id):
                await self._store.decide(case.offer_id, "withdrawn")
        for case in list(self._store.cases()):
            await self._store.settle(case, self._tell)
        self._cards.look()

    def _question(self, case: Case) -> Question:
        look = stamp(case, self._store.open_of(case.offer_id))
        return Question(_subject(case), look, self._admins(), is_over=case.outcome is not None)

    def _case(self, subject: str) -> Case | None:
        case = self._store.case(subject.partition("|")[0])
        return case if case is not None and _subject(case) == subject else None

    async def _offer(self, case: Case) -> Offer | None:
        """What is known of the offer; None: the catalogue does not say now."""
        try:
            offer = await self._products.offer(case.offer_id)
        except (ApiError, TransportError) as error:
            log.warning("case_without_facts", error=str(error)[:200])
            return None
        if offer.product is not None:
            await self._products.lists.keep_long_ids((offer.product,))
        return offer

    async def _tell(self, complaint: Complaint, outcome: Outcome) -> None:
        words = self._persons.texts(complaint.user_id, complaint.language)
        reply = outcome_told(complaint, outcome, words)
        if reply is not None:
            await self._pending.enqueue(Address(complaint.user_id), f"complaint:{complaint.offer_id}", reply)

    def _is_banned(self, offer_id: str) -> bool:
        """Whether a rule names the offer or its shop."""
        rules = self._products.visibility.rules()
        seller = Rule(Kind.SELLER, parts_of_offer_id(offer_id)[0])
        return self._products.visibility.names(offer_id) or rules.active(seller, self._store.clock())


def _subject(case: Case) -> str:
    return f"{case_mark(case.offer_id)}|{case.at.isoformat()}"
