"""Opens what the bot needs and puts it together; the only place that knows every part."""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

from telegram.constants import ParseMode

from bot.access import Access
from bot.admin import Admin
from bot.alerts.alertmanager import Alertmanager
from bot.alerts.drill import Drill, LocalStack
from bot.alerts.operators import Operators
from bot.alerts.room import AlertRoom, Work, furnish, open_states, worker_of
from bot.alerts.webhook import kafka_store, listening
from bot.application import menu_lines
from bot.audit_trail import followed
from bot.background import beside
from bot.bans.book import KafkaBanBook
from bot.bans.desk import BanDesk
from bot.bans.held import KafkaHeldBack
from bot.bans.questions import Questions
from bot.bans.work import BanWork
from bot.framework import Bot
from bot.gate import Gate
from bot.jobs import open_jobs
from bot.journal import Journal
from bot.known_products import KnownProducts
from bot.lists import Lists
from bot.locale import Texts, texts
from bot.markup import keyboard
from bot.menus import Menus
from bot.people import People
from bot.privacy import KafkaRecommendations, Privacy, RequestCount, open_deletions
from bot.pseudonyms import Pseudonyms
from bot.recommender import Recommender
from bot.records import JournalRecords, kafka_sender
from bot.replies.reply import Reply
from bot.reports.digest import Digest, Reader, trigger
from bot.reports.sources import reports_of
from bot.role_book import RoleBook
from bot.services import Services
from bot.status.neighbours import Neighbours
from bot.status.prometheus import Prometheus
from bot.status.report import StatusReport
from bot.suggestions import Suggestions
from bot.synonym_book import SynonymBook
from bot.taste import NotedRecords, Tastes
from bot.transport.sent import Sent
from bot.views import open_views
from bot.watch.book import open_watches
from bot.watch.follower import Follower
from bot.watch.teller import Teller
from bot.watch.watcher import Watcher
from ops import elasticsearch
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.bans.ledger import BanLedger
from pipeline.catalog.catalog import Catalog
from pipeline.contracts.letter_box import IDENTITY as REPLAY
from pipeline.contracts.letter_box import LetterBox
from pipeline.contracts.messages import now

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
        trail = await stack.enter_async_context(followed(kafka, producer))
        journal = Journal(settings.stack_dir / "bot", kafka_sender(producer))
        stack.callback(journal.close)
        await stack.enter_async_context(beside(journal.run()))
        stack.push_async_callback(journal.drained, JOURNAL_STOP_S)
        synonym_book = SynonymBook(views.synonyms, trail, now)
        views.synonyms.subscribe(synonym_book.on_change)
        catalog = Catalog(client, settings.search.alias, synonym_book.dictionary)
        known = KnownProducts(catalog)
        gate = Gate(views.bans, now)
        access = Access(
            views.roles,
            pseudonyms,
            first_admins=settings.bot.admins,
            first_operators=settings.bot.operators,
        )
        people = People(views.choices)
        tastes = Tastes(views.seen, now)
        desk = BanDesk(
            views.requests,
            KafkaBanBook(views.bans, BanLedger(producer)),
            catalog,
            trail,
            now,
            second_admin_above=settings.bot.second_admin_above,
            undo_s=settings.bot.undo_s,
        )
        held = KafkaHeldBack(Kafka(settings, REPLAY), now)
        reports = reports_of(settings, client, kafka, trail=trail, gate=gate, people=people, held=held)
        admin = Admin(
            desk=desk,
            work=BanWork(desk, catalog, trail, access=access, people=people, pseudonyms=pseudonyms),
            held=held,
            trail=trail,
            roles=RoleBook(views.roles, access, pseudonyms, trail, now),
            synonyms=synonym_book,
            letters=LetterBox(settings),
            jobs=jobs,
            reports=reports,
            questions=Questions(now),
        )
        alertmanager = await stack.enter_async_context(Alertmanager(settings.bot.alertmanager_url))
        states = await stack.enter_async_context(open_states(kafka, producer))

        def words(chat_id: int) -> Texts:
            return texts(people.language(pseudonyms.of(chat_id), settings.bot.alert_language))

        def reader(user_id: int) -> Reader:
            name = pseudonyms.of(user_id)
            return Reader(user_id, name, texts(people.language(name, settings.bot.alert_language)))

        room = furnish(settings.bot, states, bot, sent, alertmanager=alertmanager, words=words, clock=now)
        await stack.enter_async_context(listening(settings, kafka_store(producer)))
        privacy = Privacy(
            deletions,
            people=people,
            tastes=tastes,
            watches=watches,
            recommended=KafkaRecommendations(views.published, producer),
            log=RequestCount(client),
            jobs=jobs,
            clock=now,
        )
        kept = Lists(views.lists, now)
        services = Services(
            catalog=catalog,
            gate=gate,
            lists=kept,
            people=people,
            access=access,
            pseudonyms=pseudonyms,
            records=NotedRecords(JournalRecords(journal), tastes),
            menus=Menus(menu_lines(), access),
            suggestions=Suggestions(catalog, gate, now),
            tastes=tastes,
            recommender=Recommender(views.published, tastes, catalog, gate, known=known),
            watches=watches,
            privacy=privacy,
            admin=admin,
            clock=now,
            page_size=settings.search.page_size,
            operators=_operators(settings, room),
        )

        def works() -> Sequence[Work]:
            telling = Teller(watches, room.outbox, room.courier, catalog, gate, lists=kept, people=people, clock=now)
            digest = Digest(
                reports,
                views.digests,
                room.outbox,
                send=partial(_send_picture, bot),
                keep=kept.keep,
                people=access.people,
                reader=reader,
                clock=now,
                cron=digest_clock,
            )
            return [
                *room.works(worker_of(room, settings, kafka, producer), watched=alertmanager.configured),
                Follower(kafka, Watcher(watches, catalog, gate, now), known).run(),
                telling.run(),
                privacy.run(room.messages),
                digest.run(),
            ]

        yield services, works


async def _send_picture(bot: Bot, chat_id: int, picture: bytes, reply: Reply) -> None:
    await bot.send_photo(
        chat_id, picture, caption=reply.text, parse_mode=ParseMode.HTML, reply_markup=keyboard(reply.buttons)
    )


def _operators(settings: Settings, room: AlertRoom) -> Operators:
    neighbours, prometheus = Neighbours(settings.stack_dir, now), Prometheus(settings.bot.prometheus_url, now)

    async def look() -> StatusReport:
        asked = neighbours if neighbours.known() or not settings.bot.prometheus_url else prometheus
        return await asked.look()

    drill = Drill(LocalStack(settings.stack_dir), room.cards) if settings.bot.drill else None
    return Operators(room.desk, look, drill)
