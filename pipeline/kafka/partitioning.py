"""Which partition a key goes to: as the table of topics says, however many partitions the cluster has.

Versions of a product are ordered only within a partition. If somebody raises the partitions of a topic that is in use,
a client that counts the cluster's would send new versions elsewhere, behind older ones; so ours count the table's, and
the partitions that were added stay empty.
"""

from aiokafka.partitioner import DefaultPartitioner

from pipeline.contracts.topics import TOPICS

_PARTITIONS = {topic.name: range(topic.partitions) for topic in TOPICS}


def partition_of(topic: str, key: bytes | None) -> int | None:
    """The partition of a key by Kafka's own hash; None, so that the client chooses, without a key or a table's row."""
    if key is None or topic not in _PARTITIONS:
        return None
    partition: int = DefaultPartitioner()(key, _PARTITIONS[topic], ())
    return partition
