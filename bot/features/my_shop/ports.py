"""What the feature asks of servers: what shops sent, who found them, and a process that draws."""

from dataclasses import dataclass
from typing import Protocol

from bot.features.my_shop.figures import Week
from bot.features.my_shop.stock import StockTaking
from bot.ui.locale import Language
from bot.ui.span import Span


class SentOffers(Protocol):
    """The topic of products."""

    async def count(self, store_id: str, taking: StockTaking) -> bool:
        """Give all that the shop sent to `taking`; False when that takes too long, or Kafka does not answer."""


class Activity(Protocol):
    """The log of requests."""

    async def week(self, store_id: str, span: Span) -> Week:
        """Raises what Elasticsearch's client raises."""


class Drawn(Protocol):
    """Who draws the picture."""

    async def picture(self, week: Week, shop: str, language: Language) -> bytes:
        """As PNG. Raises TimeoutError, and BrokenProcessPool."""


@dataclass(frozen=True, slots=True)
class MyShopPorts:
    """What is opened once, and replaced in tests."""

    offers: SentOffers
    activity: Activity
    drawing: Drawn
