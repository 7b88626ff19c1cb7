"""Topics that are not as the lake had read them, against a real Kafka, with the tables in a directory."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest
import pytest_asyncio
from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete

from analytics.jobs import streams
from analytics.jobs.current_catalogue import renew_catalogue
from analytics.jobs.job import JobContext
from analytics.jobs.streams import Intake, Resuming, Stream, intake
from analytics.lake import witness
from analytics.lake.faults import LakeFault
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.jobs import LAKE_TABLE
from pipeline.contracts.lake import CATALOGUE, LAKE, PRODUCT_HISTORY, REQUEST_HISTORY
from pipeline.contracts.messages import HEADERS
from pipeline.contracts.topics import CHAT_STATE, TOPICS, Cleanup, Topic
from pipeline.kafka import cluster
from tests.analytics.local_lake import LocalLake

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.system, pytest.mark.timeout(400)]


@dataclass
class Taking:
    """Two topics of the test's own, and a lake that takes them in."""

    settings: Settings
    lake: LocalLake
    products: Stream
    requests: Stream

    async def make(self, *topics: Topic) -> None:
        own = topics or (self.products.topic, self.requests.topic)
        await cluster.apply(Kafka(self.settings, "admin"), (*TOPICS, *own))

    async def drop(self, *topics: Topic) -> None:
        async with Kafka(self.settings, "admin").admin() as admin:
            await admin.delete_topics([topic.name for topic in topics])

    async def send(self, products: Mapping[str, str | None]) -> None:
        async with Kafka(self.settings, "filter").producer() as producer:
            for product, name in products.items():
                value = None if name is None else orjson.dumps({"name": name})
                key = product.encode()
                await producer.send_and_wait(self.products.topic.name, value, key=key, headers=HEADERS, partition=0)

    async def forget_what_was_there(self) -> None:
        """Each test has a lake of its own, on one Kafka."""
        async with Kafka(self.settings, "spark").producer() as producer:
            for table in LAKE:
                await producer.send_and_wait(CHAT_STATE.name, None, key=f"{LAKE_TABLE}{table.name}".encode())

    async def expire(self, topic: Topic) -> None:
        """Take away what is there, as the retention does."""
        place = TopicPartition(topic.name, 0)
        kafka = Kafka(self.settings, "admin")
        async with kafka.consumer() as consumer, kafka.admin() as admin:
            end = (await consumer.end_offsets([place]))[place]
            await admin.delete_records({place: RecordsToDelete(before_offset=end)})

    async def ingest(self, resuming: Resuming = Resuming.NO) -> Intake:
        return await asyncio.to_thread(self._ingest, resuming)

    def _ingest(self, resuming: Resuming) -> Intake:
        context = JobContext(self.lake, self.settings, "r", lambda stage, percent: None)
        with intake(context, (self.products, self.requests), resuming) as taking:
            if taking.follow(self.products):
                renew_catalogue(self.lake)
            taking.follow(self.requests)
        return taking

    def names(self) -> dict[str, str]:
        rows = self.lake.read(CATALOGUE).select("offer_id", "name").collect()
        return {row["offer_id"]: row["name"] for row in rows}

    def history(self) -> int:
        return self.lake.read(PRODUCT_HISTORY).count()


@pytest_asyncio.fixture
async def taking(settings: Settings, spark: "SparkSession", tmp_path: Path, unique: str) -> AsyncIterator[Taking]:
    few = settings.model_copy(update={"analytics": settings.analytics.model_copy(update={"cores": 1})})
    lake = LocalLake(spark, tmp_path, few)
    # What Kafka only compacts, nobody can have expire.
    own = (
        replace(
            one,
            topic=replace(one.topic, name=f"{unique}-{one.table.name}", partitions=2, cleanup=Cleanup.DELETE),
        )
        for one in streams.STREAMS
    )
    made = Taking(lake.settings, lake, *own)
    await made.make()
    await made.forget_what_was_there()
    yield made
    await made.forget_what_was_there()
    await made.drop(made.products.topic, made.requests.topic)
    await cluster.apply(Kafka(settings, "admin"))


