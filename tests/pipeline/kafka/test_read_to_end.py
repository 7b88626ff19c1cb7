"""Reading a topic to its end, against the real broker."""

import asyncio
from collections.abc import Iterable

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import PolicyViolationError

from ops.errors import StartupError
from ops.kafka import Kafka
from pipeline.contracts.topics import Topic
from pipeline.kafka.read_to_end import Record, partitions_of, read_to_end
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(60)]


async def send(producer: AIOKafkaProducer, topic: Topic, values: Iterable[int], partition: int = 0) -> None:
    for value in values:
        await producer.send_and_wait(topic.name, str(value).encode(), key=b"key", partition=partition)


def values(lists: Iterable[list[Record]], partition: int = 0) -> list[int]:
    return [int(record.value) for records in lists for record in records if record.partition == partition]


async def read(
    consumer: AIOKafkaConsumer,
    topic: Topic,
    start: dict[TopicPartition, int] | None = None,
    at_once: int | None = None,
) -> list[list[Record]]:
    partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
    async with asyncio.timeout(20):
        return [records async for records in read_to_end(consumer, partitions, start=start, at_once=at_once)]


async def test_an_empty_topic_ends_at_once(kafka: Kafka, topic: Topic) -> None:
    async with kafka.consumer() as consumer:
        assert await read(consumer, topic) == []


async def test_everything_each_partition_in_order_and_so_many_at_once(kafka: Kafka, topic: Topic) -> None:
    async with kafka.producer() as producer:
        await send(producer, topic, range(20))
        await send(producer, topic, range(100, 105), partition=2)
    async with kafka.consumer() as consumer:
        lists = await read(consumer, topic, at_once=7)
    assert values(lists) == list(range(20))
    assert values(lists, 2) == list(range(100, 105))
    assert values(lists, 1) == []
    assert all(0 < len(records) <= 7 for records in lists)


async def test_from_a_position_and_the_others_from_their_beginning(kafka: Kafka, topic: Topic) -> None:
    async with kafka.producer() as producer:
        await send(producer, topic, range(10))
        await send(producer, topic, range(3), partition=1)
    async with kafka.consumer() as consumer:
        lists = await read(consumer, topic, start={TopicPartition(topic.name, 0): 8})
        assert (values(lists), values(lists, 1)) == ([8, 9], [0, 1, 2])
        ends = {TopicPartition(topic.name, number): end for number, end in enumerate((10, 3, 0))}
        assert await read(consumer, topic, start=ends) == []


async def test_a_position_that_retention_has_overtaken(kafka: Kafka, topic: Topic) -> None:
    place = TopicPartition(topic.name, 0)
    async with kafka.producer() as producer:
        await send(producer, topic, range(5))
    async with kafka.admin() as admin, kafka.consumer() as consumer:
        await admin.alter_configs([_deleting(topic)])
        await until(lambda: _deleted(admin, place, 3), "the topic is deleted from")
        assert values(await read(consumer, topic, start={place: 1})) == [3, 4]
        assert await _deleted(admin, place, 5)
        assert await read(consumer, topic) == []


async def test_the_last_offsets_are_marks_of_transactions(kafka: Kafka, topic: Topic, unique: str) -> None:
    async with kafka.producer(transactional_id=unique) as producer:
        async with producer.transaction():
            await send(producer, topic, range(3))
        await producer.begin_transaction()
        await send(producer, topic, range(3, 6))
        await producer.abort_transaction()
    async with kafka.consumer() as consumer:
        assert values(await read(consumer, topic)) == [0, 1, 2]
        # Six records and the mark of each transaction.
        assert await consumer.position(TopicPartition(topic.name, 0)) == 8


async def test_an_open_transaction_is_not_waited_for(kafka: Kafka, topic: Topic, unique: str) -> None:
    async with kafka.producer(transactional_id=unique) as producer, kafka.consumer() as consumer:
        async with producer.transaction():
            await send(producer, topic, range(2))
        await producer.begin_transaction()
        await send(producer, topic, range(2, 4))
        assert values(await read(consumer, topic)) == [0, 1]
        await producer.abort_transaction()


async def test_who_goes_on_misses_nothing_and_sees_nothing_twice(kafka: Kafka, topic: Topic) -> None:
    partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
    async with kafka.producer() as producer, kafka.consumer() as consumer:
        await send(producer, topic, range(10))
        lists = []
        async with asyncio.timeout(20):
            async for records in read_to_end(consumer, partitions, at_once=3):
                lists.append(records)
                if len(lists) == 1:
                    await send(producer, topic, range(10, 20))
            while len(values(lists)) < 20:
                lists += (await consumer.getmany(timeout_ms=200)).values()
    assert values(lists) == list(range(20))


async def test_partitions_as_the_broker_knows_them(kafka: Kafka, topic: Topic) -> None:
    async with kafka.consumer() as consumer:
        found = await partitions_of(kafka, consumer, topic.name)
    assert found == [TopicPartition(topic.name, number) for number in range(3)]


async def test_no_such_topic_is_one_sentence(kafka: Kafka, unique: str) -> None:
    async with kafka.consumer() as consumer:
        with pytest.raises(StartupError, match=f"has no topic {unique}, or `admin` may not read it"):
            await partitions_of(kafka, consumer, unique)


def _deleting(topic: Topic) -> ConfigResource:
    return ConfigResource(ConfigResourceType.TOPIC, topic.name, {"cleanup.policy": "delete"})


async def _deleted(admin: AIOKafkaAdminClient, place: TopicPartition, before: int) -> bool:
    """False while the broker has not yet seen that the topic is no longer compacted."""
    try:
        await admin.delete_records({place: RecordsToDelete(before_offset=before)})
    except PolicyViolationError:
        return False
    return True
