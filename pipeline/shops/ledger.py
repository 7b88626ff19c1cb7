"""Writing the registry of shops: first to `audit`, then to `shops`."""

from pipeline.contracts.feeds import Shop
from pipeline.contracts.messages import HEADERS, AuditAction, encode
from pipeline.contracts.topics import SHOPS
from pipeline.kafka.audit import Actor, append_audit
from pipeline.kafka.confirming_producer import ConfirmingProducer, WrittenRecord
from pipeline.shops.feed_address import masked


class ShopLedger:
    """Registers and removes shops. A method that returns has its change on all in-sync copies. Raises KafkaError."""

    def __init__(self, producer: ConfirmingProducer) -> None:
        self._producer = producer

    async def register(
        self, shop: Shop, actor: Actor, *, action: AuditAction = "register_shop", entry_id: str = ""
    ) -> WrittenRecord:
        """Write the shop as it is to be from now on; what is secret in its address does not stand in `audit`."""
        address = masked(shop.address) if shop.address else ""
        detail = " · ".join(filter(None, (shop.name, *shop.aliases, shop.language, shop.scope or "", address)))
        await append_audit(self._producer, actor, action, shop.store_id, detail, entry_id=entry_id)
        return await self._producer.send_and_wait(SHOPS.name, encode(shop), shop.store_id.encode(), headers=HEADERS)

    async def remove(self, store_id: str, actor: Actor, *, entry_id: str = "") -> WrittenRecord:
        """Take the shop out of the registry; its offers stay as they are."""
        await append_audit(self._producer, actor, "remove_shop", store_id, entry_id=entry_id)
        return await self._producer.send_and_wait(SHOPS.name, None, store_id.encode(), headers=HEADERS)
