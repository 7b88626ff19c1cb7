"""Sending the messages of dead letters again, and never an old version of a product over a newer one.

Kafka cannot be asked to write only if nothing newer is there. So what is newest is looked up just before the sending,
and again after it: a version that came in between, and lies under ours now, is sent again over it.
"""

import asyncio
from base64 import b64decode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from ops import logs
from pipeline.contracts.messages import HEADERS, DeadLetter
from pipeline.contracts.topics import PRODUCTS
from pipeline.dead_letters.letters import Outcome, is_product, offset_in_products
from pipeline.dead_letters.newest_versions import COPY_OF, NONE, Newest, NewestVersions
from pipeline.kafka.partitioning import partition_of
from pipeline.kafka.read_at import read_at
from pipeline.kafka.read_to_end import Record

log = logs.get_logger(__name__)
# A round takes milliseconds: only a product that is changed all the time needs more than two.
ROUNDS = 50


class NeverSettledError(KafkaError):  # type: ignore[misc] # aiokafka is not typed
    """Other versions came between every look and the sending that followed it."""


class Replayer:
    """Sends letters again, a batch after the other; knows from batch to batch what is newest."""

    def __init__(self, consumer: AIOKafkaConsumer, producer: AIOKafkaProducer, versions: NewestVersions) -> None:
        self._consumer = consumer
        self._producer = producer
        self._versions = versions

    async def replay(self, letters: Sequence[DeadLetter]) -> list[Outcome]:
        """Send them again; what became of each. All is on all in-sync copies when this returns.

        Done again after a kill in the middle, it ends as it would have ended. Raises KafkaError.
        """
        products = [letter for letter in letters if is_product(letter)]
        await asyncio.gather(*(self._send_as_it_was(letter) for letter in letters if not is_product(letter)))
        starts = _starts(products)
        newest, records = await self._look(starts, [_key(letter) for letter in products])
        outcomes = {
            letter.source: _outcome(letter, newest[_key(letter)], records.get(_key(letter))) for letter in products
        }
        wanted = {_key(letter) for letter in products if outcomes[letter.source] is Outcome.REPLAYED}
        sent_before = {_key(letter) for letter in products if _was_sent(letter, newest[_key(letter)])}
        await self._send({key: records[key] for key in wanted - sent_before}, newest)
        overtaken = await self._put_newer_back(starts, newest)
        for letter in products:
            if _key(letter) in overtaken:
                outcomes[letter.source] = Outcome.OVERTAKEN
        return [outcomes.get(letter.source, Outcome.REPLAYED) for letter in letters]

    async def _send_as_it_was(self, letter: DeadLetter) -> None:
        key = None if letter.key is None else letter.key.encode()
        headers = [*HEADERS, ("replayed_from", letter.source.encode())]
        await self._producer.send_and_wait(letter.topic, b64decode(letter.value), key=key, headers=headers)

    async def _look(
        self, starts: Mapping[int, int], keys: Iterable[bytes]
    ) -> tuple[dict[bytes, Newest], dict[bytes, Record]]:
        """What is newest of these products now, and those records as far as they are there."""
        await self._versions.cover(self._consumer, starts)
        newest = {key: self._versions.get(_partition(key), key) for key in keys}
        return newest, await self._read({key: one.offset for key, one in newest.items()})

    async def _read(self, offsets: Mapping[bytes, int]) -> dict[bytes, Record]:
        places: dict[int, list[int]] = defaultdict(list)
        for key, offset in offsets.items():
            if offset != NONE:
                places[_partition(key)].append(offset)
        found: dict[bytes, Record] = {}
        for number, wanted in places.items():
            async for record in read_at(self._consumer, TopicPartition(PRODUCTS.name, number), sorted(wanted)):
                if record.key in offsets:
                    found[record.key] = record
        return found

    async def _send(self, records: Mapping[bytes, Record], newest: Mapping[bytes, Newest]) -> None:
        """Send records again, each as a copy of the version that it holds."""
        await asyncio.gather(
            *(
                self._producer.send_and_wait(
                    PRODUCTS.name,
                    record.value,
                    key=key,
                    partition=record.partition,
                    headers=[*HEADERS, (COPY_OF, str(newest[key].original).encode())],
                )
                for key, record in records.items()
            )
        )

    async def _put_newer_back(self, starts: Mapping[int, int], before: Mapping[bytes, Newest]) -> frozenset[bytes]:
        """Send newer versions again until none lies under a copy of an older one; the products that had such."""
        overtaken: set[bytes] = set()
        for _ in range(ROUNDS):
            await self._versions.cover(self._consumer, starts)
            now = {key: self._versions.get(_partition(key), key) for key in before}
            under = {key: Newest(version=one.version) for key, one in now.items() if one.overtaken}
            if not under:
                return frozenset(overtaken)
            overtaken |= under.keys()
            records = await self._read({key: one.version for key, one in under.items()})
            if gone := under.keys() - records.keys():
                log.error("newer versions are gone, older ones stay", products=len(gone), topic=PRODUCTS.name)
                before = {key: one for key, one in before.items() if key not in gone}
            log.warning("newer versions are sent again", products=len(records), topic=PRODUCTS.name)
            await self._send(records, under)
        raise NeverSettledError(f"{PRODUCTS.name}: newer versions came {ROUNDS} times while old ones were sent again")


def _outcome(letter: DeadLetter, newest: Newest, record: "Record | None") -> Outcome:
    """What is to become of the letter, when `record` is the newest of its product."""
    if record is None or record.value is None:
        return Outcome.SUPERSEDED
    if newest.overtaken:
        return Outcome.OVERTAKEN
    own = offset_in_products(letter)
    if own is None or _was_sent(letter, newest):
        return Outcome.REPLAYED
    # Of a log that was cut the same offset may hold another message by now.
    same = own == newest.offset and record.value == b64decode(letter.value)
    return Outcome.REPLAYED if same else Outcome.SUPERSEDED


def _was_sent(letter: DeadLetter, newest: Newest) -> bool:
    """Whether the newest record is a copy of this letter's message already, as after a kill before it was settled."""
    return newest.copy == newest.offset != NONE and newest.copied == offset_in_products(letter)


def _starts(letters: Iterable[DeadLetter]) -> dict[int, int]:
    """From where on `products` must be known, by partition: newer than a message is what stands behind it."""
    starts: dict[int, int] = {}
    for letter in letters:
        number = _partition(_key(letter))
        start = offset_in_products(letter) or 0
        starts[number] = min(start, starts.get(number, start))
    return starts


def _key(letter: DeadLetter) -> bytes:
    return (letter.key or "").encode()


def _partition(key: bytes) -> int:
    return partition_of(PRODUCTS.name, key) or 0
