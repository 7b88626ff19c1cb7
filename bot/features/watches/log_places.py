"""Places in the log of products: what is new is told by them, never by a clock, which may be hours off.

A record's time is that of whoever sent it, and the bot's own clock is another one.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import ConsumerStoppedError, KafkaTimeoutError

from bot.features.watches.models import LogEnds

ANSWERS_WITHIN_S = 5.0


class LogPlace(NamedTuple):
    """Where a record stands: the topic's id, which a topic that is made anew does not share, partition and offset."""

    topic_id: str
    partition: int
    offset: int


def is_after(place: LogPlace, since: LogEnds | None) -> bool:
    """Whether the record came after the log had these ends; all do after ends that nobody knows."""
    if since is None or since.topic_id != place.topic_id:
        return True
    return place.offset >= since.ends.get(place.partition, 0)


class FollowedProducts:
    """The log as the follower has it open, for who wants to know where it ends now."""

    def __init__(self) -> None:
        self._followed = asyncio.Event()
        self._consumer: AIOKafkaConsumer | None = None
        self._topic_id = ""
        self._places: Sequence[TopicPartition] = ()

    def opened(self, consumer: AIOKafkaConsumer, topic_id: str, places: Sequence[TopicPartition]) -> None:
        """The follower reads these partitions by this consumer."""
        self._consumer, self._topic_id, self._places = consumer, topic_id, places
        self._followed.set()

    def closed(self) -> None:
        """The follower reads nothing any more."""
        self._followed.clear()
        self._consumer = None

    async def ends(self) -> LogEnds:
        """Where the log ends now; waits a little while it is being opened. Raises KafkaError."""
        try:
            return await asyncio.wait_for(self._ends(), ANSWERS_WITHIN_S)
        except (TimeoutError, ConsumerStoppedError):
            raise KafkaTimeoutError("where the log of products ends is not known now") from None

    async def _ends(self) -> LogEnds:
        await self._followed.wait()
        consumer, topic_id = self._consumer, self._topic_id
        if consumer is None:
            raise ConsumerStoppedError
        found = await consumer.end_offsets(self._places)
        return LogEnds(topic_id=topic_id, ends={place.partition: end for place, end in found.items()})
