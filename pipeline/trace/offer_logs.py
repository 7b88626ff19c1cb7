"""Reading an offer's newest records out of both topics, and the run that sent it, in bounded time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain

from aiokafka import AIOKafkaConsumer, TopicPartition

from ops.errors import UnprocessableMessage
from ops.kafka import Kafka
from pipeline.contracts.decisions import noted
from pipeline.contracts.feeds import LINE_HEADER, RUN_HEADER, FeedRun, moment_of
from pipeline.contracts.messages import decode, parts_of_offer_id
from pipeline.contracts.topics import FEED_RUNS, FILTERED_PRODUCTS, PRODUCTS
from pipeline.kafka.newest_of_key import KeySearch, newest_of_key
from pipeline.kafka.partitioning import partition_of
from pipeline.kafka.read_to_end import POLL_MS, Record
from pipeline.trace.facts import LogRecord, Logs, Looked

MOST_RUNS = 2_000
"""Records of `feed_runs` that are read from a run's beginning on: it ends among them, or it is told as it began."""


class OfferLogs:
    """The topics by two identities: `logs` may read both of offers, `runs` those of feeds."""

    def __init__(self, logs: Kafka, runs: Kafka) -> None:
        self._logs = logs
        self._runs = runs

    async def look(
        self, offer_id: str, indexed: int | None, within_s: float, told: Callable[[float], None] = lambda _: None
    ) -> Logs:
        """What both topics say of the offer; `indexed` is the offset that the index has, which saves reading.

        Half of `within_s` for each topic at most, as long as Kafka answers: the caller's `asyncio.timeout` bounds the
        rest. Raises KafkaError and StartupError.
        """
        key = offer_id.encode()
        number = partition_of(PRODUCTS.name, key) or 0
        async with self._logs.consumer() as consumer:
            place = TopicPartition(FILTERED_PRODUCTS.name, number)
            found = await newest_of_key(
                consumer, place, key, known=indexed, within_s=within_s / 2, told=lambda share: told(share / 2)
            )
            filtered = _looked(found)
            note = filtered.record.note if filtered.record is not None else None
            sent = await newest_of_key(
                consumer,
                TopicPartition(PRODUCTS.name, number),
                key,
                known=note.offset if note is not None and note.offset >= 0 else None,
                within_s=within_s / 2,
                told=lambda share: told(0.5 + share / 2),
            )
        return Logs(_looked(sent), filtered)

    async def with_run(self, logs: Logs, offer_id: str) -> Logs:
        """The same with the run that sent the offer, if it is still kept. Raises KafkaError and StartupError."""
        record = logs.products.record
        began = _began(record.run) if record is not None else None
        if record is None or began is None:
            return logs
        key = f"{parts_of_offer_id(offer_id)[0]}/{record.run}".encode()
        async with self._runs.consumer() as consumer:
            return replace(logs, run=await _run(consumer, key, began))


async def _run(consumer: AIOKafkaConsumer, key: bytes, began: datetime) -> FeedRun | None:
    """The run as it was told of last, among what was told after it began."""
    place = TopicPartition(FEED_RUNS.name, 0)
    consumer.assign([place])
    # A clock of another host may be a little late.
    since = int((began - timedelta(seconds=5)).timestamp() * 1_000)
    first = (await consumer.offsets_for_times({place: since})).get(place)
    if first is None:
        return None
    consumer.seek(place, first.offset)
    end = min((await consumer.end_offsets([place]))[place], first.offset + MOST_RUNS)
    found: FeedRun | None = None
    while await consumer.position(place) < end:
        batches = await consumer.getmany(place, timeout_ms=POLL_MS)
        for record in chain.from_iterable(batches.values()):
            if record.key == key:
                found = _understood(record) or found
    return found


def _understood(record: Record) -> FeedRun | None:
    try:
        return decode(FeedRun, record.value)
    except UnprocessableMessage:
        return None


def _began(run: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(moment_of(run) / 1e6, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _looked(found: KeySearch) -> Looked:
    record = found.record
    if record is None:
        return Looked(None, found.share)
    headers = {name: value.decode("utf-8", "replace") for name, value in record.headers}
    at = datetime.fromtimestamp(record.timestamp / 1_000, UTC)
    read = LogRecord(
        record.partition,
        record.offset,
        at,
        record.value,
        headers.get(RUN_HEADER, ""),
        headers.get(LINE_HEADER, ""),
        noted(record.headers),
    )
    return Looked(read, found.share)
