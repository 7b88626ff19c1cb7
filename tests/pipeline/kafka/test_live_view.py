"""The typed view of a compacted topic, against the real broker."""

import asyncio
from collections.abc import Callable

import pytest
from aiokafka import AIOKafkaProducer

from ops import metrics
from ops.kafka import Kafka
from pipeline.contracts.messages import Ban, encode
from pipeline.contracts.topics import Topic
from pipeline.kafka.live_view import LiveView
from tests.pipeline.kafka.test_topic_follower import make_again

pytestmark = [pytest.mark.system, pytest.mark.timeout(60)]


async def put(producer: AIOKafkaProducer, topic: Topic, key: str, reason: str | None) -> tuple[int, int]:
    """Write a ban of that reason, or lift it; where it is."""
    value = None if reason is None else encode(Ban(rule=key, reason=reason))
    sent = await producer.send_and_wait(topic.name, value, key=key.encode(), partition=0)
    return sent.partition, sent.offset


def reasons(view: LiveView[Ban]) -> dict[str, str]:
    return {key: ban.reason for key, ban in view.items()}


async def test_the_latest_of_each_key_before_and_after(kafka: Kafka, topic: Topic) -> None:
    async with kafka.producer() as producer:
        await put(producer, topic, "product:1", "first")
        await put(producer, topic, "product:1", "second")
        await put(producer, topic, "product:2", "gone soon")
        await put(producer, topic, "product:2", None)
        async with LiveView(kafka, topic, Ban) as view:
            assert reasons(view) == {"product:1": "second"}
            assert (len(view), "product:1" in view, "product:2" in view, view.offset) == (1, True, False, 4)
            await view.reached(*await put(producer, topic, "product:3", "third"))
            assert reasons(view) == {"product:1": "second", "product:3": "third"}
            assert view.changed_since(4) == {"product:3"}
            assert view.changed_since(2) == {"product:2", "product:3"}


async def test_listeners_hear_of_changes_in_order_but_not_of_what_was_loaded(kafka: Kafka, topic: Topic) -> None:
    heard: list[tuple[str, str | None, str | None]] = []

    async def listener(key: str, before: Ban | None, after: Ban | None) -> None:
        heard.append((key, before.reason if before else None, after.reason if after else None))
        if after is not None and after.reason == "second":
            raise ValueError("a listener's fault")

    async with kafka.producer() as producer:
        await put(producer, topic, "product:1", "first")
        async with LiveView(kafka, topic, Ban) as view:
            view.subscribe(listener)
            await put(producer, topic, "product:1", "second")
            await put(producer, topic, "product:1", None)
            await until(lambda: len(heard) == 2)
    assert heard == [("product:1", "first", "second"), ("product:1", "second", None)]


async def test_a_topic_that_was_made_anew_is_what_the_view_is(kafka: Kafka, topic: Topic) -> None:
    heard: list[tuple[str, str | None, str | None]] = []

    async def listener(key: str, before: Ban | None, after: Ban | None) -> None:
        heard.append((key, before.reason if before else None, after.reason if after else None))

    async with kafka.producer() as producer:
        await put(producer, topic, "product:1", "stays")
        await put(producer, topic, "product:2", "is lost")
        await put(producer, topic, "product:3", "was otherwise")
    async with LiveView(kafka, topic, Ban) as view:
        view.subscribe(listener)
        assert view.reloaded_at is None
        await make_again(kafka, topic)
        async with kafka.producer() as producer:
            await put(producer, topic, "product:1", "stays")
            await put(producer, topic, "product:3", "is other now")
        await until(lambda: reasons(view) == {"product:1": "stays", "product:3": "is other now"})
        await until(lambda: view.reloaded_at is not None)
    assert heard[-1] == ("product:2", "is lost", None)
    assert ("product:3", "was otherwise", "is other now") in heard


async def test_what_cannot_be_decoded_leaves_the_former_value(kafka: Kafka, topic: Topic) -> None:
    async with kafka.producer() as producer, LiveView(kafka, topic, Ban) as view:
        await put(producer, topic, "product:1", "first")
        sent = await producer.send_and_wait(topic.name, b"{", key=b"product:1", partition=0)
        await view.reached(sent.partition, sent.offset)
        assert reasons(view) == {"product:1": "first"}
    counted = metrics.REGISTRY.get_sample_value(
        "yarmarka_dead_letters_total", {"topic": topic.name, "reason": "undecodable_state"}
    )
    assert counted == 1


async def test_views_of_one_topic_have_gauges_of_their_own(kafka: Kafka, topic: Topic) -> None:
    async with kafka.producer() as producer:
        for key in ("seller:1", "seller:2", "brand:1"):
            await put(producer, topic, key, "why")
    async with (
        LiveView(kafka, topic, Ban),
        LiveView(kafka, topic, Ban, prefix="seller:") as sellers,
        LiveView(kafka, topic, Ban, prefix="brand:", name=f"brands of {topic.name}"),
    ):
        assert set(reasons(sellers)) == {"seller:1", "seller:2"}
    names = (topic.name, f"{topic.name}:seller", f"brands of {topic.name}")
    assert [_gauge("entries", name) for name in names] == [3, 2, 1]
    assert [_gauge("offset", name) for name in names] == [3, 3, 3]


def _gauge(kind: str, view: str) -> float | None:
    return metrics.REGISTRY.get_sample_value(f"yarmarka_live_view_{kind}", {"view": view})


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.02)
