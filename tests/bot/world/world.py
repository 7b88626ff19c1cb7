"""A bot in a sandbox, built as the real one, with everything behind it in memory."""

import asyncio
import contextlib
import weakref
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TypeVar

import aiohttp
from pydantic import BaseModel

from bot.application.features import FEATURES, specs
from bot.application.framework import build, route
from bot.application.marketplace import Marketplace, marketplace
from bot.container.parts import Parts
from bot.container.registration import AnyFeature
from bot.core.access import GRANTS, RoleGrant
from bot.core.intake import Intake
from bot.core.job_requests import JOB_REQUESTS, JOB_STATUSES
from bot.core.outbox_message import OUTBOX, OutboxMessage
from bot.core.people import SETTINGS, PersonSettings
from bot.core.pseudonyms import Pseudonyms
from bot.features.alerts.arrival.inbox import AlertInbox
from bot.features.alerts.arrival.told_file import ToldFile
from bot.features.alerts.cards.store import CardStore
from bot.features.alerts.causes.drawing import HourDrawing
from bot.features.alerts.causes.history import Prometheus
from bot.features.alerts.drills.drill import Drill
from bot.features.alerts.feature import AlertPorts
from bot.features.alerts.services import AlertServices
from bot.features.bans.feature import BanPorts
from bot.features.bans.models import REQUESTS, BanRequest
from bot.features.check.checks import CheckPorts
from bot.features.dead_letters.feature import DeadLetterPorts
from bot.features.feeds.ports import FeedPorts
from bot.features.my_shop.drawing import WeekDrawing
from bot.features.my_shop.feature import MyShopSources
from bot.features.my_shop.ports import MyShopPorts
from bot.features.privacy.feature import PrivacyPorts
from bot.features.privacy.store import FORGET_REQUESTS, FORGETTING, Forgetting
from bot.features.recommendations.feature import RecommendationPorts
from bot.features.recommendations.models import PREFERENCES, Preferences
from bot.features.reports.drawing import Drawing
from bot.features.reports.feature import ReportPorts
from bot.features.reports.service import Drawn
from bot.features.status.feature import StatusPorts
from bot.features.status.report import StatusReport
from bot.features.status.services import Look
from bot.features.trace.ports import TracePorts
from bot.features.watches.feature import WatchPorts
from bot.features.watches.log_places import LogPlace
from bot.features.watches.models import PRICES, SEARCHES, LogEnds, PriceWatch, SavedSearch
from bot.features.watches.services import WatchServices
from bot.features.watches.snapshots import ProductSnapshots
from bot.products.list_state import LISTS, ListState
from bot.products.prompt_catalog import PromptCatalog
from bot.products.synonyms import SYNONYMS, SynonymLine
from bot.state.store import StoreSpec
from bot.telegram.framework import Bot
from bot.telegram.pace import Limit, Limits, Pace
from bot.telegram.update_journal import UpdateJournal
from bot.telegram.webhook_receiver import Webhook
from ops.preflight.bot_api import BotApi
from ops.sandbox.server import DEMO_TOKEN, Sandbox
from ops.service import Service
from ops.settings import BotSettings, MarketSettings, Settings
from pipeline.contracts.jobs import ForgetRequest, JobRequest, JobStatus
from pipeline.contracts.messages import Product, Recommendations
from tests.bot.world.alert_samples import START
from tests.bot.world.alertmanager import MemoryAlertmanager, NoNotifications
from tests.bot.world.away import AwayCatalog, MemoryKafka
from tests.bot.world.feeds import MemoryFeeds
from tests.bot.world.fetches import MemoryFetches
from tests.bot.world.memory import (
    Clock,
    MemoryBans,
    MemoryCatalog,
    MemoryPublished,
    MemoryRecords,
    watches,
)
from tests.bot.world.my_shop import MemoryActivity, MemorySentOffers
from tests.bot.world.person import Person
from tests.bot.world.ports import (
    MemoryAudit,
    MemoryBanRepository,
    MemoryDeadLetters,
    MemoryRefusedProducts,
    MemoryReporter,
)
from tests.bot.world.shops import MemoryShops
from tests.bot.world.stores import MemoryStore, MemoryTopic
from tests.bot.world.trace import MemoryOfferLogs

FREELY = Limits(overall=Limit(1e6, 1e6), private=Limit(1e6, 1e6), group=Limit(1e6, 1e6))
PSEUDONYMS = Pseudonyms(b"0" * 32)
M = TypeVar("M", bound=BaseModel)
S = TypeVar("S")


def bot_settings(**more: object) -> BotSettings:
    """The settings of the tests' people: 2001 and 2002 are admins, 3001 and 3002 operators."""
    return BotSettings.model_validate({"admins": (2001, 2002), "operators": (3001, 3002)} | more)


