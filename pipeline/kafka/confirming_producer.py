"""What is asked of a producer by those who confirm a write to somebody."""

from typing import Protocol


class WrittenRecord(Protocol):
    """Where a record is."""

    partition: int
    offset: int


class ConfirmingProducer(Protocol):
    """A producer with acks=all; aiokafka's, as `Kafka.producer` makes it, is one."""

    async def send_and_wait(
        self, topic: str, value: bytes | None, key: bytes, *, headers: list[tuple[str, bytes]]
    ) -> WrittenRecord:
        """Returns when the record is on all in-sync copies. Raises KafkaError."""
        ...
