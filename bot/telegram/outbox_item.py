"""An outbox item: something that one chat has to be shown."""

from contextvars import ContextVar
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol


class Urgency(IntEnum):
    """The order in which items are delivered, of all chats together."""

    NOW = 0
    """A person waits for it: an answer, a press."""
    URGENT = 1
    """Alerts."""
    ROUTINE = 2
    """Everything else."""


class OutboxItem(Protocol):
    """Tried as often as it takes until `deliver` returns; it must look up the latest state by itself."""

    @property
    def chat_id(self) -> int: ...

    @property
    def key(self) -> str:
        """Items of one chat with equal keys are one: the later state is delivered."""

    @property
    def urgency(self) -> Urgency: ...

    async def deliver(self) -> None:
        """Show it. Raises what Telegram or Kafka raise; then it is tried again."""


@dataclass(slots=True)
class Turn:
    """What an item got when it was its turn: one message to this chat, counted already."""

    chat_id: int
    urgency: Urgency
    used: bool = False

    def use(self, chat: object) -> bool:
        """Whether a call to the chat is the one that was counted; so it is once."""
        if self.used or str(chat) != str(self.chat_id):
            return False
        self.used = True
        return True


# The turn of the item that is being delivered; None outside of the outbox.
TURN: ContextVar[Turn | None] = ContextVar("TURN", default=None)
