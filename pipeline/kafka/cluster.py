"""Makes a cluster like the table of topics, and tells where it is not."""

import asyncio
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest, DescribeAclsRequest

from ops.errors import StartupError
from ops.kafka import Kafka
from pipeline.contracts.topics import TOPICS, Topic
from pipeline.kafka.acls import Acl, AclOperation, Pattern, Resource, acls_of

ANY = 1
ALLOW = 3
OURS = frozenset(Resource)


@dataclass(frozen=True)
class Drift:
    """One difference between the table and the cluster."""

    subject: str
    wanted: str
    found: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.found} instead of {self.wanted}"


async def apply(kafka: Kafka, topics: tuple[Topic, ...] = TOPICS) -> list[Drift]:
    """Create what is missing and mend what differs; returns the differences found before.

    Needs the identity `admin`. A topic with more partitions than the table says is left as it is,
    because Kafka cannot take partitions away, and stays in `drift`.
    """
    async with kafka.admin() as admin:
        found = await _drift(admin, kafka, topics)
        existing = set(await admin.list_topics())
        settings = kafka.settings.kafka
        missing = [
            NewTopic(
                name=topic.name,
                num_partitions=topic.partitions,
                replication_factor=settings.replication,
                topic_configs=topic.config(settings.min_insync),
            )
            for topic in topics
            if topic.name not in existing
        ]
        if missing:
            response = await admin.create_topics(missing)
            for _, code, message in response.topic_errors:
                if code and for_code(code) is not TopicAlreadyExistsError:
                    raise StartupError(f"Kafka refuses to create the topics: {message}; run this as `admin`.")
        present = [topic for topic in topics if topic.name in existing]
        await _mend(admin, present, settings.min_insync)
        wanted, current = acls_of(topics), await _acls(admin)
        await asyncio.gather(*(_create(admin, acl) for acl in sorted(wanted - current)))
        await asyncio.gather(*(_delete(admin, acl) for acl in sorted(current - wanted)))
        return found


async def drift(kafka: Kafka, topics: tuple[Topic, ...] = TOPICS) -> list[Drift]:
    """Where the cluster differs from the table: topics, partitions, settings, permissions."""
    async with kafka.admin() as admin:
        return await _drift(admin, kafka, topics)


async def _drift(admin: AIOKafkaAdminClient, kafka: Kafka, topics: tuple[Topic, ...]) -> list[Drift]:
    existing = set(await admin.list_topics())
    found = [Drift(f"topic {topic.name}", "a topic", "nothing") for topic in topics if topic.name not in existing]
    present = [topic for topic in topics if topic.name in existing]
    if present:
        described = await admin.describe_topics([topic.name for topic in present])
        partitions = {item["topic"]: len(item["partitions"]) for item in described}
        for topic in present:
            if partitions[topic.name] != topic.partitions:
                found.append(
                    Drift(f"topic {topic.name}: partitions", str(topic.partitions), str(partitions[topic.name]))
                )
            config = await _config(admin, topic)
            for name, value in topic.config(kafka.settings.kafka.min_insync).items():
                if config.get(name) != value:
                    found.append(Drift(f"topic {topic.name}: {name}", value, config.get(name, "nothing")))
    wanted, current = acls_of(topics), await _acls(admin)
    found += [Drift(f"permission {acl}", "allowed", "missing") for acl in sorted(wanted - current)]
    found += [Drift(f"permission {acl}", "not allowed", "allowed") for acl in sorted(current - wanted)]
    return found


async def _mend(admin: AIOKafkaAdminClient, topics: list[Topic], min_insync: int) -> None:
    for topic in topics:
        config = await _config(admin, topic)
        if any(config.get(name) != value for name, value in topic.config(min_insync).items()):
            resource = ConfigResource(ConfigResourceType.TOPIC, topic.name, topic.config(min_insync))
            await admin.alter_configs([resource])
        described = await admin.describe_topics([topic.name])
        if len(described[0]["partitions"]) < topic.partitions:
            await admin.create_partitions({topic.name: NewPartitions(total_count=topic.partitions)})


async def _config(admin: AIOKafkaAdminClient, topic: Topic) -> dict[str, str]:
    responses = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name)])
    return {entry[0]: entry[1] for response in responses for resource in response.resources for entry in resource[4]}


# aiokafka has the requests for ACLs but no public method that sends them, hence the private one below.


async def _acls(admin: AIOKafkaAdminClient) -> frozenset[Acl]:
    request = DescribeAclsRequest(ANY, None, ANY, None, None, ANY, ANY)
    response = await admin._send_request(request)
    _check(response.error_code, response.error_message)
    return frozenset(
        Acl(principal, Resource(kind), name, Pattern(pattern), AclOperation(operation))
        for kind, name, pattern, entries in response.resources
        if kind in OURS
        for principal, _, operation, _ in entries
        if operation in frozenset(AclOperation)
    )


async def _create(admin: AIOKafkaAdminClient, acl: Acl) -> None:
    request = CreateAclsRequest(acl.resource, acl.name, acl.pattern, acl.principal, "*", acl.operation, ALLOW)
    response = await admin._send_request(request)
    for code, message in response.creation_responses:
        _check(code, message)


async def _delete(admin: AIOKafkaAdminClient, acl: Acl) -> None:
    request = DeleteAclsRequest(acl.resource, acl.name, acl.pattern, acl.principal, "*", acl.operation, ALLOW)
    response = await admin._send_request(request)
    for code, message, _ in response.filter_responses:
        _check(code, message)


def _check(code: int, message: str | None) -> None:
    if code:
        raise StartupError(
            f"Kafka refuses to change permissions: {message or for_code(code).description}; run this as `admin`."
        )
