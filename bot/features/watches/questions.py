"""Who was asked to write a price: the very next thing that they do is its answer, or the question is over."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.features.watches.models import AskedPrice
from bot.state.buffered import BufferedStore

# A number that comes later than this is a search again.
ASKED_FOR = timedelta(minutes=10)


class PriceQuestions:
    """The product that each person was asked about, kept over a restart."""

    def __init__(self, kept: BufferedStore[AskedPrice], clock: Callable[[], datetime]) -> None:
        self._kept = kept
        self._clock = clock
        self._updates: dict[str, int] = {}

    def ask(self, pseudonym: str, offer_id: str) -> None:
        """The person is asked for a price of this product; an earlier question is over."""
        self._updates[pseudonym] = 0
        self._kept.put_soon(pseudonym, AskedPrice(offer_id=offer_id, at=self._clock()))

    def arrived(self, pseudonym: str, _: int) -> None:
        """The person did something; if it was not the answer, the question was over when they do the next thing."""
        if pseudonym in self._updates:
            self._updates[pseudonym] += 1
            if self._updates[pseudonym] > 1:
                self.close(pseudonym)

    def take(self, pseudonym: str) -> str | None:
        """The product whose price the person was asked for just now; the question is over by this."""
        asked = self._kept.get(pseudonym)
        if asked is None or not asked.open:
            return None
        self.close(pseudonym)
        return asked.offer_id if self._clock() - asked.at <= ASKED_FOR else None

    def close(self, pseudonym: str) -> None:
        """The person is asked for nothing any more."""
        self._updates.pop(pseudonym, None)
        asked = self._kept.get(pseudonym)
        if asked is not None and asked.open:
            self._kept.put_soon(pseudonym, asked.closed())

    async def sweep(self) -> int:
        """Delete the questions that are over; how many. Raises KafkaError."""
        oldest = self._clock() - ASKED_FOR
        old = [name for name, asked in self._kept.entries() if not asked.open or asked.at < oldest]
        for name in old:
            await self._kept.put(name, None)
        return len(old)
