"""Sending a feed to Kafka: pipelined, confirmed, in the order of the file, over any outage."""

import asyncio
import time
from base64 import b64encode
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    KafkaError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
)

from ops import logs, metrics
from ops.errors import StartupError
from ops.kafka import Kafka
from pipeline.contracts.messages import HEADERS, DeadLetter, encode
from pipeline.contracts.topics import PRODUCTS
from pipeline.feed.reader import Accepted, Outcome
from pipeline.feed.rows import Refusal, refuse
from pipeline.feed.summary import Summary
from pipeline.kafka.dead_letters import DeadLetters
from pipeline.kafka.partitioning import partition_of

log = logs.get_logger(__name__)
BATCH = 500
RETRY_S = 1.0
DENIED = (TopicAuthorizationFailedError, ClusterAuthorizationFailedError)


@dataclass(frozen=True, slots=True)
class _Sending:
    accepted: Accepted
    value: bytes


class Sender:
    """Sends outcomes of a feed: products to `products` (key: product_id), refusals to `dead_letters`.

    When `send` returns, everything it was given is on all in-sync copies. While Kafka is away it tries again for
    `patience_s` seconds after the last success, and then raises StartupError. A second sending of the same rows
    changes nothing: the topic keeps the last record of a key.
    """

    def __init__(self, kafka: Kafka, patience_s: float = 120.0) -> None:
        self._kafka = kafka
        self._patience = patience_s
        self._stack = AsyncExitStack()
        self._producer: AIOKafkaProducer | None = None

    async def __aenter__(self) -> Self:
        self._producer = await self._stack.enter_async_context(self._kafka.producer())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def send(self, name: str, outcomes: Iterable[Outcome], summary: Summary) -> None:
        """Send one batch of outcomes of the file `name`, and count them in `summary`."""
        rows: list[_Sending] = []
        for outcome in outcomes:
            if isinstance(outcome, Accepted):
                summary.accept(outcome.product.product_id)
                rows.append(_Sending(outcome, encode(outcome.product)))
            else:
                await self._put_aside(name, outcome, summary)
        # Everything from the first failure on is sent again, so that the last row of an id stays the last.
        since = time.monotonic()
        while rows:
            before = len(rows)
            rows = await self._send(name, rows, summary)
            if len(rows) < before:
                since = time.monotonic()
            if rows:
                await self._wait_for_kafka(since)

    async def _send(self, name: str, rows: list[_Sending], summary: Summary) -> list[_Sending]:
        try:
            producer = await self._open()
            waiting = []
            for row in rows:
                key = row.accepted.product.product_id.encode()
                place = partition_of(PRODUCTS.name, key)
                waiting.append(await producer.send(PRODUCTS.name, row.value, key=key, partition=place, headers=HEADERS))
        except KafkaError as error:
            self._check(error)
            return rows
        results = await asyncio.gather(*waiting, return_exceptions=True)
        for number, result in enumerate(results):
            if isinstance(result, MessageSizeTooLargeError):
                await self._put_aside(name, refuse(rows[number].accepted.row, "the product is too large"), summary)
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

    async def _put_aside(self, name: str, refusal: Refusal, summary: Summary) -> None:
        dead_letter = dead_letter_of(name, refusal)
        since = time.monotonic()
        while True:
            try:
                await DeadLetters(await self._open(), "feed").put(dead_letter)
                break
            except KafkaError as error:
                self._check(error)
                await self._close()
                await self._wait_for_kafka(since)
        summary.refuse(refusal)
        metrics.FEED_ROWS.labels("refused").inc()

    async def _open(self) -> AIOKafkaProducer:
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


def dead_letter_of(name: str, refusal: Refusal) -> DeadLetter:
    """The dead letter of a refused row. It has no topic: the cure is to correct the row and feed the file again."""
    reason = "too_large" if "longer than" in refusal.reason or "too large" in refusal.reason else "refused_row"
    return DeadLetter(
        source=f"feed:{name}:{refusal.line}:{refusal.offset}",
        topic="",
        value=b64encode(refusal.raw).decode(),
        reason=reason,
        detail=refusal.reason,
        service="feed",
    )
