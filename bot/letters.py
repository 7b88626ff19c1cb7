"""The dead letters, as far as the chat settles them."""

from collections.abc import Collection
from typing import Protocol

from pipeline.contracts.letter_box import Entry, Outcome, Person
from pipeline.contracts.messages import DeadLetter


class Letters(Protocol):
    """`pipeline.contracts.letter_box.LetterBox` is one."""

    async def open_letters(self) -> list[Entry]: ...

    async def read(self, entry: Entry) -> DeadLetter: ...

    async def replay(self, entries: Collection[Entry], by: Person) -> dict[Outcome, int]: ...

    async def discard(self, entries: Collection[Entry], by: Person, reason: str) -> None: ...
