"""The least set of Kafka ACLs that the table of topics asks for.

A producer needs Write on its topics (idempotence needs nothing more; transactions need Write on their
ids too), a consumer Read on its topics and on its groups. The exporter, which reads nothing, may ask how much
room the brokers' disks have. Nothing else is allowed; the identity `admin` is a super user of the cluster.
"""

from dataclasses import dataclass
from enum import IntEnum

from pipeline.contracts.topics import TOPICS, TRANSACTIONAL, Topic, group_prefix


class Resource(IntEnum):
    """Kafka's ResourceType codes (KIP-11)."""

    TOPIC = 2
    GROUP = 3
    CLUSTER = 4
    TRANSACTIONAL_ID = 5


class Pattern(IntEnum):
    """Kafka's PatternType codes (KIP-290)."""

    LITERAL = 3
    PREFIXED = 4


class AclOperation(IntEnum):
    """Kafka's AclOperation codes (KIP-11)."""

    READ = 3
    WRITE = 4
    DESCRIBE = 8


@dataclass(frozen=True, order=True)
class Acl:
    """One permission; the principal is `User:<identity>`."""

    principal: str
    resource: Resource
    name: str
    pattern: Pattern
    operation: AclOperation

    def __str__(self) -> str:
        star = "*" if self.pattern is Pattern.PREFIXED else ""
        return f"{self.principal} {self.operation.name.lower()} {self.resource.name.lower()} {self.name}{star}"


def acls_of(topics: tuple[Topic, ...] = TOPICS) -> frozenset[Acl]:
    """Every permission that these topics need and the exporter has, and no other."""
    found = {
        Acl("User:exporter", Resource.CLUSTER, "kafka-cluster", Pattern.LITERAL, AclOperation.DESCRIBE),
    }
    for topic in topics:
        for writer in topic.writers:
            found.add(Acl(f"User:{writer}", Resource.TOPIC, topic.name, Pattern.LITERAL, AclOperation.WRITE))
            if writer in TRANSACTIONAL:
                found.add(
                    Acl(f"User:{writer}", Resource.TRANSACTIONAL_ID, writer, Pattern.PREFIXED, AclOperation.WRITE)
                )
        for reader in topic.readers:
            found.add(Acl(f"User:{reader}", Resource.TOPIC, topic.name, Pattern.LITERAL, AclOperation.READ))
            found.add(Acl(f"User:{reader}", Resource.GROUP, group_prefix(reader), Pattern.PREFIXED, AclOperation.READ))
    return frozenset(found)
