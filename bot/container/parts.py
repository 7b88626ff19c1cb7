"""What stands between the bot and the servers: opened, loaded, followed, and closed at the end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from aiokafka import AIOKafkaProducer
from elasticsearch import AsyncElasticsearch

from bot.core.access import GRANTS, SELLERS
from bot.core.audit_log import AuditLog
from bot.core.audit_topic import follow_audit
from bot.core.background_tasks import Work, run_in_background
from bot.core.decision_cards import DECISION_CARDS
from bot.core.disk_queue import DiskQueue
from bot.core.job_requests import JOB_REQUESTS, JOB_STATUSES
from bot.core.kafka_reach import KafkaReach, KafkaState, asking
from bot.core.moved_chats import MOVED
from bot.core.outbox_message import OUTBOX
from bot.core.people import SETTINGS
from bot.core.pseudonyms import Pseudonyms
from bot.core.recording import QueuedRecords, kafka_sender
from bot.core.request_log import Recording
from bot.core.shops import ShopRegistry
from bot.products.catalog import Catalog
from bot.products.list_state import LISTS
from bot.products.prompt_catalog import PromptCatalog
from bot.products.section_names import SECTION_NAMES
from bot.products.synonyms import SYNONYMS, SynonymDictionary
from bot.products.visibility import BansView
from bot.state.chat_state import open_stores
from bot.state.disk.files import StateFiles, open_files
from bot.state.store import AnySpec
from bot.state.stores import Stores
from bot.ui.money import MARKET
from ops import elasticsearch
from ops.kafka import Kafka, is_broken
from ops.settings import Settings
from pipeline.catalog.catalog import Catalog as ElasticsearchCatalog
from pipeline.contracts.messages import Ban, now
from pipeline.contracts.topics import BANS
from pipeline.kafka.bounded_producer import BoundedProducer
from pipeline.kafka.confirming_producer import ConfirmingProducer
from pipeline.kafka.live_view import LiveView
from pipeline.meaning.model import encoder
from pipeline.shops.directory import ShopDirectory, shop_view
from pipeline.shops.ledger import ShopLedger

IDENTITY = "bot"
QUEUE_STOP_S = 5.0
# What people asked last, so that a page is turned without reading its query again.
QUERIES_REMEMBERED = 10_000
CONNECTIONS = 64
# A person waits for the answer; what takes longer is said within five seconds.
ANSWER_WITHIN_S = 4.0
# The stores that no feature owns.
SHARED_STORES: tuple[AnySpec, ...] = (
    SETTINGS,
    GRANTS,
    SELLERS,
    LISTS,
    OUTBOX,
    DECISION_CARDS,
    MOVED,
    SYNONYMS,
    SECTION_NAMES,
    JOB_STATUSES,
    JOB_REQUESTS,
)


@dataclass(frozen=True, slots=True)
class Servers:
    """The connections of the process, for what a feature alone asks of them."""

    settings: Settings
    kafka: Kafka
    files: StateFiles
    producer: ConfirmingProducer
    elasticsearch: AsyncElasticsearch
    bans: LiveView[Ban]
    shops: ShopRegistry


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
    kafka: KafkaState
    # Made again when it fails, for as long as the bot runs.
    work: Sequence[Work] = ()
    ports: Sequence[object] = ()
    files: StateFiles | None = None


Connect = Callable[[Servers], contextlib.AbstractAsyncContextManager[object]]


@contextlib.asynccontextmanager
async def open_parts(settings: Settings, specs: Iterable[AnySpec], connects: Iterable[Connect]) -> AsyncIterator[Parts]:
    """The real parts: loaded, followed, and closed at the end. Raises StartupError."""
    pseudonyms = Pseudonyms.from_file(settings.credentials / IDENTITY / "user-hash.key")
    kafka = Kafka(settings, IDENTITY)
    async with contextlib.AsyncExitStack() as stack:
        client = elasticsearch.client(settings, IDENTITY, connections=CONNECTIONS, answer_within_s=ANSWER_WITHIN_S)
        stack.push_async_callback(client.close)
        files = stack.enter_context(open_files(kafka, settings.bot.state_dir or settings.stack_dir / "bot"))
        unbounded = await stack.enter_async_context(kafka.producer())
        producer = BoundedProducer(unbounded)
        MARKET.code = settings.market.currency
        stores = await stack.enter_async_context(open_stores(files, producer, specs))
        bans = await stack.enter_async_context(LiveView(kafka, BANS, Ban))
        audit_log = await stack.enter_async_context(follow_audit(kafka, producer, now))
        records = QueuedRecords(await stack.enter_async_context(_queue(settings, unbounded)))
        reach = KafkaReach(
            await stack.enter_async_context(asking(kafka)),
            now,
            refused=lambda: producer.away,
            broken=partial(is_broken, unbounded),
        )
        shops = ShopDirectory(await stack.enter_async_context(shop_view(kafka)))
        registry = ShopRegistry(lambda: shops.names, ShopLedger(producer))
        servers = Servers(settings, kafka, files, producer, client, bans, registry)
        ports: list[object] = [registry]
        ports += [await stack.enter_async_context(connect(servers)) for connect in connects]
        yield Parts(
            clock=now,
            stores=stores,
            pseudonyms=pseudonyms,
            catalog=await _catalog(settings, client, SynonymDictionary(stores.of(SYNONYMS))),
            bans=bans,
            audit_log=audit_log,
            records=records,
            kafka=reach,
            work=(Work("kafka-reach", reach.run),),
            ports=ports,
            files=files,
        )


async def _catalog(settings: Settings, client: AsyncElasticsearch, dictionary: SynonymDictionary) -> PromptCatalog:
    meanings = encoder(wanted=settings.search.meaning, most=QUERIES_REMEMBERED)
    if meanings is not None:
        # The model is read into memory now, and not while the first person waits.
        await asyncio.to_thread(meanings.vectors, ("",))
    catalog = ElasticsearchCatalog(
        client, settings.search.alias, dictionary.phrases, currency=settings.market.currency, encoder=meanings
    )
    return PromptCatalog(catalog, ANSWER_WITHIN_S)


@contextlib.asynccontextmanager
async def _queue(settings: Settings, producer: AIOKafkaProducer) -> AsyncIterator[DiskQueue]:
    queue = DiskQueue(settings.stack_dir / "bot", kafka_sender(producer))
    try:
        async with run_in_background(Work("request-log", queue.run)):
            yield queue
            await queue.drained(QUEUE_STOP_S)
    finally:
        queue.close()
