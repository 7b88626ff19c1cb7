"""Requests and refusals on their way to Kafka."""

from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from bot.core.disk_queue import DiskQueue, QueuedMessage, SendBatch
from pipeline.contracts.messages import HEADERS, AuditEntry, ClientRequest
from pipeline.contracts.topics import AUDIT, CLIENT_REQUESTS


class QueuedRecords:
    """Writes to the disk queue, which sends to Kafka when it can."""

    def __init__(self, disk_queue: DiskQueue) -> None:
        self._disk_queue = disk_queue

    def request(self, request: ClientRequest) -> None:
        """Key: the pseudonym, so that one person's requests stay in order."""
        self._disk_queue.note(CLIENT_REQUESTS.name, request.user, request)

    def audit(self, entry: AuditEntry) -> None:
        """Queue the entry; its key is the actor, so that one person's acts stay in order."""
        self._disk_queue.note(AUDIT.name, entry.actor, entry)


def kafka_sender(producer: AIOKafkaProducer) -> SendBatch:
    """Sends a batch and waits until all of it is on every in-sync copy."""

    async def send(entries: Sequence[QueuedMessage]) -> None:
        futures = [
            await producer.send(topic, value, key=key.encode(), headers=HEADERS) for topic, key, value in entries
        ]
        errors: list[KafkaError] = []
        for future in futures:
            try:
                await future
            except KafkaError as error:
                errors.append(error)
        if errors:
            raise errors[0]

    return send
