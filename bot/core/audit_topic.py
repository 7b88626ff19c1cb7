"""The audit log over the topic `audit`."""

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial

from bot.core.audit_log import KEPT, AuditLog
from ops.errors import UnprocessableMessage
from ops.kafka import Kafka
from ops.logs import get_logger
from pipeline.contracts.messages import AuditEntry, decode
from pipeline.contracts.topics import AUDIT
from pipeline.kafka.audit import write_audit
from pipeline.kafka.confirming_producer import ConfirmingProducer
from pipeline.kafka.read_to_end import Record
from pipeline.kafka.topic_follower import TopicFollower

log = get_logger(__name__)


@contextlib.asynccontextmanager
async def follow_audit(
    kafka: Kafka, producer: ConfirmingProducer, clock: Callable[[], datetime]
) -> AsyncIterator[AuditLog]:
    """The log with the newest entries, of others too, as of now and then followed. Raises StartupError."""

    made = AuditLog(partial(write_audit, producer), clock)

    def take(record: Record) -> None:
        try:
            made.recent.add(decode(AuditEntry, record.value))
        except UnprocessableMessage as error:
            log.error("audit_entry_not_understood", offset=record.offset, fault=str(error))

    async with TopicFollower(kafka, AUDIT, take, last=KEPT):
        yield made
