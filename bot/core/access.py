"""The one place where it is decided who may do what: for commands, buttons, inline queries and deep links alike."""

from collections.abc import Collection
from typing import Literal

from pydantic import Field

from bot.core.pseudonyms import Pseudonyms
from bot.state.store import Personal, Store, StoreSpec
from bot.ui.locale import Html, Texts
from bot.ui.roles import Role
from pipeline.contracts.messages import Message, Moment, StoreId, now
from pipeline.contracts.topics import ROLES as ROLES_TOPIC
from pipeline.contracts.topics import SELLERS as SELLERS_TOPIC

ROLES = {"customer": Role.CUSTOMER, "operator": Role.OPERATOR, "admin": Role.ADMIN}


class RoleGrant(Message):
    """A role given in chat; its key in `roles` is the pseudonym. `customer` takes a role from the settings away."""

    role: Literal["customer", "operator", "admin"]
    user_id: int = Field(description="Telegram's id, by which admins know the person")
    name: str = ""
    by: str = Field("", description="the name of the admin who gave it")
    at: Moment = Field(default_factory=now)


GRANTS = StoreSpec("", RoleGrant, topic=ROLES_TOPIC)


class ShopSeller(Message):
    """A person speaks for a shop; the key is `seller:<pseudonym>:<store_id>`."""

    user_id: int = Field(description="Telegram's id, by which the shop's reports reach the person")
    store_id: StoreId
    name: str = Field("", description="as the person calls themselves")
    by: str = Field("", description="the name of the admin who invited them")
    at: Moment = Field(default_factory=now)


def _sold_for(count: int, texts: Texts) -> Html:
    return texts.html_n("• {n} shop that you sell for", "• {n} shops that you sell for", count)


SELLERS = StoreSpec("seller:", ShopSeller, Personal(_sold_for), topic=SELLERS_TOPIC)


class Access:
    """Roles: those given in chat, below them the first ones from the settings, and the shops that people speak for."""

    def __init__(
        self,
        grants: Store[RoleGrant],
        sellers: Store[ShopSeller],
        pseudonyms: Pseudonyms,
        *,
        first_admins: Collection[int] = (),
        first_operators: Collection[int] = (),
    ) -> None:
        self._grants = grants
        self._sellers = sellers
        self._pseudonyms = pseudonyms
        self._first_admins = frozenset(first_admins)
        self._first_operators = frozenset(first_operators)

    def role_of(self, user_id: int) -> Role:
        """The person's role as of now. Who presses counts, not in which chat."""
        pseudonym = self._pseudonyms.of(user_id)
        given = self._given(user_id, pseudonym)
        return Role.SELLER if given is Role.CUSTOMER and self._sellers.of(pseudonym) else given

    def shops_of(self, user_id: int) -> frozenset[str]:
        """The ids of the shops that the person speaks for, whatever else they are."""
        return frozenset(seller.store_id for _, seller in self._sellers.of(self._pseudonyms.of(user_id)))

    def sellers_of(self, store_id: str) -> dict[str, ShopSeller]:
        """Who speaks for the shop, by pseudonym."""
        return {
            name.partition(":")[0]: seller for name, seller in self._sellers.entries() if seller.store_id == store_id
        }

    def given_role_of(self, user_id: int) -> Role:
        """The person's role without the shops that they speak for."""
        return self._given(user_id, self._pseudonyms.of(user_id))

    def first_role_of(self, user_id: int) -> Role:
        """The person's role by the settings, whatever was given or taken since."""
        if user_id in self._first_admins:
            return Role.ADMIN
        return Role.OPERATOR if user_id in self._first_operators else Role.CUSTOMER

    def _given(self, user_id: int, pseudonym: str) -> Role:
        grant = self._grants.get(pseudonym)
        return ROLES[grant.role] if grant is not None else self.first_role_of(user_id)

    def may(self, user_id: int, least: Role) -> bool:
        """Whether the person's role suffices."""
        return least is Role.CUSTOMER or self.role_of(user_id) >= least

    def people(self) -> dict[int, Role]:
        """Everyone with more than a customer's role, by Telegram id."""
        named = {*self._first_admins, *self._first_operators, *(grant.user_id for _, grant in self._grants.entries())}
        named |= {seller.user_id for _, seller in self._sellers.entries()}
        roles = {user_id: self.role_of(user_id) for user_id in sorted(named)}
        return {user_id: role for user_id, role in roles.items() if role > Role.CUSTOMER}
