"""What a decision does to the rules in force; `audit` has it before `bans` does.

A decision and its effect are made under the lock of its rule, and after everything that others wrote was read: so a
former end lifts no renewed ban, and an Undo only the ban that it was offered for.
"""

import contextlib
from collections.abc import AsyncIterator
from datetime import datetime

from bot.core.audit_log import AuditLog
from bot.features.bans.models import BanRequest, rule_of
from bot.features.bans.repository import BOT, BanRepository
from bot.products.buttons import ban_mark
from bot.telegram.locks import LocksByKey
from ops.logs import get_logger
from pipeline.bans import parse_rule
from pipeline.contracts.messages import AuditEntry, Ban
from pipeline.kafka.audit import Actor

log = get_logger(__name__)


class BanEffects:
    """Changes one rule at a time. What is carried out again, after a kill, has no further effect. Raises KafkaError."""

    def __init__(self, repository: BanRepository, audit_log: AuditLog) -> None:
        self._repository = repository
        self._audit_log = audit_log
        self._locks = LocksByKey()

    @contextlib.asynccontextmanager
    async def alone(self, rule_id: str) -> AsyncIterator[None]:
        """Within the block nobody else here changes the rule, and what others have written of it is known."""
        async with self._locks.of(rule_id):
            await self._repository.refresh()
            yield

    async def carry_out(self, request_id: str, request: BanRequest) -> bool:
        """Bring the rules to what a confirmed or undone request says; call it `alone`.

        Durable and in force when this returns. False when somebody changed the rule since it was decided; then
        nothing is done.
        """
        standing = self._repository.get(request.rule)
        if request.takes_down:
            return await self._take_down(request_id, request, standing)
        return await self._bring_back(request_id, request, standing)

    async def end(self, ban: Ban) -> bool:
        """Lift a ban whose time is over; False when the rule was changed since, or cannot be read."""
        rule = rule_of(ban)
        if rule is None:
            return False
        async with self.alone(ban.rule):
            if self._repository.get(ban.rule) != ban:
                return False
            entry_id = f"over:{ban_mark(ban)}"
            lifted = await self._repository.lift(
                rule,
                BOT,
                standing=ban,
                reason="its time is over",
                entry_id=entry_id,
                announced=self._audit_log.has(entry_id),
            )
        log.info("ban_is_over" if lifted else "ban_was_renewed", rule=ban.rule)
        return lifted

    async def _take_down(self, request_id: str, request: BanRequest, standing: Ban | None) -> bool:
        if request.action == "lift":
            if standing is not None or request.previous is None:
                return standing == request.previous
            await self._put_back(request_id, request, request.previous)
            return True
        if standing not in {None, request.previous} and not _wrote(request, standing):
            return False
        # A ban of several products that two people confirmed names both.
        names = " + ".join(person.name or "?" for person in (request.by, request.second) if person is not None)
        ban = Ban(
            rule=request.rule, reason=request.reason, by=names, at=_moment(request.decided_at), until=request.until
        )
        await self._put(ban, (request.second or request.by).actor, f"{request_id}:ban")
        return True

    async def _bring_back(self, request_id: str, request: BanRequest, standing: Ban | None) -> bool:
        before = request.previous if request.action == "ban" else None
        if standing == before or standing is None:
            # Killed after the rule had changed, or another request was faster.
            return True
        if request.action == "ban" and not _wrote(request, standing):
            return await self._overtaken(f"{request_id}:undo", request)
        if request.action == "lift" and standing != request.previous:
            return await self._overtaken(f"{request_id}:lift", request)
        if before is not None:
            await self._put_back(request_id, request, before)
            return True
        undone = request.status == "undone"
        entry_id = f"{request_id}:{'undo' if undone else 'lift'}"
        return await self._repository.lift(
            parse_rule(request.rule),
            ((request.undone_by if undone else request.second) or request.by).actor,
            standing=standing,
            reason="undo" if undone else "",
            entry_id=entry_id,
            announced=self._audit_log.has(entry_id),
        )

    async def _overtaken(self, entry_id: str, request: BanRequest) -> bool:
        """What was announced and not done must not go on standing in the audit as done."""
        if self._audit_log.has(entry_id):
            actor = (request.undone_by or request.second or request.by).actor
            await self._audit_log.append(
                AuditEntry(
                    entry_id=f"{entry_id}:overtaken",
                    actor=actor.id,
                    actor_name=actor.name,
                    role=actor.role,
                    action="unban",
                    target=request.rule,
                    detail="the rule was changed meanwhile",
                    result="failed",
                )
            )
        return False

    async def _put_back(self, request_id: str, request: BanRequest, ban: Ban) -> None:
        await self._put(ban, (request.undone_by or request.by).actor, f"{request_id}:undo")

    async def _put(self, ban: Ban, actor: Actor, entry_id: str) -> None:
        await self._repository.put(ban, actor, entry_id=entry_id, announced=self._audit_log.has(entry_id))


def _wrote(request: BanRequest, ban: Ban | None) -> bool:
    """Whether the ban is the one that the request wrote."""
    return ban is not None and ban.at == request.decided_at


def _moment(moment: datetime | None) -> datetime:
    if moment is None:
        raise ValueError("a decided request has its moment")
    return moment
