"""A record of `products` as a client library hands it over."""

from typing import Protocol


class ProductRecord(Protocol):
    """The fields that the filter reads; aiokafka's `ConsumerRecord` has them."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]
