"""Reading Kafka while a person waits: an answer within seconds, or one sentence."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from aiokafka.errors import KafkaError

from ops.errors import StartupError

T = TypeVar("T")
# For those who connect for one look.
OPEN_S = 2.5
WITHIN_S = 4.5


class NotReadableError(Exception):
    """Kafka was to be read, and did not answer in time."""


async def looked_up(reading: Awaitable[T], within_s: float = WITHIN_S) -> T:
    """What was read. Raises NotReadableError when Kafka does not give it within so many seconds."""
    try:
        async with asyncio.timeout(within_s):
            return await reading
    except (KafkaError, StartupError, TimeoutError) as error:
        raise NotReadableError(f"{type(error).__name__}: {error}") from error
