"""Opens what the bot needs and puts it together; the only place that knows every part."""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

from telegram.constants import ParseMode

from bot.admin import Admin
from bot.application import menu_lines
from bot.core.access import Access
from bot.core.audit_log import open_audit_log
from bot.core.background_tasks import run_in_background
from bot.core.disk_queue import DiskQueue
from bot.core.people import People
from bot.core.pseudonyms import Pseudonyms
from bot.core.recording import QueuedRecords, kafka_sender
from bot.features.alerts.alertmanager import Alertmanager
from bot.features.alerts.components import AlertComponents, Work, build_components, open_states, worker_of
from bot.features.alerts.drill import Drill
from bot.features.alerts.operators import Operators
from bot.features.alerts.webhook import kafka_store, listening
from bot.features.bans.progress import BanProgress
from bot.features.bans.questions import ValueQuestions
from bot.features.bans.refused_products import KafkaRefusedProducts
from bot.features.bans.repository import KafkaBanRepository
from bot.features.bans.service import BanService
from bot.features.help.suggestions import Suggestions
from bot.features.jobs.service import open_jobs
from bot.features.privacy.service import KafkaRecommendations, Privacy, RequestCount, open_deletions
from bot.features.recommendations.recommender import Recommender
from bot.features.recommendations.store import NotedRecords, PreferenceStore
from bot.features.reports.digest import Digest, Reader, trigger
from bot.features.reports.sources import reports_of
from bot.features.roles.store import RoleStore
from bot.features.status.neighbours import Neighbours
from bot.features.status.prometheus import Prometheus
from bot.features.status.report import StatusReport
from bot.features.synonyms.store import SynonymStore
from bot.features.watches.follower import Follower
from bot.features.watches.notifier import WatchNotifier
from bot.features.watches.store import open_watches
from bot.features.watches.watcher import Watcher
from bot.products.known_products import KnownProducts
from bot.products.list_store import ListStore
from bot.products.visibility import VisibilityPolicy
from bot.services import Services
from bot.state.views import open_views
from bot.telegram.framework import Bot
from bot.telegram.keyboard import keyboard
from bot.telegram.menus import Menus
from bot.telegram.sent import Sent
from bot.ui.locale import Texts, texts
from bot.ui.reply import Reply
from ops import elasticsearch
from ops.kafka import Kafka
from ops.settings import Settings
from ops.stack.control import LocalStack
from pipeline.bans.ledger import BanLedger
from pipeline.catalog.catalog import Catalog
from pipeline.contracts.messages import now
from pipeline.dead_letters.store import IDENTITY as REPLAY
from pipeline.dead_letters.store import DeadLetterStore

IDENTITY = "bot"
JOURNAL_STOP_S = 5.0


