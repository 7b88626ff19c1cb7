"""Writing bans: first to `audit`, then to `bans`, and only then is anything confirmed."""

from datetime import datetime

from ops import logs
from pipeline.bans.rule import Rule
from pipeline.contracts.messages import HEADERS, AuditAction, Ban, encode
from pipeline.contracts.topics import BANS
from pipeline.kafka.audit import Actor, append_audit
from pipeline.kafka.confirming_producer import ConfirmingProducer, WrittenRecord

log = logs.get_logger(__name__)


class BanLedger:
    """Bans and unbans. A method that returns has its change on all in-sync copies, after its entry in `audit`.

    Doing the same twice has no further effect on products. Raises `KafkaError`; the audit then says `failed`,
    as far as Kafka still takes it.
    """

    def __init__(self, producer: ConfirmingProducer) -> None:
        self._producer = producer

    async def ban(self, rule: Rule, actor: Actor, *, reason: str = "", until: datetime | None = None) -> WrittenRecord:
        """Put the rule in force until that moment, or without an end."""
        return await self.put(Ban(rule=rule.id, reason=reason, by=actor.name or actor.id, until=until), actor)

    async def put(self, ban: Ban, actor: Actor, *, entry_id: str = "", announced: bool = False) -> WrittenRecord:
        """Write this ban. Its entry in `audit` gets that id, and there is none when it was `announced` before."""
        reason, until = ban.reason, ban.until
        detail = " · ".join(part for part in (reason, f"until {until:%Y-%m-%d %H:%M %Z}" if until else "") if part)
        if not announced:
            await append_audit(self._producer, actor, "ban", ban.rule, detail, entry_id=entry_id)
        return await self._write(actor, "ban", ban.rule, detail, encode(ban))

    async def unban(
        self, rule: Rule, actor: Actor, *, reason: str = "", entry_id: str = "", announced: bool = False
    ) -> WrittenRecord:
        """Lift the rule; `entry_id` and `announced` as in `put`."""
        if not announced:
            await append_audit(self._producer, actor, "unban", rule.id, reason, entry_id=entry_id)
        return await self._write(actor, "unban", rule.id, reason, None)

    async def _write(
        self, actor: Actor, action: AuditAction, rule: str, detail: str, value: bytes | None
    ) -> WrittenRecord:
        try:
            return await self._producer.send_and_wait(BANS.name, value, rule.encode(), headers=HEADERS)
        except Exception:
            # Whatever it was, the audit must not go on saying that it was done.
            log.exception("not written, though announced in audit", action=action, rule=rule)
            await append_audit(self._producer, actor, action, rule, detail, result="failed")
            raise
