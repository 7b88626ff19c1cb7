"""The one way in which somebody's act is written to `audit`."""

import uuid
from dataclasses import dataclass
from typing import Literal

from pipeline.contracts.messages import HEADERS, AuditAction, AuditEntry, encode
from pipeline.contracts.topics import AUDIT
from pipeline.kafka.confirming_producer import ConfirmingProducer, WrittenRecord


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a pseudonym or `terminal:<user>` for the records, and the name and role that admins read."""

    id: str
    name: str = ""
    role: str = ""


async def append_audit(
    producer: ConfirmingProducer,
    actor: Actor,
    action: AuditAction,
    target: str = "",
    detail: str = "",
    *,
    result: Literal["done", "refused", "failed", "requested"] = "done",
    entry_id: str = "",
) -> WrittenRecord:
    """Write an entry, keyed by the actor; returns when it is on all in-sync copies. Raises KafkaError.

    Who gives the same `entry_id` again, after a crash for example, has one entry in the request log and not two;
    without one the entry gets a new id.
    """
    entry = AuditEntry(
        entry_id=entry_id or str(uuid.uuid4()),
        actor=actor.id,
        actor_name=actor.name,
        role=actor.role,
        action=action,
        target=target,
        detail=detail,
        result=result,
    )
    return await write_audit(producer, entry)


async def write_audit(producer: ConfirmingProducer, entry: AuditEntry) -> WrittenRecord:
    """Write an entry as it is, keyed by its actor; returns when it is on all in-sync copies. Raises KafkaError."""
    return await producer.send_and_wait(AUDIT.name, encode(entry), entry.actor.encode(), headers=HEADERS)
