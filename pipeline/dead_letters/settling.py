"""Settling dead letters by the thousand: in batches, each of which may be done again, with a word after each."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from enum import StrEnum

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from ops import logs
from ops.errors import UnprocessableMessage
from ops.kafka import Kafka
from pipeline.contracts.messages import HEADERS, AuditAction, DeadLetter, decode
from pipeline.contracts.topics import DEAD_LETTERS
from pipeline.dead_letters.index_follower import PLACE
from pipeline.dead_letters.letter_index import LetterIndex, tombstone_headers
from pipeline.dead_letters.letters import Outcome, StoredLetter, refusal
from pipeline.dead_letters.newest_versions import NewestVersions
from pipeline.dead_letters.replaying import Replayer
from pipeline.kafka.audit import Actor, append_audit
from pipeline.kafka.read_at import read_at

log = logs.get_logger(__name__)
BATCH = 250
BATCH_BYTES = 8 << 20


class Action(StrEnum):
    REPLAY = "replay"
    DISCARD = "discard"


IN_AUDIT: Mapping[Action, AuditAction] = {Action.REPLAY: "dead_letters:replay", Action.DISCARD: "dead_letters:discard"}


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """What somebody wants done: with single letters (`offsets`), or with all of a reason that do not come after `upto`.

    `source` is that of a single letter, for the audit. `job` names the order in the records that close its letters, so
    that what is done is known after a restart.
    """

    action: Action
    job: str
    by: Actor
    why: str = ""
    reason: str = ""
    upto: int = -1
    offsets: tuple[int, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class SettlingProgress:
    """What became of the letters so far, each once; `refused` cannot be sent again and stay open."""

    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    refused: int = 0

    @property
    def settled(self) -> int:
        return sum(self.outcomes.values())


class LetterSettling:
    """Carries out one order, from where an earlier attempt was broken off."""

    def __init__(self, kafka: Kafka, index: LetterIndex, order: LetterOrder) -> None:
        self._kafka = kafka
        self._index = index
        self._order = order
        self._outcomes: Counter[Outcome] = Counter()
        self._refused = 0
        self._replayer: Replayer | None = None

    async def run(
        self, letters: int, told: Callable[[SettlingProgress], None], stopped: Callable[[], bool]
    ) -> SettlingProgress:
        """Settle all of them, or until `stopped` says so between two batches; `told` hears of each batch.

        Before, it is written to `audit` as about so many letters; once, however often it is taken up again.

        The index must know what was settled before. Raises KafkaError; then what is left can be ordered again.
        """
        before = await asyncio.to_thread(self._index.settled, self._order.job)
        self._outcomes.update({Outcome(name): letters for name, letters in before.items()})
        async with AsyncExitStack() as stack:
            consumer = await stack.enter_async_context(self._kafka.consumer())
            producer = await stack.enter_async_context(self._kafka.producer())
            if self._order.action is Action.REPLAY:
                versions = await stack.enter_async_context(NewestVersions.on_disk())
                other = await stack.enter_async_context(self._kafka.consumer(max_poll_records=2_000))
                self._replayer = Replayer(other, producer, versions)
            await self._announce(producer, letters)
            async for batch in self._batches(consumer):
                await self._settle(producer, batch)
                told(self.progress)
                if stopped():
                    break
        return self.progress

    @property
    def progress(self) -> SettlingProgress:
        """What is done so far."""
        return SettlingProgress(dict(self._outcomes), self._refused)

    async def _announce(self, producer: AIOKafkaProducer, letters: int) -> None:
        order = self._order
        target = order.source or f"{letters} dead letters"
        await append_audit(
            producer,
            order.by,
            IN_AUDIT[order.action],
            target,
            order.why or order.reason or order.source,
            entry_id=order.job,
        )

    async def _settle(self, producer: AIOKafkaProducer, read: Sequence[StoredLetter]) -> None:
        # Somebody may have settled one since, and its source may be used again.
        places = [(one.letter.source, one.offset) for one in read]
        still_open = await asyncio.to_thread(self._index.still_open, places)
        stored = [one for one in read if one.offset in still_open]
        if self._replayer is None:
            settled, outcomes = list(stored), [Outcome.DISCARDED] * len(stored)
        else:
            settled = [one for one in stored if refusal(one.letter) is None]
            self._refused += len(stored) - len(settled)
            outcomes = await self._replayer.replay([one.letter for one in settled])
        await asyncio.gather(*(self._close(producer, *pair) for pair in zip(settled, outcomes, strict=True)))
        self._outcomes.update(outcomes)

    async def _close(self, producer: AIOKafkaProducer, stored: StoredLetter, outcome: Outcome) -> None:
        headers = tombstone_headers(stored.offset, outcome, self._order.by.id, self._order.why, self._order.job)
        key = stored.letter.source.encode()
        await producer.send_and_wait(DEAD_LETTERS.name, None, key=key, headers=[*HEADERS, *headers])

    async def _batches(self, consumer: AIOKafkaConsumer) -> AsyncIterator[list[StoredLetter]]:
        batch: list[StoredLetter] = []
        size = 0
        async for offsets in self._offsets():
            async for stored in read_letters(consumer, offsets):
                batch.append(stored)
                size += len(stored.letter.value)
                if size >= BATCH_BYTES:
                    yield batch
                    batch, size = [], 0
            if batch:
                yield batch
                batch, size = [], 0

    async def _offsets(self) -> AsyncIterator[Sequence[int]]:
        order = self._order
        if order.offsets:
            rising = sorted(order.offsets)
            for first in range(0, len(rising), BATCH):
                yield rising[first : first + BATCH]
            return
        after = -1
        while offsets := await asyncio.to_thread(self._index.after, order.reason, after, order.upto, BATCH):
            yield offsets
            after = offsets[-1]


async def read_letters(consumer: AIOKafkaConsumer, offsets: Sequence[int]) -> AsyncIterator[StoredLetter]:
    """The letters at these offsets, which rise, as far as Kafka keeps them. Raises KafkaError."""
    async for record in read_at(consumer, PLACE, offsets):
        try:
            yield StoredLetter(record.offset, decode(DeadLetter, record.value))
        except UnprocessableMessage as error:
            log.error("dead letter not understood", offset=record.offset, fault=str(error))