async def test_a_fault_in_requests_keeps_no_ban_from_the_catalogue(taking: Taking) -> None:
    await taking.send({"s/a": "lamp", "s/b": "cup"})
    (await taking.ingest()).check()
    taking.lake.hdfs.delete(REQUEST_HISTORY.path)
    await taking.send({"s/b": None})
    done = await taking.ingest()
    assert taking.names() == {"s/a": "lamp"}
    with pytest.raises(LakeFault, match=r"request_history is missing .* `python -m analytics resume`"):
        done.check()


async def test_a_lake_that_was_there_is_not_a_first_start(taking: Taking) -> None:
    assert not await asyncio.to_thread(witness.is_there, taking.lake, CATALOGUE)
    await taking.send({"s/a": "lamp"})
    (await taking.ingest()).check()
    taking.lake.hdfs.delete("/yarmarka")
    done = await taking.ingest()
    with pytest.raises(LakeFault, match=r"product_history, filled since .* `python -m analytics restore`"):
        done.check()
    assert not taking.lake.exists(PRODUCT_HISTORY)
    (await taking.ingest(Resuming.LAST_ROW)).check()
    assert taking.names() == {"s/a": "lamp"}


async def test_what_expired_unread_is_counted_and_the_rest_taken_in(taking: Taking) -> None:
    await taking.send({"s/a": "lamp"})
    (await taking.ingest()).check()
    await taking.send({"s/b": "cup", "s/c": "bowl", "s/d": None})
    await taking.expire(taking.products.topic)
    await taking.send({"s/e": "plate"})
    done = await taking.ingest()
    done.check()
    assert [(one.finding, "the 3 records that came next" in one.told) for one in done.differences] == [("hole", True)]
    assert taking.names() == {"s/a": "lamp", "s/e": "plate"}
    await taking.send({"s/f": "fork"})
    again = await taking.ingest()
    again.check()
    assert not again.differences
    assert (again.taken, taking.history()) == (1, 3)


async def test_resume_goes_on_with_the_oldest_that_there_is(taking: Taking) -> None:
    await taking.send({"s/a": "lamp"})
    (await taking.ingest()).check()
    await taking.send({"s/b": "cup"})
    await taking.expire(taking.products.topic)
    await taking.send({"s/c": "bowl"})
    taking.lake.hdfs.delete(PRODUCT_HISTORY.checkpoint)
    with pytest.raises(LakeFault, match=r"`python -m analytics resume` goes on"):
        (await taking.ingest()).check()
    done = await taking.ingest(Resuming.LAST_ROW)
    done.check()
    assert [one.finding for one in done.differences] == ["hole"]
    assert (taking.names(), taking.history()) == ({"s/a": "lamp", "s/c": "bowl"}, 2)


async def test_what_the_history_lacks_is_read_once_more(taking: Taking) -> None:
    await taking.send({"s/a": "lamp", "s/b": "cup"})
    (await taking.ingest()).check()
    history = taking.lake._sql(PRODUCT_HISTORY)
    taking.lake.session.sql(f"DELETE FROM {history} WHERE offer_id = 's/a'")  # noqa: S608 - a part of it is lost
    (await taking.ingest(Resuming.BEGINNING)).check()
    await asyncio.to_thread(renew_catalogue, taking.lake, anew=True)
    assert taking.names() == {"s/a": "lamp", "s/b": "cup"}


async def test_a_topic_that_was_made_anew_is_the_catalogue_and_the_earlier_one_is_history(taking: Taking) -> None:
    topic = taking.products.topic
    await taking.send({"s/a": "lamp", "s/b": "cup", "s/c": "bowl"})
    (await taking.ingest()).check()
    await taking.drop(topic)
    await taking.make()
    await taking.send({"s/a": "lamp, the second", "s/d": "plate", "s/e": "fork", "s/d ": None})
    done = await taking.ingest()
    done.check()
    assert [one.finding for one in done.differences] == ["other_topic"]
    assert taking.names() == {"s/a": "lamp, the second", "s/d": "plate", "s/e": "fork"}
    assert (taking.history(), done.taken) == (7, 4)
    assert taking.lake.read(PRODUCT_HISTORY).where("offset < 0").count() == 3
    await taking.send({"s/d": None})
    again = await taking.ingest()
    again.check()
    assert (again.differences, taking.names()) == ([], {"s/a": "lamp, the second", "s/e": "fork"})
