"""What several people are asked to decide: a card for each, which follows the question and loses its buttons at its
end.

The one way for whatever waits for one of many: price lists, customers' reports, reviews, ban requests, proposals.
A feature says which questions are open and how one looks at this moment; that all cards look so is seen to here.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from pydantic import Field
from telegram.error import BadRequest, Forbidden

from bot.core.delivery import Delivery
from bot.core.persons import Persons
from bot.state.store import Store, StoreSpec
from bot.telegram.message_sender import MessageGone
from bot.telegram.outbox_item import Urgency
from bot.telegram.sender import Address
from bot.ui.callback_ids import mark
from bot.ui.locale import Texts
from bot.ui.reply import Reply
from bot.ui.roles import Role
from ops.logs import get_logger
from pipeline.contracts.messages import Message, Moment, now

log = get_logger(__name__)


class ShownCard(Message):
    """A question in a chat; the name is `<kind>|<chat>|<mark of the subject>`."""

    subject: str
    chat_id: int
    message_id: int = Field(0, description="0: a try to send it is under way; nobody knows what became of it")
    shown: str = Field("", description="what it shows, see `Question.stamp`")
    at: Moment = Field(default_factory=now)


DECISION_CARDS = StoreSpec("decision_card:", ShownCard)


@dataclass(frozen=True, slots=True)
class Question:
    """`subject` names it for good, `stamp` decides how its card looks now. Over: nothing about it changes any more.

    `readers` get a card of their own as long as it waits, each with the language for who chose none (None: Telegram's).
    """

    subject: str
    stamp: str
    readers: Mapping[int, str | None]
    is_over: bool = False


class Questions(Protocol):
    """What a feature tells of its questions."""

    def waiting(self) -> Iterable[Question]:
        """Those that wait for a decision: whoever has no card yet gets one."""

    def get(self, subject: str) -> Question | None:
        """Any question as it is now; None: nothing is known of it any more."""

    async def card(self, subject: str, words: Texts, chat_id: int) -> Reply | None:
        """How it looks now in this chat. May raise what Kafka raises."""


class DecisionCards:
    """The cards of all features, in one store. What a restart left undone is done by the next `look`."""

    def __init__(
        self, store: Store[ShownCard], delivery: Delivery, persons: Persons, clock: Callable[[], datetime]
    ) -> None:
        self.store = store
        self.delivery = delivery
        self.persons = persons
        self.clock = clock
        # People without a chat with the bot; who writes to it is tried again.
        self.unreachable: set[int] = set()
        self._kinds: list[QuestionCards] = []
        persons.arrivals.subscribe(self._arrived)

    def of(self, kind: str, questions: Questions) -> "QuestionCards":
        """The cards of one kind of questions."""
        cards = QuestionCards(self, kind, questions)
        self._kinds.append(cards)
        return cards

    def admins(self) -> dict[int, str | None]:
        """The admins, as readers."""
        people = self.persons.access.people()
        return {user_id: None for user_id, role in sorted(people.items()) if role is Role.ADMIN}

    def _arrived(self, _: str, user_id: int) -> None:
        if user_id in self.unreachable:
            self.unreachable.discard(user_id)
            for cards in self._kinds:
                cards.look()


class QuestionCards:
    """Brings the chats to what the questions say: `look` after each change, and after a start."""

    def __init__(self, cards: DecisionCards, kind: str, questions: Questions) -> None:
        self._cards = cards
        self._kind = kind
        self._questions = questions

    def look(self) -> None:
        """Have every card sent, or brought up to date, that is not as its question is now. Nobody waits for it."""
        shown = dict(self._shown())
        for question in self._questions.waiting():
            for chat_id in question.readers:
                if self._name(question.subject, chat_id) not in shown:
                    self._enqueue(question.subject, chat_id, Urgency.ROUTINE)
        for card in shown.values():
            question_now = self._questions.get(card.subject)
            if question_now is None or question_now.is_over or question_now.stamp != card.shown:
                # Nobody is to press what is decided.
                self._enqueue(card.subject, card.chat_id, Urgency.URGENT)

    async def adopt(self, subject: str, chat_id: int, message_id: int) -> None:
        """This message shows the question as it is now; it is the chat's card from now on. Raises KafkaError."""
        question = self._questions.get(subject)
        if question is not None:
            await self._keep(question, chat_id, message_id)

    def shows(self, subject: str, chat_id: int, message_id: int) -> bool:
        """Whether this very message is the chat's card of the question."""
        card = self._cards.store.get(self._name(subject, chat_id))
        return card is not None and card.message_id == message_id

    async def release(self, subject: str, chat_id: int) -> None:
        """The chat's card shows something else from now on, and is not touched. Raises KafkaError."""
        await self._forget(self._name(subject, chat_id))

    async def _bring(self, subject: str, chat_id: int) -> None:
        name = self._name(subject, chat_id)
        question, card = self._questions.get(subject), self._cards.store.get(name)
        if question is None:
            await self._forget(name)
            return
        if card is None and (question.is_over or chat_id not in question.readers or self._is_unreachable(chat_id)):
            return
        if card is not None and card.shown == question.stamp:
            if question.is_over:
                await self._forget(name)
            return
        words = self._cards.persons.texts(chat_id, question.readers.get(chat_id))
        reply = await self._questions.card(subject, words, chat_id)
        if reply is None:
            return
        try:
            message_id = await self._put(question, chat_id, reply, words)
        except (Forbidden, BadRequest) as error:
            log.info("card_not_shown", kind=self._kind, error=str(error))
            self._cards.unreachable.add(chat_id)
            await self._forget(name)
            return
        if question.is_over:
            await self._forget(name)
        else:
            await self._keep(question, chat_id, message_id)

    async def _put(self, question: Question, chat_id: int, reply: Reply, words: Texts) -> int:
        """Edit the chat's card, or send one; the number of the message. Raises what Telegram and Kafka raise."""
        sender, name = self._cards.delivery.sender, self._name(question.subject, chat_id)
        card = self._cards.store.get(name)
        if card is not None and card.message_id:
            try:
                await sender.edit(chat_id, card.message_id, reply)
                return card.message_id
            except MessageGone:
                # It was deleted: there is something new to see, or nothing any more.
                if question.is_over or chat_id not in question.readers:
                    return card.message_id
        under_way = card is not None and not card.message_id
        begun = partial(self._keep, question, chat_id, 0, "")
        sent = await sender.send(name, Address(chat_id), reply, under_way=under_way, words=words, about_to_send=begun)
        return sent.message_id

    async def _keep(self, question: Question, chat_id: int, message_id: int, shown: str | None = None) -> None:
        card = ShownCard(
            subject=question.subject,
            chat_id=chat_id,
            message_id=message_id,
            shown=question.stamp if shown is None else shown,
            at=self._cards.clock(),
        )
        await self._cards.store.put(self._name(question.subject, chat_id), card)

    async def _forget(self, name: str) -> None:
        if self._cards.store.get(name) is not None:
            await self._cards.store.put(name, None)

    def _enqueue(self, subject: str, chat_id: int, urgency: Urgency) -> None:
        if not self._is_unreachable(chat_id):
            show = partial(self._bring, subject, chat_id)
            self._cards.delivery.outbox.enqueue(_Showing(chat_id, f"{self._kind}:{subject}", show, urgency))

    def _is_unreachable(self, chat_id: int) -> bool:
        return chat_id in self._cards.unreachable

    def _shown(self) -> Iterator[tuple[str, ShownCard]]:
        begin = f"{self._kind}|"
        return ((name, card) for name, card in self._cards.store.entries() if name.startswith(begin))

    def _name(self, subject: str, chat_id: int) -> str:
        return f"{self._kind}|{chat_id}|{mark(subject, 8)}"


@dataclass(frozen=True, slots=True)
class _Showing:
    chat_id: int
    key: str
    show: Callable[[], Awaitable[object]]
    urgency: Urgency

    async def deliver(self) -> None:
        """Bring the chat's card up to date."""
        await self.show()
