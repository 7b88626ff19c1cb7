"""Following a topic, against the real broker."""

import asyncio
from collections.abc import Callable, Iterable

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import NewPartitions, NewTopic
from aiokafka.structs import RecordMetadata

from ops import metrics
from ops.errors import StartupError
from ops.kafka import Kafka
from pipeline.contracts.topics import Cleanup, Topic
from pipeline.kafka.read_to_end import Record
from pipeline.kafka.topic_follower import RecordBatch, TopicFollower

pytestmark = [pytest.mark.system, pytest.mark.timeout(60)]


class Taken:
    """What a follower handed out, in its order."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def take(self, record: Record) -> None:
        self.events.append((record.value or b"tombstone").decode())

    async def after(self, batch: RecordBatch) -> None:
        values = ",".join((record.value or b"tombstone").decode() for record in batch.records)
        self.events.append(f"{'loaded' if batch.loading else 'followed'} {values}")

    @property
    def records(self) -> list[str]:
        return [event for event in self.events if " " not in event]


async def send(
    producer: AIOKafkaProducer, topic: Topic, values: Iterable[object], partition: int = 0
) -> RecordMetadata:
    """Send a value after the other; where the last of them is."""
    sent = None
    for value in values:
        encoded = None if value is None else str(value).encode()
        sent = await producer.send_and_wait(topic.name, encoded, key=b"key", partition=partition)
    assert sent is not None
    return sent


async def test_entered_when_everything_is_loaded_then_it_follows(kafka: Kafka, topic: Topic) -> None:
    taken = Taken()
    async with kafka.producer() as producer:
        await send(producer, topic, ["a", "b"])
        async with TopicFollower(kafka, topic, taken.take, taken.after) as follower:
            assert taken.events == ["a", "b", "loaded a,b"]
            assert follower.offset == 2
            sent = await send(producer, topic, [None])
            await follower.reached(sent.partition, sent.offset)
            await until(lambda: taken.events[3:] == ["tombstone", "followed tombstone"])
            assert follower.offset == 3
        await send(producer, topic, ["after it was left"])
    assert taken.records == ["a", "b", "tombstone"]


async def test_an_empty_topic_is_loaded_at_once(kafka: Kafka, topic: Topic) -> None:
    taken = Taken()
    async with TopicFollower(kafka, topic, taken.take, taken.after) as follower:
        assert (follower.offset, taken.events) == (0, [])


async def test_the_last_records_of_each_partition(kafka: Kafka, topic: Topic) -> None:
    taken = Taken()
    async with kafka.producer() as producer:
        await send(producer, topic, range(10))
        await send(producer, topic, range(20, 22), partition=1)
        async with TopicFollower(kafka, topic, taken.take, last=3) as follower:
            assert sorted(taken.records) == ["20", "21", "7", "8", "9"]
            assert follower.offset == 12
            sent = await send(producer, topic, ["new"], partition=2)
            await follower.reached(sent.partition, sent.offset)
            assert taken.records[-1] == "new"


async def test_moved_and_reached_wait_for_what_is_not_there_yet(kafka: Kafka, topic: Topic) -> None:
    taken = Taken()
    async with kafka.producer() as producer, TopicFollower(kafka, topic, taken.take) as follower:
        moved = asyncio.create_task(follower.moved(0))
        reached = asyncio.create_task(follower.reached(1, 1))
        sent = await send(producer, topic, ["a"], partition=1)
        assert await moved == 1
        await follower.reached(sent.partition, sent.offset)
        assert not reached.done()
        await send(producer, topic, ["b"], partition=1)
        await reached
        assert taken.records == ["a", "b"]


async def test_a_fault_of_a_callback_stops_nothing_that_follows(kafka: Kafka, topic: Topic) -> None:
    taken = Taken()

    def take(record: Record) -> None:
        taken.take(record)
        if record.value == b"bad":
            raise ValueError("cannot take it")

    async def after(batch: RecordBatch) -> None:
        await taken.after(batch)
        raise ValueError("cannot do it")

    async with kafka.producer() as producer, TopicFollower(kafka, topic, take, after) as follower:
        for value in ("bad", "good", "bad", "good"):
            sent = await send(producer, topic, [value])
            await follower.reached(sent.partition, sent.offset)
    assert taken.records == ["bad", "good", "bad", "good"]


async def test_a_topic_that_was_made_anew_is_read_again_and_told(kafka: Kafka, topic: Topic) -> None:
    taken, reloaded = Taken(), asyncio.Event()

    async def again() -> None:
        reloaded.set()

    async with kafka.producer() as producer:
        await send(producer, topic, range(5))
        async with TopicFollower(kafka, topic, taken.take, on_reloaded=again) as follower:
            await make_again(kafka, topic)
            async with kafka.producer() as another:
                await send(another, topic, ["new"])
                await asyncio.wait_for(reloaded.wait(), 20)
                assert (follower.offset, taken.records[-1]) == (1, "new")
                sent = await send(another, topic, ["newer"])
                await asyncio.wait_for(follower.reached(sent.partition, sent.offset), 20)
    labels = {"reader": "admin", "topic": topic.name, "finding": "other_topic"}
    assert metrics.REGISTRY.get_sample_value("yarmarka_log_difference_timestamp_seconds", labels)


async def test_partitions_that_are_added_are_followed(kafka: Kafka, topic: Topic) -> None:
    taken = Taken()
    async with kafka.producer() as producer, kafka.admin() as admin:
        await send(producer, topic, ["old"])
        async with TopicFollower(kafka, topic, taken.take):
            await admin.create_partitions({topic.name: NewPartitions(total_count=5)})
            async with kafka.producer() as another:
                await send(another, topic, ["added"], partition=4)
            await until(lambda: taken.records == ["old", "added"])


async def test_a_fault_while_loading_is_a_fault_of_the_start(kafka: Kafka, topic: Topic) -> None:
    def take(record: Record) -> None:
        raise ValueError("cannot take it")

    async with kafka.producer() as producer:
        await send(producer, topic, ["a"])
    with pytest.raises(ValueError, match="cannot take it"):
        async with TopicFollower(kafka, topic, take):
            pass


async def test_no_such_topic_is_one_sentence(kafka: Kafka, unique: str) -> None:
    nowhere = Topic(unique, 1, Cleanup.COMPACT, frozenset(), frozenset())
    with pytest.raises(StartupError, match=f"has no topic {unique}"):
        async with TopicFollower(kafka, nowhere, lambda record: None):
            pass


async def make_again(kafka: Kafka, topic: Topic) -> None:
    """Delete the topic and create it, as somebody does who wants to be rid of its records."""
    async with kafka.admin() as admin:
        await admin.delete_topics([topic.name])
        async with asyncio.timeout(20):
            while True:
                answer = await admin.create_topics([NewTopic(topic.name, topic.partitions, 1)])
                if not any(code for _, code, _ in answer.topic_errors):
                    return
                await asyncio.sleep(0.2)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.02)
