"""Writing to Kafka: pipelined, confirmed, in order, over any outage."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self, TypeVar

from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    KafkaError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
)

from ops import logs
from ops.errors import StartupError
from pipeline.contracts.messages import DeadLetter
from pipeline.kafka.confirming_producer import ConfirmingProducer, WrittenRecord
from pipeline.kafka.dead_letters import DeadLetters
from pipeline.kafka.partitioning import partition_of

log = logs.get_logger(__name__)
RETRY_S = 1.0
T = TypeVar("T")
DENIED = (TopicAuthorizationFailedError, ClusterAuthorizationFailedError)


class SendingProducer(ConfirmingProducer, Protocol):
    """A producer that also sends without waiting; aiokafka's is one."""

    async def send(
        self, topic: str, value: bytes | None, key: bytes, partition: int | None, *, headers: list[tuple[str, bytes]]
    ) -> Awaitable[WrittenRecord]:
        """Returns when the record is on its way; what it returns is done when it is on all in-sync copies."""
        ...


class ProducerSource(Protocol):
    """Where producers come from; `ops.kafka.Kafka` is one."""

    bootstrap: str
    identity: str

    def producer(self) -> AbstractAsyncContextManager[SendingProducer]: ...


@dataclass(frozen=True, slots=True)
class OutgoingRecord:
    """A record that is to be written; without a value it is a tombstone."""

    topic: str
    key: str
    value: bytes | None
    headers: list[tuple[str, bytes]]


class Sender:
    """Writes records, confirmed and in their order, over any outage.

    While Kafka is away it tries again for `patience_s` seconds after the last success, and then raises StartupError. A
    second writing of the same records changes nothing: the topics keep the last record of a key.
    """

    def __init__(self, kafka: ProducerSource, patience_s: float = 120.0) -> None:
        self._kafka = kafka
        self._patience = patience_s
        self._stack = AsyncExitStack()
        self._producer: SendingProducer | None = None

    async def __aenter__(self) -> Self:
        self._producer = await self._stack.enter_async_context(self._kafka.producer())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def write(self, records: Sequence[OutgoingRecord]) -> list[WrittenRecord | None]:
        """Where each record is, on all in-sync copies; None for one that is too large for its topic."""
        written: list[WrittenRecord | None] = []
        since = time.monotonic()
        # Everything from the first failure on is sent again, so that the last record of a key stays the last.
        while len(written) < len(records):
            before = len(written)
            written += await self._write(records[before:])
            if len(written) > before:
                since = time.monotonic()
            if len(written) < len(records):
                await self.wait_for_kafka(since)
        return written

    async def put_aside(self, letters: Sequence[DeadLetter]) -> None:
        """Returns when all are in `dead_letters`."""
        await self.trying(lambda producer: DeadLetters(producer, "feed").put_all(letters))

    async def trying(self, act: Callable[[SendingProducer], Awaitable[T]]) -> T:
        """What the act returns, tried again over an outage."""
        since = time.monotonic()
        while True:
            try:
                return await act(await self._open())
            except KafkaError as error:
                self._check(error)
                await self._close()
                await self.wait_for_kafka(since)

    async def _write(self, records: Sequence[OutgoingRecord]) -> list[WrittenRecord | None]:
        """Where the records are, up to the first that was not taken."""
        waiting = []
        try:
            producer = await self._open()
            for record in records:
                key = record.key.encode()
                place = partition_of(record.topic, key)
                waiting.append(
                    await producer.send(record.topic, record.value, key=key, partition=place, headers=record.headers)
                )
        except KafkaError as error:
            self._check(error)
            await asyncio.gather(*waiting, return_exceptions=True)
            await self._close()
            return []
        written: list[WrittenRecord | None] = []
        for result in await asyncio.gather(*waiting, return_exceptions=True):
            if isinstance(result, MessageSizeTooLargeError):
                written.append(None)
            elif isinstance(result, KafkaError):
                self._check(result)
                await self._close()
                return written
            elif isinstance(result, BaseException):
                raise result
            else:
                written.append(result)
        return written

    async def _open(self) -> SendingProducer:
        if self._producer is None:
            # A producer that lost a batch has a gap in its sequence numbers: a new one begins anew.
            self._producer = await self._stack.enter_async_context(self._kafka.producer())
        return self._producer

    async def _close(self) -> None:
        self._producer = None
        try:
            await self._stack.aclose()
        except KafkaError as error:
            log.warning("producer not closed cleanly", error=str(error))
        self._stack = AsyncExitStack()

    async def wait_for_kafka(self, since: float) -> None:
        """Return when Kafka can be reached again. Raises StartupError when patience is over, counted from `since`."""
        while True:
            if time.monotonic() - since > self._patience:
                raise StartupError(
                    f"Kafka at {self._kafka.bootstrap} (YARMARKA_KAFKA__BOOTSTRAP) has not taken a row for "
                    f"{self._patience:.0f} s; look into its log, then feed the file again."
                )
            log.warning("waiting for Kafka")
            await asyncio.sleep(RETRY_S)
            try:
                await self._open()
                return
            except StartupError as error:
                log.warning("still waiting for Kafka", fault=str(error))

    def _check(self, error: KafkaError) -> None:
        if isinstance(error, DENIED):
            raise StartupError(
                f"Kafka at {self._kafka.bootstrap} does not let `{self._kafka.identity}` use a topic "
                f"({type(error).__name__}); `python -m pipeline topics` mends permissions."
            ) from None
