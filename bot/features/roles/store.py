"""Giving and taking roles: one at a time, so that an admin always remains."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.core.access import Access
from bot.core.audit_log import AuditLog
from bot.core.pseudonyms import Pseudonyms
from bot.roles import Role
from bot.state.store import Store
from pipeline.contracts.chat_state import RoleGrant
from pipeline.contracts.messages import AuditEntry
from pipeline.kafka.audit import Actor

RoleName = Literal["customer", "operator", "admin"]
NAMES: dict[Role, RoleName] = {Role.CUSTOMER: "customer", Role.OPERATOR: "operator", Role.ADMIN: "admin"}


class Granted(StrEnum):
    """What came of it."""

    DONE = "done"
    SAME = "same"
    LAST_ADMIN = "last_admin"
    NOT_ADMIN = "not_admin"


class RoleStore:
    """Changes roles; who has one is `Access`'s to say."""

    def __init__(
        self,
        grants: Store[RoleGrant],
        access: Access,
        pseudonyms: Pseudonyms,
        audit_log: AuditLog,
        clock: Callable[[], datetime],
    ) -> None:
        self._grants = grants
        self._access = access
        self._pseudonyms = pseudonyms
        self._audit_log = audit_log
        self._clock = clock
        self._one = asyncio.Lock()

    def name_of(self, user_id: int) -> str:
        """The name under which somebody was given a role, if they were."""
        grant = self._grants.get(self._pseudonyms.of(user_id))
        return grant.name if grant is not None else ""

    async def set(self, user_id: int, role: Role, by_user: int, by: Actor, *, name: str, entry_id: str) -> Granted:
        """Give the role, which may be a customer's; in force and in `audit` when this returns. Raises KafkaError.

        The giver's own role is looked at again here: of two admins who take each other's role the first one wins.
        """
        async with self._one:
            if self._access.role_of(by_user) is not Role.ADMIN:
                return Granted.NOT_ADMIN
            before = self._access.role_of(user_id)
            if before is role:
                return Granted.SAME
            admins = [known for known, held in self._access.people().items() if held is Role.ADMIN]
            if before is Role.ADMIN and admins == [user_id]:
                return Granted.LAST_ADMIN
            entry = AuditEntry(
                entry_id=entry_id,
                actor=by.id,
                actor_name=by.name,
                role=by.role,
                action="grant" if role > before else "revoke",
                target=name or str(user_id),
                detail=f"{NAMES[before]} → {NAMES[role]}",
                at=self._clock(),
            )
            if not self._audit_log.has(entry_id):
                await self._audit_log.append(entry)
            grant = RoleGrant(role=NAMES[role], user_id=user_id, name=name, by=by.name, at=self._clock())
            await self._grants.put(self._pseudonyms.of(user_id), grant)
            return Granted.DONE
