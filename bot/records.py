"""Requests and refusals on their way to Kafka."""

from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from bot.journal import Entry, Journal, Sender
from pipeline.contracts.messages import HEADERS, AuditEntry, ClientRequest
from pipeline.contracts.topics import AUDIT, CLIENT_REQUESTS


class JournalRecords:
    """Writes to the journal, which sends them when it can."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def request(self, request: ClientRequest) -> None:
        """Key: the pseudonym, so that one person's requests stay in order."""
        self._journal.note(CLIENT_REQUESTS.name, request.user, request)

    def audit(self, entry: AuditEntry) -> None:
        """Key: the actor."""
        self._journal.note(AUDIT.name, entry.actor, entry)


def kafka_sender(producer: AIOKafkaProducer) -> Sender:
    """Sends a batch and waits until all of it is on every in-sync copy."""

    async def send(entries: Sequence[Entry]) -> None:
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
