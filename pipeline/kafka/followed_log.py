"""What a follower knows of the log that it follows, without a group: whether it is still the one that was read."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition

from pipeline.kafka.log_position import Finding, LogNote
from pipeline.kafka.position_check import BROKEN, Noted, compare, histories_of, tell
from pipeline.kafka.topic_history import TopicHistory, topic_histories

LOOK_EVERY_S = 2.0
MENDED = "everything in the topic is read again"


@dataclass(frozen=True, slots=True)
class Moved:
    """The log has moved: the positions at which each of its partitions goes on; `again`: all of it is to be read."""

    positions: Mapping[TopicPartition, int]
    again: bool


class FollowedLog:
    """One topic, as it was when it was last looked at; `reader` names the follower to the operators."""

    def __init__(self, reader: str, history: TopicHistory) -> None:
        self._reader = reader
        self._history = history
        self._vouched: Mapping[TopicPartition, int] = {}
        self._looked_at = float("-inf")

    @classmethod
    async def opened(cls, reader: str, consumer: AIOKafkaConsumer, topic: str) -> "FollowedLog":
        """The topic as it is now. Raises KafkaError."""
        return cls(reader, (await histories_of(consumer, [topic]))[topic])

    def note(self, partition: int) -> LogNote:
        """What to note beside a position of this partition."""
        return LogNote(self._history.topic_id, self._history.epochs[partition])

    async def go_on(self, consumer: AIOKafkaConsumer, kept: Mapping[int, Noted]) -> dict[TopicPartition, int] | None:
        """Where to go on after these positions; None when they are not of this log, which is told. Raises KafkaError.

        Of a log that lacks what came after a position the deletions in it are not known: that is another log too.
        """
        verdicts = await compare(consumer, self._history, kept)
        findings = {number: one.finding for number, one in verdicts.items() if one.finding is not None}
        tell(self._reader, self._history.topic, findings, MENDED)
        if findings:
            return None
        return {TopicPartition(self._history.topic, number): one.start for number, one in verdicts.items()}

    def vouches(self, positions: Mapping[TopicPartition, int]) -> bool:
        """Whether everything before these positions was taken from the log that was looked at last."""
        return self._vouched == positions

    async def look(
        self, consumer: AIOKafkaConsumer, positions: Mapping[TopicPartition, int], *, now: bool = False
    ) -> Moved | None:
        """Every two seconds, or `now`, whether the log has moved; None while it has not. Raises KafkaError.

        `positions` are those up to which records were taken. A new leader that has all of them is a move too, after
        which `positions` go on; only a log that is another one, or lost what was read, is told and is read again.
        """
        if not now and time.monotonic() - self._looked_at < LOOK_EVERY_S:
            return None
        taken = dict(positions)
        name = self._history.topic
        history = (await topic_histories(consumer, [name]))[name]
        self._looked_at = time.monotonic()
        if (history.topic_id, history.epochs) == (self._history.topic_id, self._history.epochs):
            self._vouched = taken
            return None
        moved = await self._compared(consumer, history, taken)
        self._history = history
        self._vouched = {} if moved.again else moved.positions
        return moved

    async def _compared(
        self, consumer: AIOKafkaConsumer, history: TopicHistory, taken: Mapping[TopicPartition, int]
    ) -> Moved:
        noted = {place.partition: (offset, self.note(place.partition)) for place, offset in self._vouched.items()}
        verdicts = await compare(consumer, history, noted)
        findings = {number: one.finding for number, one in verdicts.items() if one.finding is not None}
        added = history.epochs.keys() - self._history.epochs.keys()
        tell(self._reader, history.topic, findings | dict.fromkeys(added, Finding.PARTITION_ADDED), MENDED)
        if not BROKEN.isdisjoint(findings.values()):
            return Moved({}, again=True)
        # What was taken since the last look may have been lost with its leader: it is read again from there.
        return Moved(
            {TopicPartition(history.topic, number): one.start for number, one in verdicts.items()}, again=False
        )
