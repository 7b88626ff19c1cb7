"""The dead letters as the chat and the terminal see them: numbers, pages, single letters, and how they are settled.

A dead letter is open until a record with its key and no value follows: that one says in its headers how it was settled,
by whom and why. What is open is counted on disk (`letter_index`); the letters themselves are read from Kafka, those of
one page at a time.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaTimeoutError

from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.dead_letters.index_follower import PLACE, IndexFollower, Told
from pipeline.dead_letters.letter_index import KindCount, LetterIndex
from pipeline.dead_letters.letters import IDENTITY, StoredLetter
from pipeline.dead_letters.settling import LetterOrder, LetterSettling, SettlingProgress, read_letters

# Another schema gets another name: then everything is counted anew.
FILE = "dead_letters.sqlite"
# Less than a person waits for: what is behind is then said to be.
COUNTED_WITHIN_S = 2.0
JOB_COUNTED_WITHIN_S = 600.0


@dataclass(frozen=True, slots=True)
class LetterSummary:
    """How many are open of each kind; `behind` are records of the topic that are not counted yet."""

    kinds: tuple[KindCount, ...]
    behind: int = 0

    @property
    def open(self) -> int:
        return sum(kind.open for kind in self.kinds)

    def of(self, reason: str) -> tuple[KindCount, ...]:
        """The kinds of one reason."""
        return tuple(kind for kind in self.kinds if kind.reason == reason)


class DeadLetterStore:
    """The dead letters, as the identity `replay` may see and settle them; the bot and the terminal act as it.

    The bot keeps the numbers up to date by `run`, a command brings them up to date by `catch_up`.
    """

    def __init__(self, settings: Settings, index: LetterIndex, *, open_within_s: float | None = None) -> None:
        self._kafka = Kafka(settings, IDENTITY, open_within_s=open_within_s)
        self._patient = Kafka(settings, IDENTITY)
        self._index = index
        self._follower = IndexFollower(self._patient, index)

    async def run(self) -> None:
        """Keep the numbers up to date until cancelled."""
        await self._follower.run()

    async def catch_up(self, told: Told | None = None) -> None:
        """Count what is in the topic now. Raises KafkaError."""
        await self._follower.catch_up(told)

    async def summary(self) -> LetterSummary:
        """The numbers as of now; of a long topic that is still being counted, as far as they are known.

        Raises KafkaError and StartupError.
        """
        async with self._kafka.consumer() as consumer:
            behind = await self._behind(consumer)
        return LetterSummary(await asyncio.to_thread(self._index.kinds), behind)

    async def page(self, reason: str, skip: int, size: int) -> list[StoredLetter]:
        """The open letters of a reason, the oldest first, with their messages. Raises KafkaError and StartupError."""
        async with self._kafka.consumer() as consumer:
            await self._behind(consumer)
            return await self._read(consumer, await asyncio.to_thread(self._index.page, reason, skip, size))

    async def letter(self, offset: int) -> StoredLetter | None:
        """The open letter at this offset; None when it was settled, or another one has its source by now.

        Raises KafkaError and StartupError.
        """
        async with self._kafka.consumer() as consumer:
            await self._behind(consumer)
            return next(iter(await self._read(consumer, [offset])), None)

    async def find(self, source: str) -> int | None:
        """Where the open letter with this source is."""
        return await asyncio.to_thread(self._index.find, source)

    async def last(self, reason: str) -> int:
        """The offset of the newest open letter of a reason; -1 without any."""
        return await asyncio.to_thread(self._index.last, reason)

    async def open_upto(self, reason: str, upto: int) -> int:
        """How many letters of a reason are open that do not come after this offset."""
        return await asyncio.to_thread(self._index.open_upto, reason, upto)

    async def settle(
        self, order: LetterOrder, letters: int, told: Callable[[SettlingProgress], None], stopped: Callable[[], bool]
    ) -> SettlingProgress:
        """Carry the order out, on record first as one about so many `letters`; see `LetterSettling.run`.

        Given again after a kill or a fault, it goes on with what is left. Raises KafkaError and StartupError.
        """
        await self._all_counted(COUNTED_WITHIN_S if order.offsets else JOB_COUNTED_WITHIN_S)
        return await LetterSettling(self._patient, self._index, order).run(letters, told, stopped)

    async def _read(self, consumer: AIOKafkaConsumer, offsets: Sequence[int]) -> list[StoredLetter]:
        found = [stored async for stored in read_letters(consumer, sorted(offsets))]
        places = [(stored.letter.source, stored.offset) for stored in found]
        still_open = await asyncio.to_thread(self._index.still_open, places)
        return [stored for stored in found if stored.offset in still_open]

    async def _behind(self, consumer: AIOKafkaConsumer) -> int:
        """Wait a moment until everything that is there now is counted; how many records are missing."""
        end = await _end(consumer)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(COUNTED_WITHIN_S):
                await self._follower.reached(end)
        return max(0, end - max(0, self._follower.position))

    async def _all_counted(self, within_s: float) -> None:
        async with self._kafka.consumer() as consumer:
            end = await _end(consumer)
        try:
            async with asyncio.timeout(within_s):
                await self._follower.reached(end)
        except TimeoutError:
            raise KafkaTimeoutError(f"{PLACE.topic}: not counted up to {end} within {within_s:g} s") from None


async def _end(consumer: AIOKafkaConsumer) -> int:
    end: int = (await consumer.end_offsets([PLACE]))[PLACE]
    return end


@contextlib.asynccontextmanager
async def open_store(
    settings: Settings, directory: str, *, open_within_s: float | None = None
) -> AsyncIterator[DeadLetterStore]:
    """The store with its index in a directory of this process below the stack's. Raises StartupError."""
    index = LetterIndex.open(Path(settings.stack_dir) / directory / FILE)
    try:
        yield DeadLetterStore(settings, index, open_within_s=open_within_s)
    finally:
        index.close()
