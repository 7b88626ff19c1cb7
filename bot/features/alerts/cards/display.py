"""Making a chat show a card as it is now: post, edit, or replace, and strike what came before it."""

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from bot.features.alerts.cards.events import Lost, Posted, Posting, Shown, Struck
from bot.features.alerts.cards.replies import alert_card, earlier_card
from bot.features.alerts.cards.store import CardStore
from bot.features.alerts.models import Card
from bot.features.alerts.oncall.rota import OnCall
from bot.features.alerts.routes import is_quiet
from bot.telegram.message_sender import MessageGone, MessageSender
from bot.telegram.outbox import Outbox
from bot.telegram.outbox_item import Urgency
from bot.telegram.sender import Address
from bot.ui.callback_data import encode
from bot.ui.locale import Texts
from bot.ui.reply import Reply
from ops import metrics

# Telegram lets a bot delete and edit its messages for 48 hours.
REPLACED_AFTER = timedelta(hours=47)


class CardDisplay:
    """Enqueues an edit whenever a card differs from what its chat shows."""

    def __init__(
        self,
        cards: CardStore,
        outbox: Outbox,
        sender: MessageSender,
        words: Callable[[int], Texts],
        clock: Callable[[], datetime],
        *,
        on_call: Callable[[], Sequence[OnCall]] = tuple,
        zone: tzinfo = UTC,
    ) -> None:
        self._cards = cards
        self._outbox = outbox
        self._sender = sender
        self._words = words
        self._clock = clock
        self._on_call = on_call
        self._zone = zone

    def enqueue(self, token: str, urgency: Urgency = Urgency.URGENT) -> None:
        """The card may have changed: have its chat show it as it is now."""
        card = self._cards.get(token)
        if card is not None and not self._is_shown(token, card):
            self._outbox.enqueue(_CardItem(self, token, card.chat_id, urgency))

    def enqueue_all(self) -> int:
        """Enqueue every card that its chat does not show as it is; how many."""
        behind = [token for token, card in self._cards.all() if not self._is_shown(token, card)]
        for token in behind:
            self.enqueue(token)
        return len(behind)

    def reply(self, token: str, card: Card) -> Reply:
        """The card as its chat should show it now."""
        return alert_card(token, card, self._words(card.chat_id), self._clock(), self._on_call())

    async def show(self, token: str) -> None:
        """Make the chat show the card. Raises what Telegram and Kafka raise."""
        card = self._cards.get(token)
        if card is None:
            return
        if not self._is_current(token, card):
            await self._bring_up_to_date(token, card)
        # After the new message, whose sound must not wait for an edit that may fail.
        await self._strike_earlier(token)

    async def _bring_up_to_date(self, token: str, card: Card) -> None:
        if card.message_id is None:
            await self._post(token)
        elif self._has_moved(card):
            # Its message stayed behind; the same number is another message's where the group is now.
            await self._cards.change(token, Lost(card.message_id))
            await self._post(token)
        elif card.posted_at is not None and self._clock() - card.posted_at < REPLACED_AFTER:
            await self._edit(token, card, card.message_id)
        else:
            await self._cards.change(token, Lost(card.message_id))
            await self._post(token)
            await self._sender.delete(chat_of(card), card.message_id)

    async def check(self, token: str) -> None:
        """Post the card anew when somebody has deleted its message. Raises what Telegram and Kafka raise."""
        card = self._cards.get(token)
        if card is None or card.message_id is None or not self._is_shown(token, card):
            return
        if not await self._sender.is_there(chat_of(card), card.message_id, self.reply(token, card)):
            await self._cards.change(token, Lost(card.message_id))

    async def _strike_earlier(self, token: str) -> None:
        """Let messages of earlier episodes say that the card is below, so that only one of the group's is live."""
        card = self._cards.get(token)
        if card is None:
            return
        for earlier in card.earlier:
            reply = earlier_card(card, earlier, self._words(card.chat_id))
            with contextlib.suppress(MessageGone):
                await self._sender.edit(earlier.chat_id, earlier.message_id, reply)
            await self._cards.change(token, Struck(earlier.message_id))

    async def _edit(self, token: str, card: Card, message_id: int) -> None:
        reply = self.reply(token, card)
        try:
            await self._sender.edit(chat_of(card), message_id, reply)
        except MessageGone:
            await self._cards.change(token, Lost(message_id))
            await self._post(token)
            return
        await self._cards.change(token, Shown(fingerprint(reply)))

    async def _post(self, token: str) -> None:
        card = self._cards.get(token)
        if card is None or card.message_id is not None:
            return
        reply = self.reply(token, card)

        async def about_to_send() -> None:
            await self._cards.change(token, Posting())

        sent = await self._sender.send(
            token,
            Address(
                card.chat_id,
                card.thread_id,
                card.earlier[-1].message_id if card.earlier else None,
                silent=is_quiet(card, self._clock(), self._zone),
            ),
            reply,
            under_way=card.sending_since is not None,
            words=self._words(card.chat_id),
            about_to_send=about_to_send,
        )
        metrics.CARD_SECONDS.observe(max(0.0, (self._clock() - card.changed_at).total_seconds()))
        await self._cards.change(token, Posted(sent.chat_id, sent.message_id, fingerprint(reply)))

    def _is_shown(self, token: str, card: Card) -> bool:
        return not card.earlier and self._is_current(token, card)

    def _is_current(self, token: str, card: Card) -> bool:
        """Whether the card's own message shows it as it is."""
        if card.message_id is None:
            return False
        # What was over before its group moved is not told again there.
        if self._has_moved(card):
            return not card.open
        return card.shown == fingerprint(self.reply(token, card))

    def _has_moved(self, card: Card) -> bool:
        return self._sender.place(card.chat_id) != chat_of(card)


def chat_of(card: Card) -> int:
    """The chat of the card's message."""
    return card.posted_in if card.posted_in is not None else card.chat_id


def fingerprint(reply: Reply) -> str:
    """Equal for replies that look and work alike."""
    parts = [str(reply.text)]
    parts += [
        f"{button.label}\t{encode(button.press) if button.press else button.url}"
        for row in reply.buttons
        for button in row
    ]
    return hashlib.blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class _CardItem:
    display: CardDisplay
    token: str
    chat_id: int
    urgency: Urgency

    @property
    def key(self) -> str:
        return f"card:{self.token}"

    async def deliver(self) -> None:
        await self.display.show(self.token)
