"""A live view of a compacted topic: the one way in which services know the state.

It is loaded to the end offset before it is entered, then followed in the background. Kafka may go away
and come back; until then the view stays as it was.
"""

from collections.abc import Awaitable, Callable, ItemsView
from datetime import UTC, datetime
from types import TracebackType
from typing import Generic, Self, TypeVar

from pydantic import BaseModel

from ops import logs, metrics
from ops.errors import UnprocessableMessage
from ops.kafka import Kafka
from pipeline.contracts.messages import decode
from pipeline.contracts.topics import Topic
from pipeline.kafka.log_position import LogNote
from pipeline.kafka.read_to_end import Record
from pipeline.kafka.topic_follower import RecordBatch, TopicFollower

log = logs.get_logger(__name__)
M = TypeVar("M", bound=BaseModel)

# Called after the view has changed: key, value before, value now (None: not there).
Listener = Callable[[str, M | None, M | None], Awaitable[None]]


class LiveView(Generic[M]):
    """key → latest message of a compacted topic, as of `offset`.

    `async with LiveView(kafka, BANS, Ban) as view:` returns when everything that was in the topic at
    that moment is in the view. Keys with a prefix only: give `prefix`. A record that cannot be decoded
    is logged and counted, and the key keeps its former value. The gauges name the view as `name` says; without
    one, by its topic and prefix.

    When the topic was made anew or has lost its end, it is read again: the view is then what the topic is, and who
    subscribed is told of the difference.
    """

    def __init__(self, kafka: Kafka, topic: Topic, model: type[M], *, prefix: str = "", name: str = "") -> None:
        self._topic = topic
        self._model = model
        self._prefix = prefix
        self._name = name or ":".join(filter(None, (topic.name, prefix.rstrip(":"))))
        self._entries: dict[str, M] = {}
        self._changed_at: dict[str, int] = {}
        self._untold: list[tuple[str, M | None, M | None]] = []
        self._listeners: list[Listener[M]] = []
        self._seen_again: set[str] = set()
        self._reloaded_at: datetime | None = None
        self._follower = TopicFollower(kafka, topic, self._apply, self._after, on_reloaded=self._reloaded)

    async def __aenter__(self) -> Self:
        await self._follower.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._follower.__aexit__(kind, error, trace)

    def get(self, key: str) -> M | None:
        return self._entries.get(key)

    def items(self) -> ItemsView[str, M]:
        """All entries; do not keep the view over an await."""
        return self._entries.items()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    @property
    def offset(self) -> int:
        """The next offset to be read, summed over the partitions: it grows with every record."""
        return self._follower.offset

    @property
    def reloaded_at(self) -> datetime | None:
        """When the topic was last found to be another log, so that offsets from before mean nothing; None: never."""
        return self._reloaded_at

    def note(self) -> LogNote | None:
        """Which log `offset` is of, for topics of one partition."""
        return self._follower.note(0)

    def changed_since(self, offset: int) -> frozenset[str]:
        """Keys written or deleted at or after `offset`; meant for topics of one partition."""
        return frozenset(key for key, at in self._changed_at.items() if at >= offset)

    def subscribe(self, listener: Listener[M]) -> None:
        """Have `listener` awaited after each change, in order; not for what was loaded before."""
        self._listeners.append(listener)

    async def moved(self, offset: int) -> int:
        """Wait until the view is beyond `offset`, or its log has moved; returns the offset it is at then."""
        return await self._follower.moved(offset)

    async def reached(self, partition: int, offset: int) -> None:
        """Wait until the record at this partition and offset is in the view: read what you have just written.

        Raises KafkaTimeoutError when that takes longer than a moment: it is written, and will be there later.
        """
        await self._follower.reached(partition, offset)

    async def caught_up(self) -> None:
        """Wait until everything that is in the topic at this moment is in the view, whoever wrote it.

        Raises KafkaError; KafkaTimeoutError when that takes longer than a moment.
        """
        await self._follower.caught_up()

    def _apply(self, record: Record) -> None:
        key = (record.key or b"").decode("utf-8", "replace")
        if not key.startswith(self._prefix):
            return
        before = self._entries.get(key)
        if record.value is None:
            self._entries.pop(key, None)
            after = None
        else:
            try:
                after = self._entries[key] = decode(self._model, record.value)
            except UnprocessableMessage as error:
                metrics.DEAD_LETTERS.labels(self._topic.name, "undecodable_state").inc()
                log.error("state not understood, the former value stays", topic=record.topic, key=key,
                          partition=record.partition, offset=record.offset, fault=str(error))  # fmt: skip
                return
        self._changed_at[key] = record.offset
        self._untold.append((key, before, after))

    async def _after(self, batch: RecordBatch) -> None:
        metrics.LIVE_VIEW_ENTRIES.labels(self._name).set(len(self._entries))
        metrics.LIVE_VIEW_OFFSET.labels(self._name).set(self._follower.offset)
        changes, self._untold = self._untold, []
        if batch.again:
            self._seen_again.update((record.key or b"").decode("utf-8", "replace") for record in batch.records)
            changes = [change for change in changes if change[1] != change[2]]
        if batch.loading:
            return
        for change in changes:
            await self._tell(*change)

    async def _reloaded(self) -> None:
        gone = self._entries.keys() - self._seen_again
        self._seen_again.clear()
        self._reloaded_at = datetime.now(UTC)
        for key in sorted(gone):
            before = self._entries.pop(key)
            self._changed_at.pop(key, None)
            await self._tell(key, before, None)
        metrics.LIVE_VIEW_ENTRIES.labels(self._name).set(len(self._entries))

    async def _tell(self, key: str, before: M | None, after: M | None) -> None:
        for listener in self._listeners:
            try:
                await listener(key, before, after)
            except Exception:
                # A listener's fault must not stop the view, on which everything else depends.
                log.exception("listener of a live view failed", topic=self._topic.name, key=key)