@contextlib.asynccontextmanager
async def opened(
    settings: Settings, bot: Bot, sent: Sent
) -> AsyncIterator[tuple[Services, Callable[[], Sequence[Work]]]]:
    """The services of the handlers, and what makes the work beside them, to be called once Telegram is connected."""
    pseudonyms = Pseudonyms.from_file(settings.credentials / IDENTITY / "user-hash.key")
    digest_clock = trigger(settings.analytics.report_cron)
    kafka = Kafka(settings, IDENTITY)
    async with contextlib.AsyncExitStack() as stack:
        client = elasticsearch.client(settings, IDENTITY, connections=64)
        stack.push_async_callback(client.close)
        producer = await stack.enter_async_context(kafka.producer())
        views = await stack.enter_async_context(open_views(kafka, producer))
        jobs = await stack.enter_async_context(open_jobs(kafka, producer))
        watches = await stack.enter_async_context(open_watches(kafka, producer, now))
        deletions = await stack.enter_async_context(open_deletions(kafka, producer))
        audit_log = await stack.enter_async_context(open_audit_log(kafka, producer))
        disk_queue = DiskQueue(settings.stack_dir / "bot", kafka_sender(producer))
        stack.callback(disk_queue.close)
        await stack.enter_async_context(run_in_background(disk_queue.run()))
        stack.push_async_callback(disk_queue.drained, JOURNAL_STOP_S)
        synonym_book = SynonymStore(views.synonyms, audit_log, now)
        views.synonyms.subscribe(synonym_book.on_change)
        catalog = Catalog(client, settings.search.alias, synonym_book.dictionary)
        known = KnownProducts(catalog)
        visibility = VisibilityPolicy(views.bans, now)
        access = Access(
            views.roles,
            pseudonyms,
            first_admins=settings.bot.admins,
            first_operators=settings.bot.operators,
        )
        people = People(views.choices)
        preferences = PreferenceStore(views.seen, now)
        desk = BanService(
            views.requests,
            KafkaBanRepository(views.bans, BanLedger(producer)),
            catalog,
            audit_log,
            now,
            second_admin_above=settings.bot.second_admin_above,
            undo_s=settings.bot.undo_s,
        )
        held = KafkaRefusedProducts(Kafka(settings, REPLAY), now)
        reports = reports_of(
            settings, client, kafka, audit_log=audit_log, visibility=visibility, people=people, held=held
        )
        admin = Admin(
            desk=desk,
            work=BanProgress(desk, catalog, audit_log, access=access, people=people, pseudonyms=pseudonyms),
            held=held,
            audit_log=audit_log,
            roles=RoleStore(views.roles, access, pseudonyms, audit_log, now),
            synonyms=synonym_book,
            letters=DeadLetterStore(settings),
            jobs=jobs,
            reports=reports,
            questions=ValueQuestions(now),
        )
        alertmanager = await stack.enter_async_context(Alertmanager(settings.bot.alertmanager_url))
        states = await stack.enter_async_context(open_states(kafka, producer))

        def words(chat_id: int) -> Texts:
            return texts(people.language(pseudonyms.of(chat_id), settings.bot.alert_language))

        def reader(user_id: int) -> Reader:
            name = pseudonyms.of(user_id)
            return Reader(user_id, name, texts(people.language(name, settings.bot.alert_language)))

        alerts = build_components(settings.bot, states, bot, sent, alertmanager=alertmanager, words=words, clock=now)
        await stack.enter_async_context(listening(settings, kafka_store(producer)))
        privacy = Privacy(
            deletions,
            people=people,
            preferences=preferences,
            watches=watches,
            recommended=KafkaRecommendations(views.published, producer),
            log=RequestCount(client),
            jobs=jobs,
            clock=now,
        )
        kept = ListStore(views.lists, now)
        services = Services(
            catalog=catalog,
            visibility=visibility,
            lists=kept,
            people=people,
            access=access,
            pseudonyms=pseudonyms,
            records=NotedRecords(QueuedRecords(disk_queue), preferences),
            menus=Menus(menu_lines(), access),
            suggestions=Suggestions(catalog, visibility, now),
            preferences=preferences,
            recommender=Recommender(views.published, preferences, catalog, visibility, known=known),
            watches=watches,
            privacy=privacy,
            admin=admin,
            clock=now,
            page_size=settings.search.page_size,
            operators=_operators(settings, alerts),
        )

        def works() -> Sequence[Work]:
            telling = WatchNotifier(
                watches, alerts.outbox, alerts.sender, catalog, visibility, lists=kept, people=people, clock=now
            )
            digest = Digest(
                reports,
                views.digests,
                alerts.outbox,
                send=partial(_send_picture, bot),
                keep=kept.keep,
                people=access.people,
                reader=reader,
                clock=now,
                cron=digest_clock,
            )
            return [
                *alerts.works(worker_of(alerts, settings, kafka, producer), watched=alertmanager.configured),
                Follower(kafka, Watcher(watches, catalog, visibility, now), known).run(),
                telling.run(),
                privacy.run(alerts.messages),
                digest.run(),
            ]

        yield services, works


async def _send_picture(bot: Bot, chat_id: int, picture: bytes, reply: Reply) -> None:
    await bot.send_photo(
        chat_id, picture, caption=reply.text, parse_mode=ParseMode.HTML, reply_markup=keyboard(reply.buttons)
    )


def _operators(settings: Settings, alerts: AlertComponents) -> Operators:
    stack = LocalStack(settings.stack_dir)
    neighbours, prometheus = Neighbours(stack, now), Prometheus(settings.bot.prometheus_url, now)

    async def look() -> StatusReport:
        asked = neighbours if neighbours.known() or not settings.bot.prometheus_url else prometheus
        return await asked.look()

    drill = Drill(stack, alerts.cards) if settings.bot.drill else None
    return Operators(alerts.desk, look, drill)
