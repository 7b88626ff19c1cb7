"""Telling the chat again what fires again or nobody has acknowledged, and another chat when that does not help."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from aiokafka.errors import KafkaError

from bot.core.pending_messages import PendingMessages
from bot.features.alerts.cards.calls import Calls, is_to_call
from bot.features.alerts.cards.events import Called, Reminded
from bot.features.alerts.cards.reminder_replies import escalation, firing_again, on_call_reminder, reminder
from bot.features.alerts.cards.store import CardStore
from bot.features.alerts.models import Card
from bot.features.alerts.oncall.rota import OnCall
from bot.features.alerts.routes import is_quiet
from bot.features.alerts.severities import CRITICAL
from bot.telegram.outbox_item import Urgency
from bot.telegram.sender import Address
from bot.ui.locale import Texts
from ops.logs import get_logger
from ops.settings import BotSettings

log = get_logger(__name__)
LOOK_EVERY_S = 1.0
RETRY_S = 5.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a card may wait for an operator, and how one that fires again calls."""

    critical: timedelta
    other: timedelta
    escalate_after: int
    escalation_chat: int | None
    on_call_alone: timedelta
    calls: Calls

    @classmethod
    def of(cls, settings: BotSettings) -> "Patience":
        return cls(
            timedelta(seconds=settings.remind_critical_s),
            timedelta(seconds=settings.remind_warning_s),
            settings.escalate_after,
            settings.escalation_chat,
            timedelta(seconds=settings.on_call_alone_s),
            Calls.of(settings),
        )


def is_due(card: Card, patience: Patience, now: datetime) -> bool:
    """Whether the chat has to be reminded of the card."""
    if not card.open or not card.waiting or card.message_id is None:
        return False
    critical = any(alert.severity == CRITICAL for alert in card.waiting)
    wait = patience.critical if critical else patience.other
    return now - (card.reminded_at or card.fired_at) >= wait and now - (card.posted_at or now) >= min(
        wait, timedelta(minutes=1)
    )


def is_to_escalate(card: Card, patience: Patience) -> bool:
    """Whether, with the reminder that is due, another chat is told."""
    return patience.escalation_chat is not None and not card.escalated and card.reminders + 1 >= patience.escalate_after


class Reminders:
    """Looks at all open cards every second."""

    def __init__(
        self,
        cards: CardStore,
        messages: PendingMessages,
        patience: Patience,
        words: Callable[[int], Texts],
        clock: Callable[[], datetime],
        *,
        on_call: Callable[[], Sequence[OnCall]] = tuple,
        zone: tzinfo = UTC,
    ) -> None:
        self._cards = cards
        self._messages = messages
        self._patience = patience
        self._words = words
        self._clock = clock
        self._on_call = on_call
        self._zone = zone

    async def run(self) -> None:
        """Remind of open cards until cancelled."""
        while True:
            try:
                await self.call_again()
                await self.remind()
            except KafkaError as error:
                log.warning("reminders_wait_for_kafka", error=str(error), again_in_s=RETRY_S)
                await asyncio.sleep(RETRY_S)
            await asyncio.sleep(LOOK_EVERY_S)

    async def call_again(self) -> None:
        """Call every chat in which a group fires again that nobody has. Raises KafkaError.

        A card that is to be new is posted by what shows cards; else the reply is enqueued here, once for each time.
        """
        for token, card in self._cards.open():
            if not is_to_call(card, self._clock()) or is_quiet(card, self._clock(), self._zone):
                continue
            if not self._patience.calls.anew:
                address = Address(card.chat_id, card.thread_id, card.message_id)
                text = firing_again(token, card, self._words(card.chat_id))
                await self._messages.enqueue(address, f"again:{token}", text, Urgency.URGENT)
            await self._cards.change(token, Called())

    async def remind(self) -> None:
        """Enqueue every reminder that is due; in a card's quiet hours none is, until they are over.

        Who is on call is reminded in private, and for a time nobody else is.
        Raises KafkaError; what was enqueued by then is not enqueued twice.
        """
        for token, card in self._cards.open():
            if not is_due(card, self._patience, self._clock()) or is_quiet(card, self._clock(), self._zone):
                continue
            on_call = self._on_call()
            # The keys make a repeat after a kill the same message; a reminder that still waits is replaced.
            for person in on_call:
                told = on_call_reminder(token, card, self._words(person.user_id), self._clock())
                await self._messages.enqueue(Address(person.user_id), f"oncall:{token}", told, Urgency.URGENT)
            alone = bool(on_call) and self._clock() - card.fired_at < self._patience.on_call_alone
            await self._cards.change(token, Reminded(not alone and await self._remind_all(token, card)))

    async def _remind_all(self, token: str, card: Card) -> bool:
        """Remind the card's chat, and perhaps another one; whether it was."""
        address = Address(card.chat_id, card.thread_id, card.message_id)
        text = reminder(token, card, self._words(card.chat_id), self._clock())
        await self._messages.enqueue(address, f"reminder:{token}", text, Urgency.URGENT)
        chat = self._patience.escalation_chat
        if chat is None or not is_to_escalate(card, self._patience):
            return False
        told = escalation(token, card, self._words(chat), self._clock())
        await self._messages.enqueue(Address(chat), f"escalation:{token}", told, Urgency.URGENT)
        return True
