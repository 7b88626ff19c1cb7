"""Who may be given a card: everybody with an operator's role, by the name under which the bot knows them."""

from dataclasses import dataclass

from bot.core.access import RoleGrant
from bot.core.audit_log import AuditLog
from bot.core.persons import Persons
from bot.state.store import Store
from bot.ui.roles import Role


@dataclass(frozen=True, slots=True)
class Operator:
    """A person who may take a card. Without a name nothing of theirs was ever on record."""

    user_id: int
    who: str
    name: str


class Operators:
    """Names are those of the grants, else those under which people are in the audit."""

    def __init__(self, persons: Persons, grants: Store[RoleGrant], audit_log: AuditLog) -> None:
        self._persons = persons
        self._grants = grants
        self._audit_log = audit_log

    def all(self) -> tuple[Operator, ...]:
        """Every operator and admin, by name; those without one last."""
        holders = [user_id for user_id, role in self._persons.access.people().items() if role >= Role.OPERATOR]
        by_who = {self._persons.pseudonyms.of(user_id): user_id for user_id in holders}
        named = self._named(set(by_who))
        found = [Operator(user_id, who, named.get(who, "")) for who, user_id in by_who.items()]
        return tuple(sorted(found, key=lambda one: (not one.name, one.name.casefold(), one.user_id)))

    def one(self, user_id: str) -> Operator | None:
        """The operator with this Telegram id; None for whoever has the role no more."""
        return next((one for one in self.all() if str(one.user_id) == user_id), None)

    def _named(self, people: set[str]) -> dict[str, str]:
        grants = ((who, self._grants.get(who)) for who in people)
        named = {who: grant.name for who, grant in grants if grant is not None and grant.name}
        for entry in self._audit_log.newest():
            if len(named) == len(people):
                break
            if entry.actor in people and entry.actor_name:
                named.setdefault(entry.actor, entry.actor_name)
        return named
