"""The one place where it is decided who may do what: for commands, buttons, inline queries and deep links alike."""

from collections.abc import Collection
from typing import Literal

from pydantic import Field

from bot.core.pseudonyms import Pseudonyms
from bot.state.store import Store, StoreSpec
from bot.ui.roles import Role
from pipeline.contracts.messages import Message, Moment, now
from pipeline.contracts.topics import ROLES as ROLES_TOPIC

ROLES = {"customer": Role.CUSTOMER, "operator": Role.OPERATOR, "admin": Role.ADMIN}


class RoleGrant(Message):
    """A role given in chat; its key in `roles` is the pseudonym. `customer` takes a role from the settings away."""

    role: Literal["customer", "operator", "admin"]
    user_id: int = Field(description="Telegram's id, by which admins know the person")
    name: str = ""
    by: str = Field("", description="the name of the admin who gave it")
    at: Moment = Field(default_factory=now)


GRANTS = StoreSpec("", RoleGrant, topic=ROLES_TOPIC)


class Access:
    """Roles: those given in chat, and below them the first ones from the settings."""

    def __init__(
        self,
        grants: Store[RoleGrant],
        pseudonyms: Pseudonyms,
        *,
        first_admins: Collection[int] = (),
        first_operators: Collection[int] = (),
    ) -> None:
        self._grants = grants
        self._pseudonyms = pseudonyms
        self._first_admins = frozenset(first_admins)
        self._first_operators = frozenset(first_operators)

    def role_of(self, user_id: int) -> Role:
        """The person's role as of now. Who presses counts, not in which chat."""
        grant = self._grants.get(self._pseudonyms.of(user_id))
        if grant is not None:
            return ROLES[grant.role]
        return self.first_role_of(user_id)

    def first_role_of(self, user_id: int) -> Role:
        """The person's role by the settings, whatever was given or taken since."""
        if user_id in self._first_admins:
            return Role.ADMIN
        return Role.OPERATOR if user_id in self._first_operators else Role.CUSTOMER

    def may(self, user_id: int, least: Role) -> bool:
        """Whether the person's role suffices."""
        return least is Role.CUSTOMER or self.role_of(user_id) >= least

    def people(self) -> dict[int, Role]:
        """Everyone with more than a customer's role, by Telegram id."""
        named = {*self._first_admins, *self._first_operators, *(grant.user_id for _, grant in self._grants.entries())}
        roles = {user_id: self.role_of(user_id) for user_id in sorted(named)}
        return {user_id: role for user_id, role in roles.items() if role > Role.CUSTOMER}
