"""The bot as a service: opens what it needs, handles updates until it is told to stop, closes everything."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

from aiokafka.errors import KafkaError
from elastic_transport import TransportError
from elasticsearch import ApiError
from telegram.constants import ParseMode
from telegram.error import Forbidden, InvalidToken, TelegramError

from bot.access import Access
from bot.admin import Admin
from bot.alerts.alertmanager import Alertmanager
from bot.alerts.drill import Drill, LocalStack
from bot.alerts.operators import Operators
from bot.alerts.room import AlertRoom, Work, furnish, open_states, worker_of
from bot.alerts.webhook import kafka_store, listening
from bot.application import build, menu_lines, route
from bot.audit_trail import followed
from bot.bans.book import KafkaBanBook
from bot.bans.desk import BanDesk
from bot.bans.held import KafkaHeldBack
from bot.bans.work import BanWork
from bot.framework import Bot, BotApplication
from bot.gate import Gate
from bot.intake import Intake
from bot.jobs import open_jobs
from bot.journal import Journal
from bot.lists import Lists
from bot.locale import Texts, texts
from bot.markup import keyboard
from bot.menus import Menus
from bot.people import People
from bot.privacy import KafkaRecommendations, Privacy, RequestCount, open_deletions
from bot.profile import show_profile
from bot.pseudonyms import Pseudonyms
from bot.recommender import Recommender
from bot.records import JournalRecords, kafka_sender
from bot.replies.reply import Reply
from bot.reports.digest import Digest, Reader, trigger
from bot.reports.sources import reports_of
from bot.role_book import RoleBook
from bot.services import Services
from bot.state import KafkaState
from bot.status.neighbours import Neighbours
from bot.status.prometheus import Prometheus
from bot.status.report import StatusReport
from bot.suggestions import Suggestions
from bot.synonym_book import SynonymBook
from bot.taste import NotedRecords, Tastes
from bot.transport.pace import limits_of
from bot.transport.sent import Sent
from bot.watch.book import open_watches
from bot.watch.follower import Follower
from bot.watch.teller import Teller
from bot.watch.watcher import Watcher
from ops import elasticsearch
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.logs import get_logger
from ops.service import Service, running
from ops.settings import TOKEN_NAME, Settings
from pipeline.bans.ledger import BanLedger
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.ban_requests import BAN_REQUEST, BanRequest
from pipeline.contracts.chat_state import (
    DIGEST,
    LIST,
    ROLE,
    SEEN,
    SETTINGS,
    DigestSent,
    ListState,
    PersonSettings,
    RoleGrant,
    Taste,
)
from pipeline.contracts.letter_box import IDENTITY as REPLAY
from pipeline.contracts.letter_box import LetterBox
from pipeline.contracts.live_view import LiveView
from pipeline.contracts.messages import Ban, Recommendations, now
from pipeline.contracts.synonyms import SYNONYM, SynonymLine
from pipeline.contracts.topics import BANS, CHAT_STATE, RECOMMENDATIONS

log = get_logger(__name__)
IDENTITY = "bot"
CATALOG_CHECK_S = 5.0
SWEEP_S = 24 * 3600.0
JOURNAL_STOP_S = 5.0


async def serve(settings: Settings) -> None:
    """Run the bot until SIGTERM or SIGINT. Raises StartupError."""
    token = _token(settings)
    sent = Sent()
    application, source = build(
        token,
        settings.telegram.base_url,
        timeout_s=settings.telegram.timeout_s,
        limits=limits_of(settings.telegram),
        sent=sent,
    )
    async with running("bot", settings) as service, _services(settings, application.bot, sent) as (services, works):
        router = route(application, services)
        async with (
            _connected(application, settings),
            _background(
                *works(),
                services.menus.show_all(application.bot),
                show_profile(application.bot),
                _watch_catalog(services, service),
                _sweep(services.lists, services.tastes),
                services.admin.work.run(application.bot),
            ),
        ):
            service.ready("state")
            await Intake(application, router, source, service).run()


def _token(settings: Settings) -> str:
    if settings.telegram_token is None or not settings.telegram_token.get_secret_value():
        raise StartupError(
            f"{TOKEN_NAME} is not set; `make demo` gives the bot one for its sandbox, @BotFather a real one."
        )
    return settings.telegram_token.get_secret_value()


@contextlib.asynccontextmanager
async def _services(
    settings: Settings, bot: Bot, sent: Sent
) -> AsyncIterator[tuple[Services, Callable[[], Sequence[Work]]]]:
    pseudonyms = Pseudonyms.from_file(settings.credentials / IDENTITY / "user-hash.key")
    digest_clock = trigger(settings.analytics.report_cron)
    kafka = Kafka(settings, IDENTITY)
    async with contextlib.AsyncExitStack() as stack:
        client = elasticsearch.client(settings, IDENTITY, connections=64)
        stack.push_async_callback(client.close)
        producer = await stack.enter_async_context(kafka.producer())
        bans = await stack.enter_async_context(LiveView(kafka, BANS, Ban))
        roles = await stack.enter_async_context(LiveView(kafka, CHAT_STATE, RoleGrant, prefix=ROLE))
        choices = await stack.enter_async_context(LiveView(kafka, CHAT_STATE, PersonSettings, prefix=SETTINGS))
        lists = await stack.enter_async_context(LiveView(kafka, CHAT_STATE, ListState, prefix=LIST))
        seen = await stack.enter_async_context(LiveView(kafka, CHAT_STATE, Taste, prefix=SEEN))
        published = await stack.enter_async_context(LiveView(kafka, RECOMMENDATIONS, Recommendations))
        requests = await stack.enter_async_context(LiveView(kafka, CHAT_STATE, BanRequest, prefix=BAN_REQUEST))
        jobs = await stack.enter_async_context(open_jobs(kafka, producer))
        synonyms = await stack.enter_async_context(LiveView(kafka, CHAT_STATE, SynonymLine, prefix=SYNONYM))
        watches = await stack.enter_async_context(open_watches(kafka, producer, now))
        deletions = await stack.enter_async_context(open_deletions(kafka, producer))
        digests = await stack.enter_async_context(LiveView(kafka, CHAT_STATE, DigestSent, prefix=DIGEST))
        trail = await stack.enter_async_context(followed(kafka, producer))
        journal = Journal(settings.stack_dir / "bot", kafka_sender(producer))
        stack.callback(journal.close)
        await stack.enter_async_context(_background(journal.run()))
        stack.push_async_callback(journal.drained, JOURNAL_STOP_S)
        synonym_book = SynonymBook(KafkaState(synonyms, producer, SYNONYM), trail, now)
        synonyms.subscribe(synonym_book.on_change)
        catalog = Catalog(client, settings.search.alias, synonym_book.dictionary)
        gate = Gate(bans, now)
        access = Access(
            KafkaState(roles, producer, ROLE),
            pseudonyms,
            first_admins=settings.bot.admins,
            first_operators=settings.bot.operators,
        )
        people = People(KafkaState(choices, producer, SETTINGS))
        tastes = Tastes(KafkaState(seen, producer, SEEN), now)
        desk = BanDesk(
            KafkaState(requests, producer, BAN_REQUEST),
            KafkaBanBook(bans, BanLedger(producer)),
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
            roles=RoleBook(KafkaState(roles, producer, ROLE), access, pseudonyms, trail, now),
            synonyms=synonym_book,
            letters=LetterBox(settings),
            jobs=jobs,
            reports=reports,
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
            recommended=KafkaRecommendations(published, producer),
            log=RequestCount(client),
            jobs=jobs,
            clock=now,
        )
        kept = Lists(KafkaState(lists, producer, LIST), now)
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
            recommender=Recommender(published, tastes, catalog, gate),
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
                KafkaState(digests, producer, DIGEST),
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
                Follower(kafka, Watcher(watches, catalog, gate, now)).run(),
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


@contextlib.asynccontextmanager
async def _connected(application: BotApplication, settings: Settings) -> AsyncIterator[None]:
    try:
        await application.initialize()
    except (InvalidToken, Forbidden):
        await application.shutdown()
        raise StartupError(
            f"{TOKEN_NAME} is not accepted by {settings.telegram.base_url} (YARMARKA_TELEGRAM__BASE_URL); "
            "check it with @BotFather."
        ) from None
    except TelegramError as error:
        await application.shutdown()
        raise StartupError(
            f"{settings.telegram.base_url} (YARMARKA_TELEGRAM__BASE_URL) does not answer: {error}; "
            "check the address and the network."
        ) from None
    try:
        await application.start()
        log.info("connected", bot=application.bot.username, base_url=settings.telegram.base_url)
        yield
    finally:
        if application.running:
            await application.stop()
        await application.shutdown()


async def _watch_catalog(services: Services, service: Service) -> None:
    while True:
        try:
            await services.catalog.search(SearchRequest(text="", size=1))
        except (ApiError, TransportError) as error:
            if service.conditions().get("catalog", True):
                log.warning("catalog_not_ready", setting="YARMARKA_ELASTICSEARCH__URL", error=str(error)[:200])
            service.ready("catalog", False)
        else:
            service.ready("catalog")
        await asyncio.sleep(CATALOG_CHECK_S)


async def _sweep(lists: Lists, tastes: Tastes) -> None:
    while True:
        try:
            log.info("old_state_swept", lists=await lists.sweep(), tastes=await tastes.sweep())
        except KafkaError as error:
            log.warning("old_state_not_swept", error=str(error))
        await asyncio.sleep(SWEEP_S)


@contextlib.asynccontextmanager
async def _background(*works: object) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(work) for work in works if asyncio.iscoroutine(work)]
    for task in tasks:
        task.add_done_callback(_report)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _report(task: "asyncio.Task[object]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("background_work_failed", exc_info=error)
