"""The files that sellers have sent, changed by several at once: each change is made to the file as it is then."""

import asyncio
from collections.abc import Iterator

from bot.features.feeds.store import SentFile
from bot.state.store import Store
from pipeline.contracts.feeds import FeedRun, chat_token


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

    def of_run(self, run: FeedRun) -> tuple[str, SentFile] | None:
        """The file of the run, by its key, when somebody sent it in the chat within the last day."""
        token = chat_token(run.file)
        if not token:
            return None
        found = next(((name, file) for name, file in self._store.entries() if file.token == token), None)
        return found if found is not None and found[1].store_id == run.store_id else None

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
