"""A bot in a sandbox, with everything behind it in memory."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import aiohttp
import pytest

from bot.application import build, menu_lines, route
from bot.core.access import Access
from bot.core.intake import Intake
from bot.core.people import People
from bot.core.pseudonyms import Pseudonyms
from bot.features.alerts.models import OutboxMessage
from bot.features.help.suggestions import Suggestions
from bot.features.privacy.service import Deletions, Privacy
from bot.features.recommendations.recommender import Recommender
from bot.features.recommendations.store import NotedRecords, PreferenceStore
from bot.features.watches.models import PriceWatch, SavedSearch
from bot.features.watches.notifier import WatchNotifier
from bot.features.watches.snapshots import ProductSnapshots
from bot.features.watches.store import WatchStore
from bot.features.watches.watcher import Watcher
from bot.products.list_store import ListStore
from bot.products.visibility import VisibilityPolicy
from bot.services import Services
from bot.telegram.menus import Menus
from bot.telegram.message_sender import MessageSender
from bot.telegram.outbox import Outbox
from bot.telegram.pending_messages import PendingMessages
from bot.telegram.rate_limiter import Limit, Limits
from bot.telegram.sent import Sent
from ops.sandbox.server import DEMO_TOKEN, Sandbox, running
from ops.service import Service
from pipeline.contracts.chat_state import Forgetting, ListState, PersonSettings, Preferences, RoleGrant
from pipeline.contracts.jobs import ForgetRequest
from pipeline.contracts.messages import Product, Recommendations
from tests.bot.admin.world import AdminWorld
from tests.bot.chat import Person
from tests.bot.memory import Clock, MemoryBans, MemoryCatalog, MemoryRecommended, MemoryRecords, MemoryState, watches

FREELY = Limits(overall=Limit(1e6, 1e6), private=Limit(1e6, 1e6), group=Limit(1e6, 1e6))
PSEUDONYMS = Pseudonyms(b"0" * 32)


@dataclass
class World:
    """What the bot stands on, and what outlives it when it is started anew."""

    sandbox: Sandbox
    session: aiohttp.ClientSession
    catalog: MemoryCatalog = field(default_factory=lambda: MemoryCatalog(*watches()))
    bans: MemoryBans = field(default_factory=MemoryBans)
    roles: MemoryState[RoleGrant] = field(default_factory=MemoryState)
    choices: MemoryState[PersonSettings] = field(default_factory=MemoryState)
    seen: MemoryState[Preferences] = field(default_factory=MemoryState)
    published: dict[str, Recommendations] = field(default_factory=dict)
    lists: MemoryState[ListState] = field(default_factory=MemoryState)
    forget_requests: MemoryState[ForgetRequest] = field(default_factory=MemoryState)
    forgetting: MemoryState[Forgetting] = field(default_factory=MemoryState)
    pending: MemoryState[OutboxMessage] = field(default_factory=MemoryState)
    prices: MemoryState[PriceWatch] = field(default_factory=MemoryState)
    searches: MemoryState[SavedSearch] = field(default_factory=MemoryState)
    records: MemoryRecords = field(default_factory=MemoryRecords)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.admin = AdminWorld(self.catalog, self.bans, self.clock)
        self.shelf = ProductSnapshots()
        for product in self.catalog.shelf.values():
            self.shelf.put(product.product_id, product, self.clock())
        self.watcher: Watcher | None = None

    def person(self, user_id: int, chat_id: int | None = None) -> Person:
        return Person(self.session, self.sandbox.url, user_id, chat_id)

    async def misbehave(self, method: str, kind: str, times: int = 1, retry_after: int = 1) -> None:
        body = {"method": method, "kind": kind, "times": times, "retry_after": retry_after}
        async with self.session.post(f"{self.sandbox.url}/faults", json=body) as answer:
            assert answer.status == 200, await answer.text()

    def services(self) -> Services:
        visibility = VisibilityPolicy(self.bans, self.clock)
        access = Access(self.roles, PSEUDONYMS, first_admins={2001, 2002}, first_operators={3001, 3002})
        people = People(self.choices)
        preferences = PreferenceStore(self.seen, self.clock)
        watches = WatchStore(self.prices, self.searches, self.clock)
        admin = self.admin.admin(self.roles, access, people, PSEUDONYMS)
        privacy = Privacy(
            Deletions(self.forget_requests, self.forgetting),
            people=people,
            preferences=preferences,
            watches=watches,
            recommended=MemoryRecommended(self.published),
            log=self.records,
            jobs=admin.jobs,
            clock=self.clock,
        )
        return Services(
            catalog=self.catalog,
            visibility=visibility,
            lists=ListStore(self.lists, self.clock),
            people=people,
            access=access,
            pseudonyms=PSEUDONYMS,
            records=NotedRecords(self.records, preferences),
            menus=Menus(menu_lines(), access),
            suggestions=Suggestions(self.catalog, visibility, self.clock),
            preferences=preferences,
            recommender=Recommender(self.published, preferences, self.catalog, visibility),
            watches=watches,
            privacy=privacy,
            admin=admin,
            clock=self.clock,
        )

    async def offers(self, product_id: str, product: Product | None) -> None:
        """The filter lets the product through, or takes it back; index and watcher follow."""
        self.catalog.put(product_id, product)
        change = self.shelf.put(product_id, product, self.clock())
        if change is not None and self.watcher is not None and self.watcher.concerns(change):
            assert await self.watcher.look([change]) == {product_id}

    @contextlib.asynccontextmanager
    async def bot(self, services: Callable[["World"], Services] = services) -> AsyncIterator[Service]:
        """A bot at work; entered again after its end, it is a bot that was started anew."""
        service = Service("bot")
        sent, outbox = Sent(), Outbox()
        application, source = build(DEMO_TOKEN, self.sandbox.url, limits=FREELY, timeout_s=5, sent=sent)
        made = services(self)
        self.watcher = Watcher(made.watches, made.catalog, made.visibility, self.clock)
        sender = MessageSender(application.bot, sent)
        messages = PendingMessages(self.pending, outbox, sender, self.clock)
        teller = WatchNotifier(
            made.watches, outbox, sender, made.catalog, made.visibility,
            lists=made.lists, people=made.people, clock=self.clock,
        )  # fmt: skip
        router = route(application, made)
        async with application:
            await application.start()
            works = (made.admin.work.run(application.bot), outbox.run(), teller.run(), made.privacy.run(messages))
            minding = [asyncio.create_task(work) for work in works]
            intake = asyncio.create_task(Intake(application, router, source, service).run())
            try:
                yield service
            finally:
                service.stopping.set()
                await intake
                for task in minding:
                    task.cancel()
                await asyncio.gather(*minding, return_exceptions=True)
                await made.admin.jobs.close()
                await application.stop()


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A sandbox without a bot."""
    async with running() as sandbox, aiohttp.ClientSession() as session:
        yield World(sandbox, session)


@pytest.fixture
async def chat(world: World) -> AsyncIterator[World]:
    """A sandbox with a bot at work."""
    async with world.bot():
        yield world
