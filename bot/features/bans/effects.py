"""What a decision does to the rules in force; `audit` has it before `bans` does."""

from datetime import datetime

from bot.core.audit_log import AuditLog
from bot.features.bans.buttons import ban_mark
from bot.features.bans.models import BanRequest, rule_of
from bot.features.bans.repository import BanRepository
from bot.telegram.locks import LocksByKey
from ops.logs import get_logger
from pipeline.bans import parse_rule
from pipeline.contracts.messages import Ban
from pipeline.kafka.audit import Actor

log = get_logger(__name__)
BOT = Actor("bot", "bot", "bot")


class BanEffects:
    """Changes one rule at a time. What is carried out again, after a kill, has no further effect. Raises KafkaError."""

    def __init__(self, repository: BanRepository, audit_log: AuditLog) -> None:
        self._repository = repository
        self._audit_log = audit_log
        self._locks = LocksByKey()

    async def carry_out(self, request_id: str, request: BanRequest) -> None:
        """Bring the rules to what a confirmed or undone request says; durable and in force when this returns."""
        async with self._locks.of(request.rule):
            if request.takes_down:
                await self._take_down(request_id, request)
            else:
                await self._bring_back(request_id, request)

    async def end(self, ban: Ban) -> bool:
        """Lift a ban whose time is over; False when the rule was changed since, or cannot be read."""
        rule = rule_of(ban)
        if rule is None:
            return False
        async with self._locks.of(ban.rule):
            if self._repository.get(ban.rule) != ban:
                return False
            entry_id = f"over:{ban_mark(ban)}"
            await self._repository.lift(
                rule, BOT, reason="its time is over", entry_id=entry_id, announced=self._audit_log.has(entry_id)
            )
        log.info("ban_is_over", rule=ban.rule)
        return True

    async def _take_down(self, request_id: str, request: BanRequest) -> None:
        if request.action == "lift":
            if request.previous is not None:
                await self._put_back(request_id, request, request.previous)
            return
        # A ban of several products that two people confirmed names both.
        names = " + ".join(person.name or "?" for person in (request.by, request.second) if person is not None)
        ban = Ban(
            rule=request.rule, reason=request.reason, by=names, at=_moment(request.decided_at), until=request.until
        )
        await self._put(ban, (request.second or request.by).actor, f"{request_id}:ban")

    async def _bring_back(self, request_id: str, request: BanRequest) -> None:
        if request.action == "ban" and request.previous is not None:
            await self._put_back(request_id, request, request.previous)
            return
        if request.action == "lift" and self._repository.get(request.rule) != request.previous:
            # Another request was faster, or we were killed after the rule had gone.
            return
        undone = request.status == "undone"
        entry_id = f"{request_id}:{'undo' if undone else 'lift'}"
        await self._repository.lift(
            parse_rule(request.rule),
            ((request.undone_by if undone else request.second) or request.by).actor,
            reason="undo" if undone else "",
            entry_id=entry_id,
            announced=self._audit_log.has(entry_id),
        )

    async def _put_back(self, request_id: str, request: BanRequest, ban: Ban) -> None:
        await self._put(ban, (request.undone_by or request.by).actor, f"{request_id}:undo")

    async def _put(self, ban: Ban, actor: Actor, entry_id: str) -> None:
        await self._repository.put(ban, actor, entry_id=entry_id, announced=self._audit_log.has(entry_id))


def _moment(moment: datetime | None) -> datetime:
    if moment is None:
        raise ValueError("a decided request has its moment")
    return moment
