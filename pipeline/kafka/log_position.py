"""Whether a committed position still means what it meant when it was committed. Pure.

Beside an offset stands, as the commit's metadata, the id of the topic and the leader's epoch in which everything below
the offset was seen. A topic that was made anew has another id; a log that lost its end began a new epoch before the
offset, also when others have written up to it and beyond since.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import orjson


@dataclass(frozen=True, slots=True)
class LogNote:
    """What is noted beside a position: the topic's id, and the epoch in which all below the position was there."""

    topic_id: str
    epoch: int

    def encode(self) -> str:
        """The text that travels as the metadata of the committed offset."""
        return orjson.dumps(self.fields()).decode()

    def fields(self) -> dict[str, str | int]:
        """The same for a larger note, see `of`."""
        return {"topic_id": self.topic_id, "epoch": self.epoch}

    @classmethod
    def of(cls, fields: object) -> Self | None:
        """The note in what `fields` gave; None when it is none."""
        if not isinstance(fields, dict):
            return None
        topic_id, epoch = fields.get("topic_id"), fields.get("epoch")
        return cls(topic_id, epoch) if isinstance(topic_id, str) and isinstance(epoch, int) else None


def parse_note(metadata: str) -> LogNote | None:
    """The note in a commit's metadata; None when there is none, as in commits of who noted nothing."""
    try:
        return LogNote.of(orjson.loads(metadata))
    except orjson.JSONDecodeError:
        return None


class Finding(StrEnum):
    """How a log differs from what was noted of it; the label of the metric."""

    OTHER_TOPIC = "other_topic"
    SHORTENED = "shortened"
    HOLE = "hole"
    EXPIRED = "expired"
    PARTITION_ADDED = "partition_added"


@dataclass(frozen=True, slots=True)
class PartitionLog:
    """A partition as it is now.

    `reach` is where the noted epoch ends, or the log when none was noted; -1 for an epoch that it never had.
    """

    topic_id: str
    begin: int
    reach: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """From where on to read, and what was found; None when the position is as it should be."""

    start: int
    finding: Finding | None = None


def judge(offset: int | None, note: LogNote | None, log: PartitionLog) -> Verdict:
    """Whether to believe the committed `offset`; None for one that was never committed, or has expired.

    Of a log that lost its end, what is there and was not seen before begins at its reach.
    """
    if offset is None:
        return Verdict(log.begin)
    if note is not None and note.topic_id != log.topic_id:
        return Verdict(log.begin, Finding.OTHER_TOPIC)
    if offset > log.reach:
        return Verdict(max(log.begin, log.reach), Finding.SHORTENED)
    if offset < log.begin:
        return Verdict(log.begin, Finding.HOLE)
    return Verdict(offset)
