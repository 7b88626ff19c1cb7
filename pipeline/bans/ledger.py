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
        ban = Ban(rule=rule.id, reason=reason, by=actor.name or actor.id, until=until)
        detail = " · ".join(part for part in (reason, f"until {until:%Y-%m-%d %H:%M %Z}" if until else "") if part)
        return await self._write("ban", rule, encode(ban), actor, detail)

    async def unban(self, rule: Rule, actor: Actor, *, reason: str = "") -> Written:
        """Lift the rule."""
        return await self._write("unban", rule, None, actor, reason)

    async def note(self, actor: Actor, action: str, target: str, detail: str = "") -> Written:
        """Write a line to `audit`."""
        return await self._audit(AuditEntry(**_entry(actor), action=action, target=target, detail=detail))

    async def _write(self, action: str, rule: Rule, value: bytes | None, actor: Actor, detail: str) -> Written:
        entry = AuditEntry(**_entry(actor), action=action, target=rule.id, detail=detail)
        await self._audit(entry)
        try:
            return await self._producer.send_and_wait(BANS.name, value, rule.id.encode(), headers=HEADERS)
        except Exception:
            log.exception("not written, though announced in audit", action=action, rule=rule.id)
            await self._audit(entry.model_copy(update={"entry_id": str(uuid.uuid4()), "result": "failed"}))
            raise

    async def _audit(self, entry: AuditEntry) -> Written:
        return await self._producer.send_and_wait(AUDIT.name, encode(entry), entry.actor.encode(), headers=HEADERS)


def _entry(actor: Actor) -> dict[str, str]:
    return {"entry_id": str(uuid.uuid4()), "actor": actor.id, "actor_name": actor.name, "role": actor.role}
