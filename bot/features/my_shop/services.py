"""What /my stands on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.access import Access
from bot.core.audit_log import AuditLog
from bot.core.long_answers import LongAnswers
from bot.core.shops import ShopRegistry
from bot.features.my_shop.ports import MyShopPorts
from bot.features.my_shop.reviews import Reviews
from bot.features.my_shop.stock import Stock, StockTaking
from bot.products.visibility import VisibilityPolicy
from pipeline.bans import Rules
from pipeline.contracts.messages import Ban

FRESH = timedelta(minutes=2)
MOST_COUNTED = 50
"""Shops of which the last count is kept."""


class StockCounts:
    """Counts of what shops have; for a short time the last one answers, so that pages of a list are one list."""

    def __init__(self, ports: MyShopPorts, visibility: VisibilityPolicy, clock: Callable[[], datetime]) -> None:
        self._ports = ports
        self._visibility = visibility
        self._clock = clock
        self._counted: dict[str, tuple[datetime, Rules, Stock]] = {}

    async def of(self, store_id: str, *, anew: bool = False) -> Stock | None:
        """What the shop has; None when it cannot be counted now."""
        now, rules = self._clock(), self._visibility.rules()
        known = self._counted.get(store_id)
        if known is not None and not anew and now - known[0] < FRESH and known[1] is rules:
            return known[2]
        taking = StockTaking(rules, now)
        if not await self._ports.offers.count(store_id, taking):
            return None
        self._counted.pop(store_id, None)
        while len(self._counted) >= MOST_COUNTED:
            del self._counted[next(iter(self._counted))]
        stock = taking.stock()
        self._counted[store_id] = now, rules, stock
        return stock


@dataclass(frozen=True, slots=True)
class MyShopServices:
    """`stocks` counts, `ban_of` says why a rule is in force."""

    ports: MyShopPorts
    stocks: StockCounts
    reviews: Reviews
    access: Access
    shops: ShopRegistry
    ban_of: Callable[[str], Ban | None]
    audit_log: AuditLog
    clock: Callable[[], datetime]
    long_answers: LongAnswers
