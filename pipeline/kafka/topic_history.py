"""Which topic this is, and how far the log of each leader's epoch reaches: what Kafka knows and aiokafka does not ask.

Two requests that aiokafka has no class for, in the smallest versions that tell it: Metadata v10 (topic ids, KIP-516)
and OffsetForLeaderEpoch v3 (where an epoch's records end, KIP-320). Every start of a partition's leader begins a new
epoch, and a leader that lost its last records begins its epoch before their offsets; so the end of the epoch in which
a record was read says whether the log still holds it, also when others have been written in its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import for_code
from aiokafka.protocol.abstract import AbstractType
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    Array,
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Int64,
    Schema,
    String,
    TaggedFields,
)

NO_TAGS: Mapping[int, bytes] = {}
ANY_ID = bytes(16)


class _Uuid(AbstractType):  # type: ignore[misc] # aiokafka is not typed
    @classmethod
    def encode(cls, value: bytes) -> bytes:
        return value

    @classmethod
    def decode(cls, data: BytesIO) -> bytes:
        return data.read(16)


class _MetadataResponse(Response):  # type: ignore[misc]
    API_KEY = 3
    API_VERSION = 10
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(
                ("node_id", Int32),
                ("host", CompactString("utf-8")),
                ("port", Int32),
                ("rack", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_id", CompactString("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("name", CompactString("utf-8")),
                ("topic_id", _Uuid),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", CompactArray(Int32)),
                        ("isr", CompactArray(Int32)),
                        ("offline_replicas", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("authorized_operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_authorized_operations", Int32),
        ("tags", TaggedFields),
    )


class _MetadataStruct(RequestStruct):  # type: ignore[misc]
    FLEXIBLE_VERSION = True
    API_KEY = 3
    API_VERSION = 10
    RESPONSE_TYPE = _MetadataResponse
    SCHEMA = Schema(
        (
            "topics",
            CompactArray(("topic_id", _Uuid), ("name", CompactString("utf-8")), ("tags", TaggedFields)),
        ),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_authorized_operations", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class _MetadataRequest(Request[_MetadataStruct]):  # type: ignore[misc]
    API_KEY = 3

    def __init__(self, topics: list[str]) -> None:
        self._topics = [(ANY_ID, name, NO_TAGS) for name in topics]

    def build(self, request_struct_class: type[_MetadataStruct]) -> _MetadataStruct:
        return request_struct_class(self._topics, False, False, False, NO_TAGS)


class _EpochEndResponse(Response):  # type: ignore[misc]
    API_KEY = 23
    API_VERSION = 3
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "topics",
            Array(
                ("topic", String("utf-8")),
                (
                    "partitions",
                    Array(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader_epoch", Int32),
                        ("end_offset", Int64),
                    ),
                ),
            ),
        ),
    )


class _EpochEndStruct(RequestStruct):  # type: ignore[misc]
    API_KEY = 23
    API_VERSION = 3
    RESPONSE_TYPE = _EpochEndResponse
    SCHEMA = Schema(
        ("replica_id", Int32),
        (
            "topics",
            Array(
                ("topic", String("utf-8")),
                (
                    "partitions",
                    Array(("partition", Int32), ("current_leader_epoch", Int32), ("leader_epoch", Int32)),
                ),
            ),
        ),
    )


class _EpochEndRequest(Request[_EpochEndStruct]):  # type: ignore[misc]
    API_KEY = 23

    def __init__(self, topic: str, partitions: list[tuple[int, int, int]]) -> None:
        self._topics = [(topic, partitions)]

    def build(self, request_struct_class: type[_EpochEndStruct]) -> _EpochEndStruct:
        return request_struct_class(-1, self._topics)


@dataclass(frozen=True, slots=True)
class TopicHistory:
    """A topic as it is now: its id, and of each partition the leader and its epoch."""

    topic: str
    topic_id: str
    epochs: Mapping[int, int]
    leaders: Mapping[int, int]


async def topic_histories(consumer: AIOKafkaConsumer, topics: list[str]) -> dict[str, TopicHistory]:
    """The topics as they are now, by name, over the connections of `consumer`.

    Raises KafkaError, also when a topic is not there or a partition has no leader at this moment.
    """
    client = consumer._client
    answer = await client.send(client.get_random_node(), _MetadataRequest(topics))
    found = {}
    for code, name, topic_id, _, partitions, _, _ in answer.topics:
        _check(code, name)
        epochs, leaders = {}, {}
        for partition_code, number, leader, epoch, *_ in partitions:
            _check(partition_code, f"{name}-{number}")
            epochs[number], leaders[number] = epoch, leader
        found[name] = TopicHistory(name, topic_id.hex(), epochs, leaders)
    return found


async def epoch_ends(consumer: AIOKafkaConsumer, history: TopicHistory, epochs: Mapping[int, int]) -> dict[int, int]:
    """For each partition the offset after the last record of this epoch or an earlier one; -1 for unknown epochs.

    The leaders answer only if they are still those of `history`. Raises KafkaError.
    """
    ends: dict[int, int] = {}
    for leader in {history.leaders[number] for number in epochs}:
        asked = [
            (number, history.epochs[number], epoch)
            for number, epoch in epochs.items()
            if history.leaders[number] == leader
        ]
        answer = await consumer._client.send(leader, _EpochEndRequest(history.topic, asked))
        for name, partitions in answer.topics:
            for code, number, _, end in partitions:
                _check(code, f"{name}-{number}")
                ends[number] = end
    return ends


def _check(code: int, place: str) -> None:
    if code:
        raise for_code(code)(place)
