"""A debt: something that one chat has to be shown."""

from enum import IntEnum
from typing import Protocol


class Urgency(IntEnum):
    """The order in which a chat's debts are paid."""

    NOW = 0
    """A person waits for it: the answer to a press."""
    URGENT = 1
    """Alerts."""
    ROUTINE = 2
    """Everything else."""


class OutboxItem(Protocol):
    """Paid as often as it takes until `pay` returns; it must look up the latest state by itself."""

    @property
    def chat_id(self) -> int: ...

    @property
    def key(self) -> str:
        """Debts of one chat with equal keys are one: the later state is paid."""

    @property
    def urgency(self) -> Urgency: ...

    async def deliver(self) -> None:
        """Show it. Raises what Telegram or Kafka raise; then it is tried again."""
