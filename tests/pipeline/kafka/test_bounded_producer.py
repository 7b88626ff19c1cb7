"""Writes are confirmed within seconds or refused, and what is in doubt is the probe that tells when Kafka is back."""

import asyncio
from time import perf_counter

import pytest
from aiokafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError, MessageSizeTooLargeError

from pipeline.kafka.bounded_producer import BoundedProducer
from tests.bot.world.away import Written
from tests.waiting import until

WITHIN_S = 0.1


class Broker:
    """Confirms at once, never, or when it is back."""

    def __init__(self) -> None:
        self.there = asyncio.Event()
        self.there.set()
        self.error: KafkaError | None = None
        self.given: list[bytes] = []
        self.taken: list[bytes] = []

    async def send_and_wait(
        self, topic: str, value: bytes | None, key: bytes, *, headers: list[tuple[str, bytes]]
    ) -> Written:
        self.given.append(key)
        await self.there.wait()
        if self.error is not None:
            raise self.error
        self.taken.append(key)
        return Written(0, len(self.taken) - 1)


@pytest.fixture
def broker() -> Broker:
    return Broker()


async def write(producer: BoundedProducer, key: bytes) -> str:
    """How it ended."""
    try:
        await producer.send_and_wait("topic", b"value", key, headers=[])
    except KafkaError as error:
        return type(error).__name__
    return "written"


async def test_a_write_returns_where_it_is(broker: Broker) -> None:
    producer = BoundedProducer(broker, WITHIN_S)
    assert (await producer.send_and_wait("topic", b"1", b"a", headers=[])).offset == 0
    assert not producer.away


async def test_a_kafka_that_never_answers_is_given_up_in_time_and_then_refused_at_once(broker: Broker) -> None:
    producer = BoundedProducer(broker, WITHIN_S)
    broker.there.clear()
    begun = perf_counter()
    assert await write(producer, b"a") == KafkaTimeoutError.__name__
    assert WITHIN_S <= perf_counter() - begun < 5 * WITHIN_S
    assert producer.away
    begun = perf_counter()
    for _ in range(1_000):
        assert await write(producer, b"b") == KafkaConnectionError.__name__
    assert perf_counter() - begun < 5 * WITHIN_S
    # What was refused is not handed on: it can never land later.
    assert broker.given == [b"a"]


async def test_what_was_in_doubt_lands_in_order_and_ends_it(broker: Broker) -> None:
    producer = BoundedProducer(broker, WITHIN_S)
    broker.there.clear()
    ended = await asyncio.gather(*(write(producer, key) for key in (b"a", b"b", b"c")))
    assert set(ended) == {KafkaTimeoutError.__name__}
    broker.there.set()
    await until(lambda: not producer.away, "Kafka counts as back")
    assert await write(producer, b"d") == "written"
    assert broker.taken == [b"a", b"b", b"c", b"d"]
    assert not producer.away


async def test_when_all_that_was_in_doubt_has_failed_the_next_write_tries(broker: Broker) -> None:
    producer = BoundedProducer(broker, WITHIN_S)
    broker.there.clear()
    await write(producer, b"a")
    broker.error = KafkaTimeoutError()
    broker.there.set()
    await until(lambda: not producer.away, "nothing is in doubt any more")
    broker.error = None
    assert await write(producer, b"b") == "written"


async def test_a_write_that_kafka_refuses_for_itself_says_nothing_of_the_others(broker: Broker) -> None:
    producer = BoundedProducer(broker, WITHIN_S)
    broker.error = MessageSizeTooLargeError()
    assert await write(producer, b"a") == MessageSizeTooLargeError.__name__
    assert not producer.away


async def test_one_that_is_cancelled_while_it_waits_leaves_no_error_behind(broker: Broker) -> None:
    producer = BoundedProducer(broker, WITHIN_S)
    broker.there.clear()
    waiting = asyncio.create_task(write(producer, b"a"))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    broker.there.set()
    assert await write(producer, b"b") == "written"
    assert broker.taken == [b"a", b"b"]