@dataclass
class World:
    """What the bot stands on, and what outlives it when it is started anew.

    `features` are what the bot is made of; `dataclasses.replace(world, features=…)` is a world of others.
    """

    sandbox: Sandbox
    session: aiohttp.ClientSession
    features: Sequence[AnyFeature] = FEATURES
    catalog: MemoryCatalog = field(default_factory=lambda: MemoryCatalog(*watches()))
    bans: MemoryBans = field(default_factory=MemoryBans)
    recommendations: MemoryPublished = field(default_factory=MemoryPublished)
    records: MemoryRecords = field(default_factory=MemoryRecords)
    clock: Clock = field(default_factory=Clock)
    bot_settings: BotSettings = field(default_factory=bot_settings)
    market_settings: MarketSettings = field(default_factory=lambda: MarketSettings(rates="USD=90"))
    status: StatusReport | Exception = field(default_factory=lambda: StatusReport(START, ()))
    rehearse: Callable[[CardStore], Drill] | None = None
    drawing: Drawn = field(default_factory=Drawing)
    # How long the bot waits for the catalogue.
    answers_within_s: float = 30.0
    limits: Limits = FREELY

    def __post_init__(self) -> None:
        self.kafka = MemoryKafka(self.clock)
        self.elasticsearch = AwayCatalog(self.catalog)
        self.audit = MemoryAudit(self.kafka.confirm)
        self.topic = MemoryTopic(specs(self.features), self.kafka.confirm)
        # Gone with the world, also with one that nobody closes.
        self.directory = Path(mkdtemp(prefix="yarmarka-bot-"))
        weakref.finalize(self, rmtree, self.directory, ignore_errors=True)
        self.repository = MemoryBanRepository(self.bans, self.catalog, self.audit, self.clock)
        self.letters = MemoryDeadLetters(self.audit, self.kafka)
        self.feeds = MemoryFeeds(self.audit)
        self.offer_logs = MemoryOfferLogs(self.kafka)
        self.sent_offers, self.activity = MemorySentOffers(self.kafka), MemoryActivity(self.elasticsearch)
        self.shops = MemoryShops(self.audit)
        self.fetches = MemoryFetches()
        self.reporter = MemoryReporter(self.clock)
        self.alertmanager = MemoryAlertmanager(self.clock)
        self.all = tuple(self.catalog.shelf.values())
        self.snapshots = ProductSnapshots()
        self.log_end = 0
        for product in self.all:
            self.snapshots.put(product.offer_id, product, self.placed())
        self.look: Look = self._told_status
        self.inbox = AlertInbox()
        self.histories = Prometheus("")
        self.running: Marketplace | None = None
        self.files = self.directory / "updates"

    def store(self, spec: StoreSpec[M]) -> MemoryStore[M]:
        """A store of the topic `chat_state`."""
        return self.topic.store(spec)

    @property
    def published(self) -> dict[str, Recommendations]:
        return self.recommendations.lists

    @property
    def roles(self) -> MemoryStore[RoleGrant]:
        return self.store(GRANTS)

    @property
    def choices(self) -> MemoryStore[PersonSettings]:
        return self.store(SETTINGS)

    @property
    def seen(self) -> MemoryStore[Preferences]:
        return self.store(PREFERENCES)

    @property
    def lists(self) -> MemoryStore[ListState]:
        return self.store(LISTS)

    @property
    def forget_requests(self) -> MemoryStore[ForgetRequest]:
        return self.store(FORGET_REQUESTS)

    @property
    def forgetting(self) -> MemoryStore[Forgetting]:
        return self.store(FORGETTING)

    @property
    def pending(self) -> MemoryStore[OutboxMessage]:
        return self.store(OUTBOX)

    @property
    def prices(self) -> MemoryStore[PriceWatch]:
        return self.store(PRICES)

    @property
    def searches(self) -> MemoryStore[SavedSearch]:
        return self.store(SEARCHES)

    @property
    def requests(self) -> MemoryStore[BanRequest]:
        return self.store(REQUESTS)

    @property
    def synonyms(self) -> MemoryStore[SynonymLine]:
        return self.store(SYNONYMS)

    @property
    def jobs(self) -> MemoryStore[JobStatus]:
        return self.store(JOB_STATUSES)

    @property
    def job_requests(self) -> MemoryStore[JobRequest]:
        return self.store(JOB_REQUESTS)

    @property
    def told(self) -> ToldFile:
        """What was told without Kafka, as a bot that starts now finds it."""
        return ToldFile(self.directory / "told.json")

    def person(self, user_id: int, chat_id: int | None = None) -> Person:
        return Person(self.session, self.sandbox.url, user_id, chat_id)

    async def misbehave(self, method: str, kind: str, times: int = 1, retry_after: int = 1) -> None:
        body = {"method": method, "kind": kind, "times": times, "retry_after": retry_after}
        async with self.session.post(f"{self.sandbox.url}/faults", json=body) as answer:
            assert answer.status == 200, await answer.text()

    def parts(self) -> Parts:
        """What a bot that starts now stands on."""
        return Parts(
            clock=self.clock,
            stores=self.topic.stores(),
            pseudonyms=PSEUDONYMS,
            catalog=PromptCatalog(self.elasticsearch, self.answers_within_s),
            bans=self.bans,
            audit_log=self.audit.log(self.clock),
            records=self.records,
            kafka=self.kafka,
            ports=self._ports(),
        )

    def made(self, bot: Bot, pace: Pace | None = None) -> Marketplace:
        """The marketplace as the real one is built, over this bot."""
        self.running = marketplace(
            Settings(bot=self.bot_settings, market=self.market_settings),
            self.parts(),
            bot,
            pace or Pace(FREELY),
            features=self.features,
        )
        return self.running

    def services(self, kind: type[S]) -> S:
        """The services of a feature of the bot that was made last."""
        assert self.running is not None
        return self.running.base.shared.get(kind)

    def placed(self) -> LogPlace:
        """The place of a new record in the log of products, which has one partition."""
        self.log_end += 1
        return LogPlace("products-1", 0, self.log_end - 1)

    async def log_ends(self) -> LogEnds:
        """Where the log of products ends now."""
        return LogEnds(topic_id="products-1", ends={0: self.log_end})

    async def offers(self, offer_id: str, product: Product | None) -> None:
        """The filter lets the product through, or takes it back; index and watcher follow."""
        self.catalog.put(offer_id, product)
        change = self.snapshots.put(offer_id, product, self.placed())
        if change is None or self.running is None:
            return
        watcher = self.services(WatchServices).watcher
        if watcher.concerns(change):
            assert await watcher.look([change]) == {offer_id}

    @contextlib.asynccontextmanager
    async def bot(self, idle: Collection[str] = (), webhook: Webhook | None = None) -> AsyncIterator[Service]:
        """A bot at work; entered again after its end, it is one that was started anew.

        Of the features named `idle` nothing goes on in the background, but that old cards are shown as they are.
        """
        service, pace = Service("bot"), Pace(self.limits)
        application, source = build(DEMO_TOKEN, self.sandbox.url, timeout_s=5, pace=pace)
        made = self.made(application.bot, pace)
        route(application, made.router)
        async with application:
            await application.start()
            if "alerts" in idle:
                self.services(AlertServices).components.recover()
            tasks = [asyncio.create_task(work.run()) for work in made.work(idle)]
            journal = UpdateJournal(self.files, str(application.bot.id))
            intake = asyncio.create_task(
                Intake(application, made.router, source, service, journal, webhook=webhook).run()
            )
            try:
                yield service
            finally:
                service.stopping.set()
                await intake
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                journal.close()
                await application.stop()

    def _ports(self) -> list[object]:
        self.inbox = AlertInbox()
        return [
            RecommendationPorts(self.recommendations),
            WatchPorts(self.log_ends),
            PrivacyPorts(self.records),
            BanPorts(self.repository, MemoryRefusedProducts(self.all, self.clock, self.kafka)),
            DeadLetterPorts(self.letters),
            self.shops.registry(),
            self.fetches.ports(),
            FeedPorts(self.feeds, self.feeds, self.feeds, self.shops.shown),
            TracePorts(self.offer_logs, self.bans, self.shops.shown, lambda: ["sever", "yug"]),
            MyShopSources(MyShopPorts(self.sent_offers, self.activity, WeekDrawing()), self.bans.get),
            ReportPorts(lambda _: self.reporter, self.drawing),
            AlertPorts(
                self.alertmanager,
                NoNotifications(),
                self.inbox,
                self.told,
                self.histories,
                HourDrawing(),
                self.rehearse,
            ),
            StatusPorts(self._look),
            CheckPorts(self._elasticsearch_answers, self._bot_api),
        ]

    async def _elasticsearch_answers(self) -> None:
        if self.elasticsearch.fault:
            raise ConnectionError("no node")

    @contextlib.asynccontextmanager
    async def _bot_api(self) -> AsyncIterator[BotApi]:
        yield BotApi(self.session, self.sandbox.url, DEMO_TOKEN, None)

    async def _look(self) -> StatusReport:
        return await self.look()

    async def _told_status(self) -> StatusReport:
        if isinstance(self.status, Exception):
            raise self.status
        return self.status
