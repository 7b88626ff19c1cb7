"""The shops' feeds, and the decision about those that would take much off sale: how the feature is registered."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.container.foundation import Foundation
from bot.container.parts import Servers
from bot.container.registration import Command, Feature, on
from bot.core.background_tasks import Work
from bot.core.recent_changes import RecentChanges
from bot.core.shops import ShopRegistry
from bot.features.feeds.buttons import DecideFeed, SendFile, SendRows, ShowFeeds
from bot.features.feeds.changes import feeds_since
from bot.features.feeds.file_book import FileBook
from bot.features.feeds.file_handlers import send_file, take_file
from bot.features.feeds.handlers import decide_feed, feeds, send_rows, show_feeds
from bot.features.feeds.home import home
from bot.features.feeds.notices import FeedNotices
from bot.features.feeds.ports import FeedPorts
from bot.features.feeds.receiving import Receiving
from bot.features.feeds.sent_message import SentMessages
from bot.features.feeds.services import FeedServices
from bot.features.feeds.shop_folder import ShopFolder
from bot.features.feeds.store import FEEDS_DECIDED, FEEDS_TOLD, SENT_FILES
from bot.features.feeds.waiting_feeds import WaitingFeeds
from bot.ui.locale import later
from bot.ui.roles import Role
from pipeline.shops.decision_ledger import DecisionLedger
from pipeline.shops.refused_rows import KafkaRefusedRows
from pipeline.shops.run_view import RunView


@asynccontextmanager
async def connect(servers: Servers) -> AsyncIterator[FeedPorts]:
    """The topics of runs, followed."""
    async with RunView(servers.kafka) as runs:
        yield FeedPorts(runs, KafkaRefusedRows(servers.kafka), DecisionLedger(servers.producer), servers.shops.shown)


def build(base: Foundation) -> FeedServices:
    """Over the ports: what tells people of feeds, and what takes their files."""
    ports, shops = base.shared.get(FeedPorts), base.shared.get(ShopRegistry)
    delivery, files, root = base.delivery, FileBook(base.stores.of(SENT_FILES)), base.settings.bot.feeds_dir
    decisions = base.stores.of(FEEDS_DECIDED)
    waiting = WaitingFeeds(ports, decisions, base.cards, shops=shops, files=files)
    messages = SentMessages(
        files,
        ports.runs,
        ports.refused,
        base.persons,
        delivery.outbox,
        delivery.sender,
        delivery.bot,
        ports.shop_name,
        waiting.cards,
    )
    folder = ShopFolder(root) if root is not None else None
    receiving = Receiving(files, ports.runs, messages, folder, delivery.bot, base.clock, asyncio.Event())
    receiving.follow()
    notices = FeedNotices(
        ports,
        base.stores.of(FEEDS_TOLD),
        decisions,
        delivery.pending,
        base.persons,
        waiting=waiting,
        files=files,
        clock=base.clock,
    )
    base.shared.get(RecentChanges).add(lambda since, texts: feeds_since(ports, since, texts))
    return FeedServices(
        ports, shops, base.persons.access, notices, waiting, decisions, receiving, base.audit_log, base.clock
    )


def work(services: FeedServices) -> Sequence[Work]:
    """Tell people of feeds, and fetch the files that sellers send."""
    return (Work("feed-notices", services.notices.run), Work("sent-files", services.receiving.run))


FEEDS = Feature(
    name="feeds",
    build=build,
    connect=connect,
    stores=(FEEDS_TOLD, FEEDS_DECIDED, SENT_FILES),
    commands=(Command("feeds", feeds, Role.OPERATOR, later("shops' price lists")),),
    buttons=(on(ShowFeeds, show_feeds), on(DecideFeed, decide_feed), on(SendRows, send_rows), on(SendFile, send_file)),
    documents=take_file,
    home=home,
    work=work,
)
