"""Messages that survive a restart: owed in `chat_state` until Telegram has taken them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.locale import Html
from bot.outbox.courier import Address
from bot.outbox.debt import Urgency
from bot.outbox.outbox import Outbox
from bot.outbox.sender import Sender
from bot.replies.callback import decode, encode
from bot.replies.marks import mark
from bot.replies.reply import Button, Reply
from bot.state import State
from pipeline.contracts.alerts import Owed, OwedButton


class Messages:
    """`owe` is the way to tell a chat something that nobody asked for in this moment."""

    def __init__(self, states: State[Owed], outbox: Outbox, courier: Sender, clock: Callable[[], datetime]) -> None:
        self._states = states
        self._outbox = outbox
        self._courier = courier
        self._clock = clock

    async def owe(self, address: Address, key: str, reply: Reply, urgency: Urgency = Urgency.ROUTINE) -> None:
        """The message will be in the chat; it is durable when this returns. Pictures are not kept, only their text.

        An equal key in the same chat replaces what still waits. Raises KafkaError.
        """
        owed = Owed(
            chat_id=address.chat_id,
            thread_id=address.thread_id,
            reply_to=address.reply_to,
            key=key,
            text=reply.text,
            buttons=tuple(tuple(_owed(button) for button in row) for row in reply.buttons),
            urgent=urgency is not Urgency.ROUTINE,
            at=self._clock(),
        )
        token = mark(f"{address.chat_id}\n{key}", 8)
        waiting = self._states.get(token)
        if waiting is not None and waiting.sending_after is not None:
            owed = owed.model_copy(update={"sending_after": waiting.sending_after})
        await self._states.put(token, owed)
        self._outbox.owe(_Debt(self, token, owed.chat_id, urgency))

    def recover(self) -> int:
        """Queue what an earlier life left behind; how many."""
        left = list(self._states.entries())
        for token, owed in left:
            self._outbox.owe(_Debt(self, token, owed.chat_id, Urgency.URGENT if owed.urgent else Urgency.ROUTINE))
        return len(left)

    async def deliver(self, token: str) -> None:
        """Send what the token stands for, then forget it. Raises what Telegram and Kafka raise."""
        owed = self._states.get(token)
        if owed is None:
            return

        async def about_to_send(after: int) -> None:
            if owed.sending_after != after:
                await self._states.put(token, owed.model_copy(update={"sending_after": after}))

        rows = tuple(tuple(_button(button) for button in row) for row in owed.buttons)
        reply = Reply(Html(owed.text), tuple(row for row in rows if row))
        address = Address(owed.chat_id, owed.thread_id, owed.reply_to)
        await self._courier.send(token, address, reply, after=owed.sending_after, about_to_send=about_to_send)
        present = self._states.get(token)
        if present is not None and present.text == owed.text:
            await self._states.put(token, None)


@dataclass(frozen=True, slots=True)
class _Debt:
    messages: Messages
    token: str
    chat_id: int
    urgency: Urgency

    @property
    def key(self) -> str:
        return f"message:{self.token}"

    async def pay(self) -> None:
        await self.messages.deliver(self.token)


def _owed(button: Button) -> OwedButton:
    return OwedButton(
        label=button.label, data=encode(button.press) if button.press is not None else "", url=button.url or ""
    )


def _button(button: OwedButton) -> Button:
    if button.url:
        return Button(button.label, url=button.url)
    press = decode(button.data)
    # A kind of button that a newer version no longer has: the label stays, and says that it is out of date.
    return Button(button.label, press=press) if press is not None else Button(button.label, inline=button.label)
