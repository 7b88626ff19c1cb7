"""Writing bans: first to `audit`, then to `bans`, and only then is anything confirmed."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ops import logs
from pipeline.bans.rule import Rule
from pipeline.contracts.messages import HEADERS, AuditEntry, Ban, encode
from pipeline.contracts.topics import AUDIT, BANS

log = logs.get_logger(__name__)


class Written(Protocol):
    """Where a record came to lie."""

    partition: int
    offset: int


class Producer(Protocol):
    """What the ledger needs of a producer with acks=all; aiokafka's has it."""

    async def send_and_wait(
        self, topic: str, value: bytes | None, key: bytes, *, headers: list[tuple[str, bytes]]
    ) -> Written: ...


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the pseudonym for the records, and the name and role that admins read."""

    id: str
    name: str = ""
    role: str = ""


class BanLedger:
    """Bans and unbans. A method that returns has its change on all in-sync copies, after its line in `audit`.

    Doing the same twice has no further effect on products. Raises `KafkaError`; the audit then says `failed`,
    as far as Kafka still takes it.
    """

    def __init__(self, producer: Producer) -> None:
        self._producer = producer

    async def ban(self, rule: Rule, actor: Actor, *, reason: str = "", until: datetime | None = None) -> Written:
        """Put the rule in force until that moment, or without an end."""
        return await self.put(Ban(rule=rule.id, reason=reason, by=actor.name or actor.id, until=until), actor)

    async def put(self, ban: Ban, actor: Actor, *, entry_id: str = "", announced: bool = False) -> Written:
        """Write this ban. Its line in `audit` gets that id, and there is none when it was `announced` before."""
        reason, until = ban.reason, ban.until
        detail = " · ".join(part for part in (reason, f"until {until:%Y-%m-%d %H:%M %Z}" if until else "") if part)
        entry = _entry(actor, "ban", ban.rule, detail, entry_id)
        return await self._write(entry, encode(ban), announced=announced)

    async def unban(
        self, rule: Rule, actor: Actor, *, reason: str = "", entry_id: str = "", announced: bool = False
    ) -> Written:
        """Lift the rule; `entry_id` and `announced` as in `put`."""
        return await self._write(_entry(actor, "unban", rule.id, reason, entry_id), None, announced=announced)

    async def note(self, actor: Actor, action: str, target: str, detail: str = "") -> Written:
        """Write a line to `audit`."""
        return await self._audit(_entry(actor, action, target, detail))

    async def _write(self, entry: AuditEntry, value: bytes | None, *, announced: bool) -> Written:
        if not announced:
            await self._audit(entry)
        try:
            return await self._producer.send_and_wait(BANS.name, value, entry.target.encode(), headers=HEADERS)
        except Exception:
            # Whatever it was, the audit must not go on saying that it was done.
            log.exception("not written, though announced in audit", action=entry.action, rule=entry.target)
            await self._audit(entry.model_copy(update={"entry_id": str(uuid.uuid4()), "result": "failed"}))
            raise

    async def _audit(self, entry: AuditEntry) -> Written:
        return await self._producer.send_and_wait(AUDIT.name, encode(entry), entry.actor.encode(), headers=HEADERS)


def _entry(actor: Actor, action: str, target: str, detail: str, entry_id: str = "") -> AuditEntry:
    return AuditEntry(
        entry_id=entry_id or str(uuid.uuid4()),
        actor=actor.id,
        actor_name=actor.name,
        role=actor.role,
        action=action,
        target=target,
        detail=detail,
    )
