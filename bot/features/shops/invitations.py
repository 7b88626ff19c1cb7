"""Invitations to speak for a shop: a link that works once, for a day; only its hash is kept."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from pydantic import Field

from bot.core.access import SELLERS, Access, ShopSeller
from bot.core.actor import actor
from bot.core.audit_log import AuditLog
from bot.core.shops import ShopRegistry
from bot.core.update_context import UpdateContext
from bot.state.store import Store, StoreSpec
from bot.ui.text import clean
from pipeline.contracts.feeds import Shop
from pipeline.contracts.messages import Message, Moment, StoreId, now

PREFIX = "shop_"
LIVES = timedelta(hours=24)
SWEPT_EVERY_S = 60.0
NAME_LIMIT = 64
# As many invitations of a shop as may be open at once; more are a mistake, or a leak in the making.
OPEN_EACH = 20


class Invitation(Message):
    """An open invitation; the key is `invitation:<SHA-256 of the token>`."""

    store_id: StoreId
    by: str = Field("", description="the name of the admin who invites")
    at: Moment = Field(default_factory=now)
    used_by: str = Field("", description="the pseudonym of who followed the link; it is theirs alone from then on")


INVITATIONS = StoreSpec("invitation:", Invitation, topic=SELLERS.topic)


class TooMany(Exception):
    """The shop has as many open invitations as it may have."""


class Invitations:
    """Makes invitations and redeems them, one at a time."""

    def __init__(
        self,
        invitations: Store[Invitation],
        sellers: Store[ShopSeller],
        access: Access,
        *,
        registry: ShopRegistry,
        audit_log: AuditLog,
        clock: Callable[[], datetime],
    ) -> None:
        self._invitations = invitations
        self._sellers = sellers
        self._access = access
        self._registry = registry
        self._audit_log = audit_log
        self._clock = clock
        self._one = asyncio.Lock()

    async def invite(self, context: UpdateContext, shop: Shop) -> str:
        """The payload of a new link. Raises TooMany, and KafkaError."""
        open_ones = [name for name, each in self._invitations.entries() if each.store_id == shop.store_id]
        if len(open_ones) >= OPEN_EACH:
            raise TooMany
        token = secrets.token_urlsafe(24)
        await self._audit_log.record(context, "invite_seller", shop.store_id)
        invitation = Invitation(store_id=shop.store_id, by=actor(context).name, at=self._clock())
        await self._invitations.put(_hashed(token), invitation)
        return PREFIX + token

    def already(self, context: UpdateContext, payload: str) -> Shop | None:
        """The shop of an open link, when the person speaks for it without the link."""
        invitation = self._invitations.get(_hashed(payload.removeprefix(PREFIX)))
        if invitation is None or invitation.used_by:
            return None
        own = invitation.store_id in self._access.shops_of(context.user_id)
        return self._registry.names().get(invitation.store_id) if own else None

    async def redeem(self, context: UpdateContext, payload: str) -> Shop | None:
        """Bind the person to the shop of the link; None when the link does not work (any more). Raises KafkaError.

        The link is the person's own before they are bound: a crash in between lets them follow it again, nobody else.
        """
        name = _hashed(payload.removeprefix(PREFIX))
        async with self._one:
            invitation = self._invitations.get(name)
            if invitation is None or self._is_over(invitation):
                return None
            shop = self._registry.names().get(invitation.store_id)
            if shop is None or invitation.used_by not in {"", context.pseudonym}:
                return None
            used = {"used_by": context.pseudonym}
            await self._invitations.put(name, Invitation.model_validate(invitation.model_dump() | used))
            await self._audit_log.record(context, "bind_seller", shop.store_id, f"invited by {invitation.by}")
            seller = ShopSeller(
                user_id=context.user_id,
                store_id=shop.store_id,
                name=clean(context.name, NAME_LIMIT),
                by=invitation.by,
                at=self._clock(),
            )
            await self._sellers.put(f"{context.pseudonym}:{shop.store_id}", seller)
            await self._invitations.put(name, None)
            return shop

    async def drop(self, context: UpdateContext, shop: Shop, pseudonym: str) -> None:
        """The person no longer speaks for the shop. Raises KafkaError."""
        await self._audit_log.record(context, "drop_seller", shop.store_id, pseudonym[:12])
        await self._sellers.put(f"{pseudonym}:{shop.store_id}", None)

    async def forget_shop(self, store_id: str) -> None:
        """Nobody speaks for the shop any more, and no link leads to it. Raises KafkaError."""
        for name, invitation in list(self._invitations.entries()):
            if invitation.store_id == store_id:
                await self._invitations.put(name, None)
        for pseudonym in self._access.sellers_of(store_id):
            await self._sellers.put(f"{pseudonym}:{store_id}", None)

    async def run(self) -> None:
        """Forget links that are over, and who spoke for shops that were removed elsewhere. Raises KafkaError."""
        while True:
            for name, invitation in list(self._invitations.entries()):
                if self._is_over(invitation):
                    await self._invitations.put(name, None)
            known = self._registry.names()
            for store_id in {each.store_id for _, each in self._sellers.entries()}:
                if known.get(store_id) is None:
                    await self.forget_shop(store_id)
            await asyncio.sleep(SWEPT_EVERY_S)

    def _is_over(self, invitation: Invitation) -> bool:
        return self._clock() - invitation.at >= LIVES


def _hashed(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
