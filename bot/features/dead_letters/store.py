"""The dead letters, as far as the chat settles them."""

from collections.abc import Collection
from typing import Protocol

from pipeline.contracts.messages import DeadLetter
from pipeline.dead_letters.store import OpenDeadLetter, Outcome
from pipeline.kafka.audit import Actor


class DeadLetterAccess(Protocol):
    """What the handlers need of `pipeline.dead_letters.store.DeadLetterStore`."""

    async def open_dead_letters(self) -> list[OpenDeadLetter]: ...

    async def read(self, entry: OpenDeadLetter) -> DeadLetter: ...

    async def replay(self, entries: Collection[OpenDeadLetter], by: Actor) -> dict[Outcome, int]: ...

    async def discard(self, entries: Collection[OpenDeadLetter], by: Actor, reason: str) -> None: ...
