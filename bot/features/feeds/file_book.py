"""The files that sellers have sent, changed by several at once: each change is made to the file as it is then."""

import asyncio
from collections.abc import Iterator

from bot.features.feeds.store import SentFile
from bot.state.store import Store


class FileBook:
    """The store of sent files, with changes one after the other."""

    def __init__(self, store: Store[SentFile]) -> None:
        self._store = store
        self._one = asyncio.Lock()

    def get(self, name: str) -> SentFile | None:
        return self._store.get(name)

    def entries(self) -> Iterator[tuple[str, SentFile]]:
        """Every file that is followed, by its key, as `Store.entries` gives them."""
        return self._store.entries()

    def of(self, person: str) -> tuple[tuple[str, SentFile], ...]:
        """The files of a person, by pseudonym."""
        return self._store.of(person)

    async def put(self, name: str, file: SentFile | None) -> None:
        """See `Store.put`. Raises KafkaError."""
        async with self._one:
            await self._store.put(name, file)

    async def change(self, name: str, **fields: object) -> None:
        """Change these fields; a file that is not kept any more stays so: its sender may be forgotten. KafkaError."""
        async with self._one:
            present = self._store.get(name)
            if present is not None:
                await self._store.put(name, present.but(**fields))
