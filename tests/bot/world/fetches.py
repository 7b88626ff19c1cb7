"""How fetching from the shops' addresses stands, as the topic has it, and the names that the internet knows."""

from collections.abc import ItemsView

from bot.features.shops.ports import ShopPorts
from pipeline.contracts.feeds import FeedFetch
from pipeline.kafka.live_view import Listener


class MemoryFetches:
    """What the feed service tells; it outlives the bot. `names`: who is behind a name, None when that is not known."""

    def __init__(self) -> None:
        self._all: dict[str, FeedFetch] = {}
        self._listeners: list[Listener[FeedFetch]] = []
        self.names: dict[str, frozenset[str] | None] = {"shop.ru": frozenset({"93.184.216.34"})}

    def ports(self) -> ShopPorts:
        """What a bot that starts now stands on."""
        self._listeners.clear()
        return ShopPorts(self, self._resolve)

    async def tell(self, fetch: FeedFetch) -> None:
        """The feed service tells how a fetch ended."""
        before = self._all.get(fetch.store_id)
        self._all[fetch.store_id] = fetch
        for listener in self._listeners:
            await listener(fetch.store_id, before, fetch)

    def get(self, key: str) -> FeedFetch | None:
        return self._all.get(key)

    def items(self) -> ItemsView[str, FeedFetch]:
        return self._all.items()

    def subscribe(self, listener: Listener[FeedFetch]) -> None:
        self._listeners.append(listener)

    async def _resolve(self, host: str) -> frozenset[str] | None:
        return self.names.get(host, frozenset())
