"""An outbox item: something that one chat has to be shown."""

from enum import IntEnum
from typing import Protocol


class Urgency(IntEnum):
    """The order in which a chat's items are delivered."""

    NOW = 0
    """A person waits for it: the answer to a press."""
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
