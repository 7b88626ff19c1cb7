"""The dead letters, as far as the chat settles them."""

from collections.abc import Collection
from typing import Protocol

from pipeline.contracts.messages import DeadLetter
from pipeline.dead_letters.store import OpenLetter, Outcome, SettledBy


class DeadLetterAccess(Protocol):
    """What the handlers need of `pipeline.dead_letters.store.DeadLetterStore`."""

    async def open_letters(self) -> list[OpenLetter]: ...

    async def read(self, entry: OpenLetter) -> DeadLetter: ...

    async def replay(self, entries: Collection[OpenLetter], by: SettledBy) -> dict[Outcome, int]: ...

    async def discard(self, entries: Collection[OpenLetter], by: SettledBy, reason: str) -> None: ...
