"""The cases in the admins' chats, one card each that follows the case, and the word to those who reported."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial

from elastic_transport import TransportError
from elasticsearch import ApiError
from telegram.error import BadRequest, Forbidden

from bot.core.delivery import Delivery
from bot.core.persons import Persons
from bot.features.complaints.models import Case, CaseCard, Complaint, Outcome
from bot.features.complaints.replies import case_card, outcome_told, stamp
from bot.features.complaints.store import ComplaintStore
from bot.products.offers import Offer, Products
from bot.telegram.message_sender import MessageGone
from bot.telegram.outbox_item import Urgency
from bot.telegram.sender import Address
from bot.ui.locale import Texts
from bot.ui.reply import Reply
from bot.ui.roles import Role
from ops.logs import get_logger
from pipeline.bans import Kind, Rule
from pipeline.contracts.messages import parts_of_offer_id

log = get_logger(__name__)
# A ban that came is noticed so soon.
LOOK_S = 1.0
# Open cases that the admins see at once, those with the most reports first; the others come when these are decided.
SHOWN_AT_ONCE = 100


class CaseCards:
    """Brings the chats to what the store says; whatever was left undone by a restart is done by the next `run`."""

    def __init__(self, store: ComplaintStore, products: Products, delivery: Delivery, persons: Persons) -> None:
        self._store = store
        self._products = products
        self._delivery = delivery
        self._persons = persons
        # Admins without a chat with the bot; who writes to it is tried again.
        self._unreachable: set[int] = set()
        persons.arrivals.subscribe(self._arrived)

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
                await self._store.decide(case.offer_id, "banned")
            elif case.outcome is None and not self._store.open_of(case.offer_id):
                await self._store.decide(case.offer_id, "withdrawn")
        for case in list(self._store.cases()):
            await self._store.settle(case, self._tell)
        self._show(self._store.cases())

    def _show(self, cases: Iterable[Case]) -> None:
        admins = [user_id for user_id, role in self._persons.access.people().items() if role is Role.ADMIN]
        known = tuple(cases)
        ended = [case for case in known if case.outcome is not None]
        waiting = self._store.waiting()
        for case in [*waiting[:SHOWN_AT_ONCE], *ended]:
            now = stamp(case, self._store.open_of(case.offer_id))
            for chat_id in admins:
                card = case.card_of(chat_id)
                if chat_id not in self._unreachable and (case.outcome is None if card is None else card.shown != now):
                    show = partial(self._bring, chat_id, case.offer_id)
                    self._delivery.outbox.enqueue(_Showing(chat_id, f"complaints:{case.offer_id}", show))

    async def _bring(self, chat_id: int, offer_id: str) -> None:
        case = self._store.case_of(offer_id)
        card = case.card_of(chat_id) if case is not None else None
        if case is None or (card is None and case.outcome is not None):
            return
        waiting = self._store.open_of(case.offer_id)
        now, words = stamp(case, waiting), self._persons.texts(chat_id)
        if card is not None and card.shown == now:
            return
        reply = case_card(case, waiting, await self._offer(case), words)
        try:
            message_id = await self._put(chat_id, case, reply, words)
        except (Forbidden, BadRequest) as error:
            log.info("admin_not_told", error=str(error))
            self._unreachable.add(chat_id)
            await self._store.drop_card(case.offer_id, chat_id)
            return
        await self._store.keep_card(case.offer_id, CaseCard(chat_id=chat_id, message_id=message_id, shown=now))

    async def _put(self, chat_id: int, case: Case, reply: Reply, words: Texts) -> int:
        """Edit the chat's card, or send one; the number of the message. Raises what Telegram and Kafka raise."""
        card = case.card_of(chat_id)
        if card is not None and card.message_id:
            try:
                await self._delivery.sender.edit(chat_id, card.message_id, reply)
                return card.message_id
            except MessageGone:
                # The admin has deleted it: there is something new to see, or nothing any more.
                if case.outcome is not None:
                    return card.message_id
        begun = partial(self._store.keep_card, case.offer_id, CaseCard(chat_id=chat_id))
        under_way = card is not None and not card.message_id
        name = f"complaints:{chat_id}:{case.offer_id}"
        sent = await self._delivery.sender.send(
            name, Address(chat_id), reply, under_way=under_way, words=words, about_to_send=begun
        )
        return sent.message_id

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
            await self._delivery.pending.enqueue(Address(complaint.user_id), f"complaint:{complaint.offer_id}", reply)

    def _is_banned(self, offer_id: str) -> bool:
        """Whether a rule names the offer or its shop."""
        rules = self._products.visibility.rules()
        seller = Rule(Kind.SELLER, parts_of_offer_id(offer_id)[0])
        return self._products.visibility.names(offer_id) or rules.active(seller, self._store.clock())

    def _arrived(self, _: str, user_id: int) -> None:
        if user_id in self._unreachable:
            self._unreachable.discard(user_id)
            self._store.changed.set()


@dataclass(frozen=True, slots=True)
class _Showing:
    chat_id: int
    key: str
    show: Callable[[], Awaitable[object]]
    urgency: Urgency = Urgency.ROUTINE

    async def deliver(self) -> None:
        """Bring the chat's card up to date."""
        await self.show()
