"""Messages that survive a restart: pending in `chat_state` until Telegram has taken them, or the reader is gone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from telegram.error import Forbidden

from bot.core.outbox_message import OutboxButton, OutboxMessage
from bot.state.store import Store
from bot.telegram.outbox import Outbox
from bot.telegram.outbox_item import Urgency
from bot.telegram.sender import Address, Delivering
from bot.ui.callback_data import decode, encode
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply
from ops.logs import get_logger

log = get_logger(__name__)


class PendingMessages:
    """`enqueue` is the way to tell a chat something that nobody asked for in this moment; `words` are a chat's."""

    def __init__(
        self,
        states: Store[OutboxMessage],
        outbox: Outbox,
        sender: Delivering,
        words: Callable[[int], Texts],
        clock: Callable[[], datetime],
    ) -> None:
        self._states = states
        self._outbox = outbox
        self._sender = sender
        self._words = words
        self._clock = clock

    async def enqueue(self, address: Address, key: str, reply: Reply, urgency: Urgency = Urgency.ROUTINE) -> None:
        """The message will be in the chat; it is durable when this returns. Pictures are not kept, only their text.

        An equal key in the same chat replaces what still waits. Raises KafkaError.
        """
        token = mark(f"{address.chat_id}\n{key}", 8)
        waiting = self._states.get(token)
        pending = OutboxMessage(
            chat_id=address.chat_id,
            thread_id=address.thread_id,
            reply_to=address.reply_to,
            silent=address.silent,
            key=key,
            text=reply.text,
            buttons=tuple(tuple(_kept_button(button) for button in row) for row in reply.buttons),
            urgent=urgency is not Urgency.ROUTINE,
            sending_since=waiting.sending_since if waiting is not None else None,
            at=self._clock(),
        )
        await self._states.put(token, pending)
        self._outbox.enqueue(_MessageItem(self, token, pending.chat_id, urgency))

    def recover(self) -> int:
        """Queue what an earlier life left behind; how many."""
        left = list(self._states.entries())
        for token, pending in left:
            self._outbox.enqueue(
                _MessageItem(self, token, pending.chat_id, Urgency.URGENT if pending.urgent else Urgency.ROUTINE)
            )
        return len(left)

    async def deliver(self, token: str) -> None:
        """Send what the token stands for, then forget it. Raises what Telegram and Kafka raise."""
        pending = self._states.get(token)
        if pending is None:
            return

        async def about_to_send() -> None:
            await self._states.put(token, pending.sending(self._clock()))

        rows = tuple(tuple(_button(button) for button in row) for row in pending.buttons)
        reply = Reply(Html(pending.text), tuple(row for row in rows if row))
        address = Address(pending.chat_id, pending.thread_id, pending.reply_to, pending.silent)
        try:
            await self._sender.send(
                token,
                address,
                reply,
                under_way=pending.sending_since is not None,
                words=self._words(pending.chat_id),
                about_to_send=about_to_send,
            )
        except Forbidden as error:
            if pending.chat_id < 0:
                # A group may take the bot back; who mind the market wait for what is told there.
                raise
            # Who has blocked the bot, or is gone, wants no message; nor does their id stay for its sake.
            log.info("message_ended", reason=str(error))
            await self._states.put(token, None)
            return
        present = self._states.get(token)
        if present is not None and present.text == pending.text:
            await self._states.put(token, None)


@dataclass(frozen=True, slots=True)
class _MessageItem:
    messages: PendingMessages
    token: str
    chat_id: int
    urgency: Urgency

    @property
    def key(self) -> str:
        return f"message:{self.token}"

    async def deliver(self) -> None:
        await self.messages.deliver(self.token)


def _kept_button(button: Button) -> OutboxButton:
    return OutboxButton(
        label=button.label, data=encode(button.press) if button.press is not None else "", url=button.url or ""
    )


def _button(button: OutboxButton) -> Button:
    if button.url:
        return Button(button.label, url=button.url)
    press = decode(button.data)
    # A kind of button that a newer version no longer has: the label stays, and says that it is out of date.
    return Button(button.label, press=press) if press is not None else Button(button.label, inline=button.label)
