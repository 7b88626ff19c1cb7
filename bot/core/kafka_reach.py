"""Whether Kafka answers, as the bot notices it: by a question of its own every few seconds, and by its writes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Protocol

from aiokafka.errors import KafkaError

from ops.errors import StartupError
from ops.kafka import Kafka
from ops.logs import get_logger
from pipeline.contracts.topics import CHAT_STATE
from pipeline.kafka.read_to_end import partitions_of

log = get_logger(__name__)
ASK_EVERY_S = 5.0
ANSWER_WITHIN_S = 5.0


class KafkaState(Protocol):
    """What others may know of Kafka."""

    @property
    def away_since(self) -> datetime | None:
        """Since when it does not answer, or does not confirm; None: all is well."""

    @property
    def broken(self) -> bool:
        """Whether this process can never write to it again: only a new one helps."""


class KafkaReach:
    """`KafkaState` by asking; `refused` says whether writes are not confirmed, which may be when questions are."""

    def __init__(
        self,
        ask: Callable[[], Awaitable[object]],
        clock: Callable[[], datetime],
        *,
        refused: Callable[[], bool],
        broken: Callable[[], bool] = lambda: False,
    ) -> None:
        self._ask = ask
        self._refused = refused
        self._broken = broken
        self._clock = clock
        self._silent = False
        self._since: datetime | None = None

    @property
    def away_since(self) -> datetime | None:
        away = self._silent or self._refused()
        if away != (self._since is not None):
            self._since = self._clock() if away else None
            log.warning("kafka_away" if away else "kafka_back", setting="YARMARKA_KAFKA__BOOTSTRAP")
        return self._since

    @property
    def broken(self) -> bool:
        return self._broken()

    async def run(self) -> None:
        """Ask Kafka again and again until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(ASK_EVERY_S)

    async def look(self) -> None:
        """Ask once; never waits longer than five seconds, and raises nothing of Kafka."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await self._ask()
        except (KafkaError, StartupError, TimeoutError):
            self._silent = True
        else:
            self._silent = False


@contextlib.asynccontextmanager
async def asking(kafka: Kafka) -> AsyncIterator[Callable[[], Awaitable[object]]]:
    """A question to every broker that leads a partition of `chat_state`: where it ends. Raises StartupError."""
    async with kafka.consumer() as consumer:
        partitions = await partitions_of(kafka, consumer, CHAT_STATE.name)

        async def ask() -> object:
            return await consumer.end_offsets(partitions)

        yield ask
