"""The lists of the topic `recommendations`, which the job publishes: by person, and by product."""

import contextlib
from collections.abc import AsyncIterator
from typing import Protocol

from bot.state.disk.entries import DiskEntries
from bot.state.disk.files import StateFiles
from bot.ui.locale import Html, Texts
from ops import metrics
from pipeline.contracts.messages import HEADERS, Recommendations
from pipeline.contracts.topics import RECOMMENDATIONS
from pipeline.kafka.confirming_producer import ConfirmingProducer
from pipeline.kafka.read_to_end import Record
from pipeline.kafka.topic_follower import RecordBatch

# Longer nobody has to wait for the bot: of what is not read by then, people are recommended what is alike and popular.
PATIENCE_S = 6.0


class Published(Protocol):
    """Lists by pseudonym, by `item:<offer_id>`, and the one named `popular`."""

    def get(self, key: str) -> Recommendations | None: ...

    async def drop(self, key: str) -> None:
        """Delete a list; durable when it returns. Raises KafkaError."""


class KafkaPublished:
    """`Published` from the topic, on disk: of millions of products and people a thousand are in memory."""

    def __init__(self, files: StateFiles, producer: ConfirmingProducer) -> None:
        """Raises StartupError."""
        self._view = files.view(RECOMMENDATIONS, self._take, on_batch=self._measure, on_gone=self._gone)
        self._lists = DiskEntries(self._view, Recommendations)
        self._producer = producer

    @contextlib.asynccontextmanager
    async def followed(self, patience_s: float | None = PATIENCE_S) -> "AsyncIterator[KafkaPublished]":
        """The lists as they are now, or after `patience_s` as far as they are known. Raises StartupError."""
        async with self._view.followed(patience_s):
            yield self

    def get(self, key: str) -> Recommendations | None:
        return self._lists.get(key)

    async def drop(self, key: str) -> None:
        if self._view.has(key.encode()):
            await self._producer.send_and_wait(RECOMMENDATIONS.name, None, key=key.encode(), headers=HEADERS)

    def _take(self, record: Record) -> None:
        key = record.key or b""
        self._view.put(key, record.value)
        self._lists.changed(key.decode("utf-8", "replace"))

    def _gone(self, key: bytes) -> None:
        self._lists.changed(key.decode("utf-8", "replace"))

    async def _measure(self, _: RecordBatch) -> None:
        metrics.LIVE_VIEW_OFFSET.labels(RECOMMENDATIONS.name).set(self._view.offset)


class RecommendedToPerson:
    """What was published for one person, as `/privacy` counts it and "forget me" deletes it."""

    def __init__(self, published: Published) -> None:
        self._published = published

    async def count(self, person: str) -> int | None:
        found = self._published.get(person)
        return len(found.items) if found is not None else 0

    def words(self, count: int | None, texts: Texts) -> Html:
        return texts.html_n("• {n} product recommended to you", "• {n} products recommended to you", count or 0)

    async def forget(self, person: str) -> None:
        await self._published.drop(person)
