"""Giving and taking roles: one at a time, so that an admin always remains."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.core.access import RoleGrant
from bot.core.actor import actor
from bot.core.audit_log import AuditLog
from bot.core.persons import Persons
from bot.core.update_context import UpdateContext
from bot.state.store import Store
from bot.ui.roles import Role
from pipeline.contracts.messages import AuditAction

RoleName = Literal["customer", "operator", "admin"]
# As much of a pseudonym as `/audit` shows.
SHORT = 12
NAMES: dict[Role, RoleName] = {Role.CUSTOMER: "customer", Role.OPERATOR: "operator", Role.ADMIN: "admin"}


class Granted(StrEnum):
    """What came of an attempt to set a role."""

    DONE = "done"
    SAME = "same"
    LAST_ADMIN = "last_admin"
    NOT_ADMIN = "not_admin"


class RoleStore:
    """Changes roles; who has one is `Access`'s to say."""

    def __init__(
        self, grants: Store[RoleGrant], persons: Persons, audit_log: AuditLog, clock: Callable[[], datetime]
    ) -> None:
        self._grants = grants
        self._access = persons.access
        self._pseudonyms = persons.pseudonyms
        self._audit_log = audit_log
        self._clock = clock
        self._one = asyncio.Lock()

    def name_of(self, user_id: int) -> str:
        """The name under which somebody was given a role, if they were."""
        grant = self._grants.get(self._pseudonyms.of(user_id))
        return grant.name if grant is not None else ""

    async def set(self, context: UpdateContext, user_id: int, role: Role, name: str) -> Granted:
        """Give the role, which may be a customer's; in force and in `audit` when this returns. Raises KafkaError.

        The giver's own role is looked at again here: of two admins who take each other's role the first one wins.
        """
        async with self._one:
            if self._access.role_of(context.user_id) is not Role.ADMIN:
                return Granted.NOT_ADMIN
            before = self._access.given_role_of(user_id)
            if before is role:
                return Granted.SAME
            admins = [person for person, has in self._access.people().items() if has is Role.ADMIN]
            if before is Role.ADMIN and admins == [user_id]:
                return Granted.LAST_ADMIN
            action: AuditAction = "grant" if role > before else "revoke"
            detail = f"{NAMES[before]} → {NAMES[role]}"
            pseudonym = self._pseudonyms.of(user_id)
            await self._audit_log.record(context, action, name or pseudonym[:SHORT], detail)
            await self._grants.put(pseudonym, self._grant(context, user_id, role, name))
            return Granted.DONE

    def _grant(self, context: UpdateContext, user_id: int, role: Role, name: str) -> RoleGrant | None:
        """What is kept: of a customer nothing, unless it takes a role of the settings away, and then no name."""
        if role is Role.CUSTOMER:
            if self._access.first_role_of(user_id) is Role.CUSTOMER:
                return None
            name = ""
        return RoleGrant(role=NAMES[role], user_id=user_id, name=name, by=actor(context).name, at=self._clock())
