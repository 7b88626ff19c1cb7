"""The registry of shops, as the topic has it."""

from bot.core.shops import ShopRegistry
from pipeline.contracts.feeds import Shop
from pipeline.contracts.messages import AuditEntry
from pipeline.kafka.audit import Actor
from pipeline.shops.directory import ShopNames
from tests.bot.world.ports import MemoryAudit


class MemoryShops:
    """The shops that are registered; they outlive the bot. «Север» is there from the beginning."""

    def __init__(self, audit: MemoryAudit) -> None:
        self._audit = audit
        self.all = {"sever": Shop(store_id="sever", name="Север", aliases=("North",))}

    def registry(self) -> ShopRegistry:
        """What a bot that starts now stands on."""
        return ShopRegistry(self.names, self)

    def names(self) -> ShopNames:
        return ShopNames.of(self.all.values())

    def shown(self, store_id: str) -> str:
        return self.names().shown(store_id)

    async def register(self, shop: Shop, actor: Actor, *, action: str = "register_shop", entry_id: str = "") -> None:
        await self._announce(action, shop.store_id, actor, entry_id)
        self.all[shop.store_id] = shop

    async def remove(self, store_id: str, actor: Actor, *, entry_id: str = "") -> None:
        await self._announce("remove_shop", store_id, actor, entry_id)
        self.all.pop(store_id, None)

    async def _announce(self, action: str, target: str, actor: Actor, entry_id: str) -> None:
        await self._audit.write(
            AuditEntry(
                entry_id=entry_id, actor=actor.id, actor_name=actor.name, role=actor.role, action=action, target=target
            )
        )
