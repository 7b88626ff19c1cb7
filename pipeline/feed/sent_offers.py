"""What each shop has sent last: read and changed by one process at a time, always as `products` is."""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from pipeline.feed.offer_store import OfferStore
from pipeline.kafka.confirming_producer import WrittenRecord

LOOK_S = 0.005
FOLDER, FILE, LOCK = "sent", "offers.sqlite", "offers.lock"


class WrittenLog(Protocol):
    """What tells what was written to `products`, by whomever; `ProductsLog` is one."""

    async def catch_up(self, store: OfferStore) -> None:
        """When it returns, the store has all that was written before the call."""
        ...

    def advance(self, store: OfferStore, written: Iterable[WrittenRecord]) -> None:
        """The store has what was written just now."""
        ...

    async def close(self) -> None: ...


class SentOffers:
    """The store, the log that it follows, and a lock that the processes of this host share.

    Who holds it decides by what is in `products` at this moment, writes, and notes what was written, before anybody
    else decides. So two feeds of a shop take turns, a slice each, and the marks say whose word is the later one.
    """

    def __init__(self, folder: Path, log: WrittenLog) -> None:
        self.store = OfferStore(folder / FOLDER / FILE)
        self.log = log
        self._lock = os.open(folder / FOLDER / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        # One of this process' files at a time: a lock of the system is the whole process'.
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.log.close()
        self.store.close()
        os.close(self._lock)

    @contextlib.asynccontextmanager
    async def held(self) -> AsyncIterator[OfferStore]:
        """The turn; everybody else waits, in the order in which they asked, those of other processes as it comes.

        The store is as it was left, see `catch_up`.
        """
        async with self._turn:
            while True:
                try:
                    fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    await asyncio.sleep(LOOK_S)
            try:
                yield self.store
            finally:
                fcntl.flock(self._lock, fcntl.LOCK_UN)
