"""How much room the disks of Elasticsearch and Kafka have, as the servers themselves say.

Kafka tells it since 3.3 (DescribeLogDirs v4, KIP-827); aiokafka has no class for the request.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aiokafka.errors import for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Boolean, CompactArray, CompactString, Int16, Int32, Int64, Schema, TaggedFields
from elasticsearch import AsyncElasticsearch

from ops.kafka import Kafka

NO_TAGS: Mapping[int, bytes] = {}


@dataclass(frozen=True, slots=True)
class Disk:
    """A file system on which a server keeps its data; bytes."""

    server: str
    node: str
    path: str
    free: int
    total: int


class _LogDirsResponse(Response):  # type: ignore[misc] # aiokafka is not typed
    API_KEY = 35
    API_VERSION = 4
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("error_code", Int16),
        (
            "log_dirs",
            CompactArray(
                ("error_code", Int16),
                ("path", CompactString("utf-8")),
                (
                    "topics",
                    CompactArray(
                        ("name", CompactString("utf-8")),
                        (
                            "partitions",
                            CompactArray(
                                ("partition", Int32),
                                ("size", Int64),
                                ("lag", Int64),
                                ("is_future", Boolean),
                                ("tags", TaggedFields),
                            ),
                        ),
                        ("tags", TaggedFields),
                    ),
                ),
                ("total_bytes", Int64),
                ("usable_bytes", Int64),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _LogDirsStruct(RequestStruct):  # type: ignore[misc]
    FLEXIBLE_VERSION = True
    API_KEY = 35
    API_VERSION = 4
    RESPONSE_TYPE = _LogDirsResponse
    SCHEMA = Schema(
        (
            "topics",
            CompactArray(("name", CompactString("utf-8")), ("partitions", CompactArray(Int32)), ("tags", TaggedFields)),
        ),
        ("tags", TaggedFields),
    )


class _LogDirsRequest(Request[_LogDirsStruct]):  # type: ignore[misc]
    API_KEY = 35

    def build(self, request_struct_class: type[_LogDirsStruct]) -> _LogDirsStruct:
        return request_struct_class([], NO_TAGS)  # the directories alone, without what is in them


async def kafka_disks(kafka: Kafka) -> list[Disk]:
    """Each directory of each broker; one that the broker cannot use is left out. Raises KafkaError or StartupError."""
    found = []
    async with kafka.admin() as admin:
        for broker in admin._client.cluster.brokers():
            answer = await admin._send_request(_LogDirsRequest(), broker.nodeId)
            if answer.error_code:
                raise for_code(answer.error_code)(f"broker {broker.nodeId}")
            found += [
                Disk("kafka", str(broker.nodeId), path, free, total)
                for code, path, _, total, free, _ in answer.log_dirs
                if not code and total > 0
            ]
    return found


async def elasticsearch_disks(client: AsyncElasticsearch) -> list[Disk]:
    """Where each node keeps its data. Raises what the client raises; the user needs `monitor`."""
    answer = await client.nodes.stats(metric="fs")
    return [
        Disk("elasticsearch", node["name"], place.get("mount", place["path"]), place["available_in_bytes"],
             place["total_in_bytes"])
        for node in answer["nodes"].values()
        for place in node["fs"]["data"]
        if place.get("total_in_bytes", 0) > 0
    ]  # fmt: skip
