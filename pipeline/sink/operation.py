"""What a record asks of an index."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.kafka.consumed_record import ConsumedRecord


@dataclass(frozen=True, slots=True)
class Operation:
    """One write, encoded for a bulk request. No two writes with one `key` are on their way at once."""

    record: ConsumedRecord
    key: str
    lines: bytes
    is_delete: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A record of which no write can be made."""

    record: ConsumedRecord
    reason: str
    detail: str


# Pure; called in a thread.
Convert = Callable[[Sequence[ConsumedRecord]], tuple[Sequence[Operation], Sequence[Refused]]]
