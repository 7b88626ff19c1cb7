"""What all features share, opened and put together: Kafka, Elasticsearch, state, people, products, delivery.

Nothing here knows a feature. Tests put their own parts in the place of the real ones: see `Parts`.
"""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiokafka import AIOKafkaProducer
from elasticsearch import AsyncElasticsearch

from bot.core.access import GRANTS, Access
from bot.core.audit_log import AuditLog
from bot.core.audit_topic import follow_audit
from bot.core.background_tasks import run_in_background
from bot.core.deep_links import DeepLinks
from bot.core.disk_queue import DiskQueue
from bot.core.menus import MenuLine, Menus
from bot.core.people import SETTINGS, People
from bot.core.persons import Persons
from bot.core.pseudonyms import Pseudonyms
from bot.core.recording import QueuedRecords, kafka_sender
from bot.core.request_log import Recording, RequestLog
from bot.core.shared import Shared
from bot.products.card import CardPart
from bot.products.catalog import Catalog
from bot.products.known_products import KnownProducts
from bot.products.list_part import ListPart
from bot.products.list_state import LISTS
from bot.products.list_store import ListStore
from bot.products.offers import Products
from bot.products.synonyms import SYNONYMS, SynonymDictionary
from bot.products.visibility import BansView, VisibilityPolicy
from bot.state.chat_state import open_stores
from bot.state.store import AnySpec
from bot.state.stores import PersonalRegistry, Stores
from bot.telegram.delivery import Delivery
from bot.telegram.framework import Bot
from bot.telegram.message_sender import MessageSender
from bot.telegram.outbox import Outbox
from bot.telegram.outbox_message import OUTBOX
from bot.telegram.pending_messages import PendingMessages
from bot.telegram.sent import Sent
from ops import elasticsearch
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.catalog.catalog import Catalog as ElasticsearchCatalog
from pipeline.contracts.messages import Ban, now
from pipeline.contracts.topics import BANS
from pipeline.kafka.live_view import LiveView

IDENTITY = "bot"
QUEUE_STOP_S = 5.0
CONNECTIONS = 64
# The stores that no feature owns.
SHARED_STORES: tuple[AnySpec, ...] = (SETTINGS, GRANTS, LISTS, OUTBOX, SYNONYMS)


@dataclass(frozen=True, slots=True)
class Servers:
    """The connections of the process, for what a feature alone asks of them."""

    settings: Settings
    kafka: Kafka
    producer: AIOKafkaProducer
    elasticsearch: AsyncElasticsearch
    bans: LiveView[Ban]


@dataclass(frozen=True, slots=True)
class Parts:
    """What stands between the bot and the servers; tests have all of it in memory.

    `ports` are what features have connected for themselves, each found by its type.
    """

    clock: Callable[[], datetime]
    stores: Stores
    pseudonyms: Pseudonyms
    catalog: Catalog
    bans: BansView
    audit_log: AuditLog
    records: Recording
    ports: Sequence[object] = ()


@dataclass(frozen=True, slots=True)
class Extensions:
    """What features put under the cards and lists of others."""

    card: tuple[CardPart, ...] = ()
    list: tuple[ListPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Foundation:
    """What every feature may build on. `shared` has ports and earlier features' services, by type."""

    settings: Settings
    clock: Callable[[], datetime]
    stores: Stores
    persons: Persons
    products: Products
    audit_log: AuditLog
    request_log: RequestLog
    delivery: Delivery
    menus: Menus
    extensions: Extensions
    deep_links: DeepLinks
    personal: PersonalRegistry
    shared: Shared


Connect = Callable[[Servers], contextlib.AbstractAsyncContextManager[object]]


@contextlib.asynccontextmanager
async def open_parts(settings: Settings, specs: Iterable[AnySpec], connects: Iterable[Connect]) -> AsyncIterator[Parts]:
    """The real parts: loaded, followed, and closed at the end. Raises StartupError."""
    pseudonyms = Pseudonyms.from_file(settings.credentials / IDENTITY / "user-hash.key")
    kafka = Kafka(settings, IDENTITY)
    async with contextlib.AsyncExitStack() as stack:
        client = elasticsearch.client(settings, IDENTITY, connections=CONNECTIONS)
        stack.push_async_callback(client.close)
        producer = await stack.enter_async_context(kafka.producer())
        stores = await stack.enter_async_context(open_stores(kafka, producer, specs))
        bans = await stack.enter_async_context(LiveView(kafka, BANS, Ban))
        audit_log = await stack.enter_async_context(follow_audit(kafka, producer, now))
        records = QueuedRecords(await stack.enter_async_context(_queue(settings, producer)))
        servers = Servers(settings, kafka, producer, client, bans)
        ports = [await stack.enter_async_context(connect(servers)) for connect in connects]
        dictionary = SynonymDictionary(stores.of(SYNONYMS))
        yield Parts(
            clock=now,
            stores=stores,
            pseudonyms=pseudonyms,
            catalog=ElasticsearchCatalog(client, settings.search.alias, dictionary.phrases),
            bans=bans,
            audit_log=audit_log,
            records=records,
            ports=ports,
        )


def foundation(
    settings: Settings,
    parts: Parts,
    bot: Bot,
    sent: Sent,
    *,
    menu: Sequence[MenuLine] = (),
    extensions: Extensions = Extensions(),
) -> Foundation:
    """Put the parts together; nothing is connected or started."""
    access = Access(
        parts.stores.of(GRANTS),
        parts.pseudonyms,
        first_admins=settings.bot.admins,
        first_operators=settings.bot.operators,
    )
    shared = Shared()
    for port in parts.ports:
        shared.add(port)
    return Foundation(
        settings=settings,
        clock=parts.clock,
        stores=parts.stores,
        persons=Persons(access, People(parts.stores.of(SETTINGS)), parts.pseudonyms),
        products=_products(parts, extensions.card),
        audit_log=parts.audit_log,
        request_log=RequestLog(parts.records, parts.clock),
        delivery=_delivery(parts, bot, sent),
        menus=Menus(tuple(menu), access),
        extensions=extensions,
        deep_links=DeepLinks(),
        personal=PersonalRegistry(parts.stores),
        shared=shared,
    )


def _products(parts: Parts, card_parts: tuple[CardPart, ...]) -> Products:
    return Products(
        catalog=parts.catalog,
        visibility=VisibilityPolicy(parts.bans, parts.clock),
        lists=ListStore(parts.stores.buffered(LISTS), parts.clock),
        known=KnownProducts(parts.catalog),
        card_parts=card_parts,
    )


def _delivery(parts: Parts, bot: Bot, sent: Sent) -> Delivery:
    outbox, sender = Outbox(), MessageSender(bot, sent)
    pending = PendingMessages(parts.stores.of(OUTBOX), outbox, sender, parts.clock)
    return Delivery(bot=bot, sent=sent, outbox=outbox, sender=sender, pending=pending)


@contextlib.asynccontextmanager
async def _queue(settings: Settings, producer: AIOKafkaProducer) -> AsyncIterator[DiskQueue]:
    queue = DiskQueue(settings.stack_dir / "bot", kafka_sender(producer))
    try:
        async with run_in_background(queue.run()):
            yield queue
            await queue.drained(QUEUE_STOP_S)
    finally:
        queue.close()
