"""The registry of shops, as all features look at it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pipeline.contracts.feeds import Shop
from pipeline.contracts.messages import AuditAction
from pipeline.kafka.audit import Actor
from pipeline.shops.directory import ShopNames


class Registering(Protocol):
    """What is asked of `pipeline.shops.ledger.ShopLedger`."""

    async def register(
        self, shop: Shop, actor: Actor, *, action: AuditAction = "register_shop", entry_id: str = ""
    ) -> object: ...

    async def remove(self, store_id: str, actor: Actor, *, entry_id: str = "") -> object: ...


@dataclass(frozen=True, slots=True)
class ShopRegistry:
    """`names` gives the shops of this moment, `ledger` changes them."""

    names: Callable[[], ShopNames]
    ledger: Registering

    def shown(self, store_id: str) -> str:
        """What people see of the shop at this moment."""
        return self.names().shown(store_id)

    def contact_of(self, store_id: str) -> str | None:
        """Where the shop is asked; None when it has not said so."""
        shop = self.names().get(store_id)
        return shop.contact if shop is not None else None
