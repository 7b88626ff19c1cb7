"""Sending a feed to Kafka: pipelined, confirmed, in the order of the file, over any outage."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from types import TracebackType
from typing import Protocol, Self

from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    KafkaError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
)

from ops import logs, metrics
from ops.errors import StartupError
from pipeline.contracts.messages import HEADERS, DeadLetter
from pipeline.contracts.topics import PRODUCTS
from pipeline.feed.refused_rows import file_letter, letters_of
from pipeline.feed.rows import Refusal, refuse
from pipeline.feed.slices import ReadyOutcome, ReadyRow
from pipeline.feed.summary import Summary
from pipeline.kafka.confirming_producer import ConfirmingProducer, WrittenRecord
from pipeline.kafka.dead_letters import DeadLetters
from pipeline.kafka.partitioning import partition_of

log = logs.get_logger(__name__)
RETRY_S = 1.0
Wanted = Callable[[ReadyRow], bool]
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


class Sender:
    """Sends outcomes of feeds: products to `products` (key: the offer id), refusals to `dead_letters`.

    Many files may use it at once: they take turns, one slice each in the order in which they ask. When `send` returns,
    everything it was given is on all in-sync copies. While Kafka is away it tries again for `patience_s` seconds after
    the last success, and then raises StartupError. A second sending of the same rows changes nothing: the topic keeps
    the last record of a key.
    """

    def __init__(self, kafka: ProducerSource, patience_s: float = 120.0, most_letters: int = 1_000) -> None:
        self._kafka = kafka
        self._patience = patience_s
        self._most_letters = most_letters
        self._stack = AsyncExitStack()
        self._producer: SendingProducer | None = None
        # asyncio's lock is given in the order in which it was asked for: that makes the turns fair.
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        self._producer = await self._stack.enter_async_context(self._kafka.producer())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def send(
        self, name: str, outcomes: Iterable[ReadyOutcome], summary: Summary, wanted: Wanted = lambda row: True
    ) -> None:
        """Send one slice of the file `name`, and count it in `summary`.

        Of its refused rows, the first `most_letters` are put aside one by one; all are counted. Rows that are not
        `wanted` when the file's turn has come are passed over.
        """
        async with self._turn:
            rows: list[ReadyRow] = []
            refusals: list[Refusal] = []
            for outcome in outcomes:
                if not isinstance(outcome, ReadyRow):
                    refusals.append(outcome)
                elif wanted(outcome):
                    summary.accept(outcome.key)
                    rows.append(outcome)
                else:
                    summary.superseded += 1
            await self._refuse(name, refusals, summary)
            # Everything from the first failure on is sent again, so that the last row of an id stays the last.
            since = time.monotonic()
            while rows:
                before = len(rows)
                rows = await self._send(name, rows, summary)
                if len(rows) < before:
                    since = time.monotonic()
                if rows:
                    await self._wait_for_kafka(since)

    async def finish(self, name: str, summary: Summary) -> None:
        """After a file's last slice: one letter for all its refused rows when not each of them has its own."""
        if summary.refused > summary.put_aside:
            async with self._turn:
                await self._put_aside([file_letter(name, summary)])

    async def _send(self, name: str, rows: list[ReadyRow], summary: Summary) -> list[ReadyRow]:
        try:
            producer = await self._open()
            waiting = []
            for row in rows:
                key = row.key.encode()
                place = partition_of(PRODUCTS.name, key)
                waiting.append(await producer.send(PRODUCTS.name, row.value, key=key, partition=place, headers=HEADERS))
        except KafkaError as error:
            self._check(error)
            await self._close()
            return rows
        results = await asyncio.gather(*waiting, return_exceptions=True)
        for number, result in enumerate(results):
            if isinstance(result, MessageSizeTooLargeError):
                await self._refuse(name, [refuse(rows[number].row, "the product is too large")], summary)
            elif isinstance(result, KafkaError):
                self._check(result)
                await self._close()
                return rows[number:]
            elif isinstance(result, BaseException):
                raise result
            else:
                summary.sent += 1
                metrics.FEED_ROWS.labels("sent").inc()
        return []

    async def _refuse(self, name: str, refusals: Sequence[Refusal], summary: Summary) -> None:
        letters = letters_of(name, refusals, self._most_letters - summary.put_aside)
        await self._put_aside(letters)
        summary.put_aside += len(letters)
        for refusal in refusals:
            summary.refuse(refusal)
        metrics.FEED_ROWS.labels("refused").inc(len(refusals))

    async def _put_aside(self, letters: Sequence[DeadLetter]) -> None:
        since = time.monotonic()
        while letters:
            try:
                await DeadLetters(await self._open(), "feed").put_all(letters)
                return
            except KafkaError as error:
                self._check(error)
                await self._close()
                await self._wait_for_kafka(since)

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

    async def _wait_for_kafka(self, since: float) -> None:
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
                f"Kafka at {self._kafka.bootstrap} does not let `{self._kafka.identity}` write "
                f"({type(error).__name__}); `python -m pipeline topics` mends permissions."
            ) from None
