"""What feeding stands on: Kafka, the store of what was sent, the registry of shops."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from ops import metrics
from ops.kafka import Kafka
from ops.settings import FeedSettings, Settings
from pipeline.contracts.feeds import FeedRun
from pipeline.contracts.topics import LAST_FEED_RUNS
from pipeline.feed.decisions import Decider, DecisionsFollower
from pipeline.feed.feeding import Feeder
from pipeline.feed.products_log import ProductsLog
from pipeline.feed.run_log import LastFeeds
from pipeline.feed.running_feed import FeedOrigin, RunningFeed, ShopLookup
from pipeline.feed.sender import Sender
from pipeline.feed.sent_offers import SentOffers
from pipeline.kafka.live_view import LiveView
from pipeline.shops.directory import shop_view


@dataclass(frozen=True, slots=True)
class FeedParts:
    """What a file is fed with."""

    feeder: Feeder
    decider: Decider
    shop_of: ShopLookup
    settings: FeedSettings

    def begin(self, name: str, origin: FeedOrigin) -> RunningFeed:
        """A feed that begins now."""
        return RunningFeed(name, origin, self.shop_of)


@asynccontextmanager
async def open_feeder(settings: Settings, patience_s: float = 120.0) -> AsyncIterator[FeedParts]:
    """Everything that feeds files; `patience_s` as in `Sender`."""
    kafka = Kafka(settings, "feed")
    async with AsyncExitStack() as stack:
        sender = await stack.enter_async_context(Sender(kafka, patience_s))
        offers = await stack.enter_async_context(SentOffers(settings.stack_dir, ProductsLog(kafka)))
        shops = await stack.enter_async_context(shop_view(kafka))
        feeder = Feeder(sender, offers, settings.feed)
        yield FeedParts(feeder, Decider(feeder, sender, offers), shops.get, settings.feed)


@asynccontextmanager
async def serving(settings: Settings, parts: FeedParts) -> AsyncIterator[None]:
    """What the service does beside feeding: carry out decisions, and measure how long shops have been silent."""
    kafka, last = Kafka(settings, "feed"), LastFeeds()
    metrics.FEED_SILENT.set(timedelta(days=parts.settings.silent_days).total_seconds())
    async with LiveView(kafka, LAST_FEED_RUNS, FeedRun) as view, DecisionsFollower(kafka, parts.decider):
        view.subscribe(last.take)
        for store, run in list(view.items()):
            await last.take(store, None, run)
        yield
