"""The dead letters, as far as the chat looks at them and settles them."""

from collections.abc import Callable
from typing import Protocol

from pipeline.dead_letters.letters import StoredLetter
from pipeline.dead_letters.settling import LetterOrder, SettlingProgress
from pipeline.dead_letters.store import LetterSummary


class DeadLetterAccess(Protocol):
    """What the feature needs of `pipeline.dead_letters.store.DeadLetterStore`."""

    async def run(self) -> None: ...

    async def summary(self) -> LetterSummary: ...

    async def page(self, reason: str, skip: int, size: int) -> list[StoredLetter]: ...

    async def letter(self, offset: int) -> StoredLetter | None: ...

    async def last(self, reason: str) -> int: ...

    async def open_upto(self, reason: str, upto: int) -> int: ...

    async def settle(
        self, order: LetterOrder, letters: int, told: Callable[[SettlingProgress], None], stopped: Callable[[], bool]
    ) -> SettlingProgress: ...
