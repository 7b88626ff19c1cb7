"""A store that is written behind the conversation: in memory at once, in Kafka a moment later."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from typing import Generic, TypeVar

from aiokafka.errors import KafkaError
from pydantic import BaseModel

from bot.state.store import Listener, Store, StoreSpec
from ops.logs import get_logger

log = get_logger(__name__)
M = TypeVar("M", bound=BaseModel)
UNSAVED_LIMIT = 5_000
AT_ONCE = 100
RETRY_S = 5.0


class BufferedStore(Generic[M]):
    """A `Store` with `put_soon`. While Kafka is away, the newest entries wait in memory, and are tried every 5 s."""

    def __init__(self, store: Store[M], spec: StoreSpec[M]) -> None:
        self._store = store
        self._spec = spec
        self._unsaved: OrderedDict[str, M] = OrderedDict()
        self._saving: asyncio.Task[None] | None = None
        self._healthy = True

    def get(self, name: str) -> M | None:
        return self._unsaved.get(name) or self._store.get(name)

    def saved(self, name: str) -> M | None:
        """The entry as Kafka has it."""
        return self._store.get(name)

    def entries(self) -> Iterator[tuple[str, M]]:
        return iter({**dict(self._store.entries()), **self._unsaved}.items())

    def pages(self) -> Iterator[list[tuple[str, M]]]:
        unsaved = dict(self._unsaved)
        for page in self._store.pages():
            yield [(name, entry) for name, entry in page if name not in unsaved]
        yield list(unsaved.items())

    def marked(self, mark: str) -> tuple[str, ...]:
        """See `Store.marked`; of what is saved."""
        return self._store.marked(mark)

    def of(self, person: str) -> tuple[tuple[str, M], ...]:
        if self._spec.personal is None:
            return ()
        owner = self._spec.personal.owner
        unsaved = {name: entry for name, entry in self._unsaved.items() if owner(name) == person}
        return tuple(sorted((dict(self._store.of(person)) | unsaved).items(), key=lambda named: named[0]))

    def subscribe(self, listener: Listener[M]) -> None:
        self._store.subscribe(listener)

    def put_soon(self, name: str, entry: M) -> None:
        """Keep the entry; never waits and never raises. Beyond 5,000 unsaved ones the oldest are given up."""
        self._unsaved[name] = entry
        while len(self._unsaved) > UNSAVED_LIMIT:
            self._unsaved.popitem(last=False)
        self._begin()

    def _begin(self) -> None:
        if self._unsaved and (self._saving is None or self._saving.done()):
            self._saving = asyncio.create_task(self._save_all(), name=f"saving {self._spec.name}")

    async def settled(self, within_s: float) -> None:
        """Wait until what was kept is durable, at most so long, and not at all while Kafka is known to be away."""
        if self._saving is not None:
            await asyncio.wait((self._saving,), timeout=within_s if self._healthy else 0)

    async def put(self, name: str, entry: M | None) -> None:
        """See `Store.put`; a write that is under way comes before it."""
        self._unsaved.pop(name, None)
        if self._saving is not None and not self._saving.done():
            await asyncio.wait((self._saving,))
        await self._store.put(name, entry)

    async def _save_all(self) -> None:
        while self._unsaved:
            names = list(self._unsaved)[-AT_ONCE:]
            if not all(await asyncio.gather(*map(self._save, names))):
                asyncio.get_running_loop().call_later(RETRY_S, self._begin)
                return

    async def _save(self, name: str) -> bool:
        entry = self._unsaved.get(name)
        if entry is None:
            return True
        try:
            await self._store.put(name, entry)
        except KafkaError as error:
            if self._healthy:
                log.warning("not_saved", store=self._spec.name, error=str(error), again_in_s=RETRY_S)
            self._healthy = False
            return False
        self._healthy = True
        if self._unsaved.get(name) is entry:
            del self._unsaved[name]
        return True
