"""Topics of the test's own on the real broker."""

from collections.abc import AsyncIterator

import pytest
from aiokafka.admin import NewTopic

from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.topics import Cleanup, Topic


@pytest.fixture
def kafka(settings: Settings) -> Kafka:
    return Kafka(settings, "admin")


@pytest.fixture
async def topic(kafka: Kafka, unique: str) -> AsyncIterator[Topic]:
    """A compacted topic of three partitions."""
    made = Topic(unique, 3, Cleanup.COMPACT, frozenset(), frozenset())
    async with kafka.admin() as admin:
        await admin.create_topics(
            [NewTopic(made.name, made.partitions, 1, topic_configs={"cleanup.policy": "compact"})]
        )
        yield made
        await admin.delete_topics([made.name])
