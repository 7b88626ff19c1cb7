"""What those who deliver outbox items need of the `MessageSender`, and what it needs to know of groups."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.ui.locale import Texts
from bot.ui.reply import Reply


@dataclass(frozen=True, slots=True)
class Address:
    """A chat, a topic in it, and a message to which the new one is an answer. `silent`: it rings nobody's telephone."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that is in a chat; the chat is another one than was named when the group had moved."""

    chat_id: int
    message_id: int


class Delivering(Protocol):
    """Sends one message; see `bot.telegram.message_sender.MessageSender.send`."""

    async def send(
        self,
        name: str,
        address: Address,
        reply: Reply,
        *,
        under_way: bool,
        words: Texts,
        about_to_send: Callable[[], Awaitable[object]],
    ) -> SentMessage: ...


class GroupMoves(Protocol):
    """Where groups are that became supergroups, and so got another id."""

    def place(self, chat_id: int) -> int:
        """The chat that this one is now; most are themselves."""
        ...

    async def note(self, chat_id: int, new_id: int) -> None:
        """Telegram said that the group is now this supergroup."""
        ...
