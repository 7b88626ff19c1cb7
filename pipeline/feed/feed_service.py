"""What feeding stands on: Kafka, the store of what was sent, the registry of shops."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

from ops import metrics
from ops.kafka import Kafka
from ops.service import Service
from ops.settings import FeedSettings, Settings
from pipeline.contracts.feeds import FeedRun, address_token, chat_token
from pipeline.contracts.topics import LAST_FEED_RUNS
from pipeline.feed.address_folder import AddressFolder
from pipeline.feed.decisions import Decider, DecisionsFollower
from pipeline.feed.dropped import Dropped
from pipeline.feed.feeding import Feeder
from pipeline.feed.fetching import AddressFeeds, ShopsView, run_name
from pipeline.feed.products_log import ProductsLog
from pipeline.feed.run_log import LastFeeds
from pipeline.feed.running_feed import FeedOrigin, RunningFeed
from pipeline.feed.sender import Sender
from pipeline.feed.sent_offers import SentOffers
from pipeline.kafka.live_view import LiveView
from pipeline.shops.directory import shop_view
from pipeline.shops.fetch_view import fetch_view


@dataclass(frozen=True, slots=True)
class FeedParts:
    """What a file is fed with."""

    feeder: Feeder
    decider: Decider
    sender: Sender
    shops: ShopsView
    settings: FeedSettings

    def begin(self, name: str, origin: FeedOrigin) -> RunningFeed:
        """A feed that begins now."""
        return RunningFeed(name, origin, self.shops.get)

    def begin_dropped(self, file: Dropped, origin: FeedOrigin) -> RunningFeed:
        """The feed of a file of the shops' folder, by what its name says of how it came there."""
        if address_token(file.path.name):
            shop = self.shops.get(file.shop)
            address = shop.address if shop is not None else None
            name = run_name(file.shop, address) if address else file.name
            return self.begin(name, replace(origin, channel="address", shop=file.shop))
        channel: Literal["chat", "folder"] = "chat" if chat_token(file.name) else "folder"
        return self.begin(file.name, replace(origin, channel=channel, shop=file.shop))


@asynccontextmanager
async def open_feeder(settings: Settings, patience_s: float = 120.0) -> AsyncIterator[FeedParts]:
    """Everything that feeds files; `patience_s` as in `Sender`."""
    kafka = Kafka(settings, "feed")
    async with AsyncExitStack() as stack:
        sender = await stack.enter_async_context(Sender(kafka, patience_s))
        offers = await stack.enter_async_context(SentOffers(settings.stack_dir, ProductsLog(kafka)))
        shops = await stack.enter_async_context(shop_view(kafka))
        feeder = Feeder(sender, offers, settings.feed)
        yield FeedParts(feeder, Decider(feeder, sender, offers), sender, shops, settings.feed)


@asynccontextmanager
async def serving(settings: Settings, parts: FeedParts) -> AsyncIterator[LastFeeds]:
    """What the service does beside feeding: carry out decisions, and measure how long shops have been silent.

    Yields the last feeds of the shops, followed.
    """
    kafka, last = Kafka(settings, "feed"), LastFeeds()
    metrics.FEED_SILENT.set(timedelta(days=parts.settings.silent_days).total_seconds())
    async with LiveView(kafka, LAST_FEED_RUNS, FeedRun) as view, DecisionsFollower(kafka, parts.decider):
        view.subscribe(last.take)
        for store, run in list(view.items()):
            await last.take(store, None, run)
        yield last


@asynccontextmanager
async def fetching(
    settings: Settings, parts: FeedParts, service: Service, folder: Path, last: LastFeeds
) -> AsyncIterator[AddressFeeds]:
    """Fetch the feeds of shops that have an address into this folder, as long as it is entered."""
    async with fetch_view(Kafka(settings, "feed")) as view:
        told = dict(view.items())
    async with AddressFeeds(
        AddressFolder(folder), parts.shops, parts.sender, parts.settings, service, told=told, waits=last.waits
    ) as feeds:
        yield feeds
