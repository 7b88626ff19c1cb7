"""The shops' feeds, and the decision about those that would take much off sale: how the feature is registered."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.container.foundation import Foundation
from bot.container.parts import Servers
from bot.container.registration import Command, Feature, on
from bot.core.background_tasks import Work
from bot.features.feeds.buttons import DecideFeed, ShowFeeds
from bot.features.feeds.handlers import decide_feed, feeds, show_feeds
from bot.features.feeds.notices import FeedNotices
from bot.features.feeds.ports import FeedPorts
from bot.features.feeds.services import FeedServices
from bot.features.feeds.store import FEEDS_TOLD
from bot.ui.locale import later
from bot.ui.roles import Role
from pipeline.shops.decision_ledger import DecisionLedger
from pipeline.shops.run_view import RunView


@asynccontextmanager
async def connect(servers: Servers) -> AsyncIterator[FeedPorts]:
    """The topics of runs, followed."""
    async with RunView(servers.kafka) as runs:
        yield FeedPorts(runs, DecisionLedger(servers.producer), servers.shops.shown)


def build(base: Foundation) -> FeedServices:
    """Over the ports, and what tells the admins."""
    ports = base.shared.get(FeedPorts)
    told = base.stores.of(FEEDS_TOLD)
    notices = FeedNotices(ports, told, base.delivery.pending, base.persons, base.clock)
    return FeedServices(ports, notices, base.clock)


def work(services: FeedServices) -> Sequence[Work]:
    """Tell the admins of feeds that wait."""
    return (Work("feed-notices", services.notices.run),)


FEEDS = Feature(
    name="feeds",
    build=build,
    connect=connect,
    stores=(FEEDS_TOLD,),
    commands=(Command("feeds", feeds, Role.OPERATOR, later("the shops' feeds")),),
    buttons=(on(ShowFeeds, show_feeds), on(DecideFeed, decide_feed)),
    work=work,
)
