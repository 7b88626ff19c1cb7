"""What the buttons of result lists stand for, so that a list of last week still works after a restart."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.products.list_state import ListState
from bot.products.offer_ids import is_kept, is_marked, link_payload, product_mark, token
from bot.state.buffered import BufferedStore
from bot.state.store import each
from pipeline.contracts.messages import Product

KEPT_DAYS = 60
# A state that is used again is written again at most this often, to prolong its life.
REFRESH_DAYS = 7
PATIENCE_S = 0.5


class ListStore:
    """States by token. While Kafka is away, new ones live in memory and are written with a later list's."""

    def __init__(
        self, states: BufferedStore[ListState], clock: Callable[[], datetime], patience_s: float = PATIENCE_S
    ) -> None:
        self._states = states
        self._clock = clock
        self._patience_s = patience_s

    def get(self, name: str) -> ListState | None:
        """What the token stands for, or None when it is unknown or was forgotten."""
        return self._states.saved(name) or self._states.get(name)

    def offer_id(self, product: str) -> str | None:
        """The id of a button's product, which may be a stand-in for a long one."""
        if not is_marked(product):
            return product or None
        state = self.get(product[1:])
        return state.offer_id if state else None

    async def keep(self, states: Iterable[ListState]) -> None:
        """Make sure that these survive a restart. Never raises: without Kafka they stay in memory for now."""
        now = self._clock()
        due = False
        for state in states:
            name = token(state)
            kept = self._states.saved(name)
            if kept is None or kept.at is None or now - kept.at > timedelta(days=REFRESH_DAYS):
                self._states.put_soon(name, state.model_copy(update={"at": now}))
                due = True
        if due:
            # An answer waits a moment for its buttons to become durable.
            await self._states.settled(self._patience_s)

    async def keep_long_ids(self, products: Iterable[Product]) -> None:
        """Make sure that buttons can name these products, also after a restart."""
        ids = [product.offer_id for product in products if is_marked(product_mark(product.offer_id))]
        await self.keep(ListState(offer_id=offer_id) for offer_id in ids)

    async def keep_linked(self, products: Iterable[Product]) -> None:
        """Make sure that links can name these products, also after a restart."""
        ids = [product.offer_id for product in products if is_kept(link_payload(product.offer_id))]
        await self.keep(ListState(offer_id=offer_id) for offer_id in ids)

    async def sweep(self) -> int:
        """Delete what nobody used for long; how many. Raises KafkaError."""
        oldest = self._clock() - timedelta(days=KEPT_DAYS)
        old = [name async for name, state in each(self._states) if state.at is None or state.at < oldest]
        for name in old:
            await self._states.put(name, None)
        return len(old)
