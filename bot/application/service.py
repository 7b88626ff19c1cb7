"""The bot as a service: opens what it needs, handles updates until it is told to stop, closes everything."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from functools import partial

from elastic_transport import TransportError
from elasticsearch import ApiError
from telegram.error import Forbidden, InvalidToken, TelegramError

from bot.application.features import connects, specs
from bot.application.framework import build, route
from bot.application.marketplace import marketplace
from bot.container.parts import Parts, open_parts
from bot.core.background_tasks import Work, run_in_background
from bot.core.intake import Intake
from bot.core.kafka_reach import KafkaState
from bot.features.alerts.arrival.before_start import tell_before_start
from bot.products.catalog import Catalog
from bot.state.disk.files import StateFiles
from bot.telegram.framework import BotApplication
from bot.telegram.pace import Pace, limits_of
from bot.telegram.profile import show_profile
from bot.telegram.update_journal import UpdateJournal
from bot.telegram.webhook_receiver import Webhook
from ops.errors import ServerAway, StartupError
from ops.logs import get_logger
from ops.proxies import shown, telegram_proxy
from ops.service import Service, running
from ops.settings import TOKEN_NAME, Settings
from pipeline.catalog.request import SearchRequest

log = get_logger(__name__)
CATALOG_CHECK_S = 5.0
KAFKA_CHECK_S = 1.0


async def serve(settings: Settings) -> None:
    """Run the bot until SIGTERM or SIGINT. Raises StartupError."""
    token = _token(settings)
    proxy = telegram_proxy(settings.telegram, os.environ)
    pace = Pace(limits_of(settings.telegram))
    application, source = build(
        token,
        settings.telegram.base_url,
        timeout_s=settings.telegram.timeout_s,
        pace=pace,
        proxy=proxy,
    )
    async with (
        running("bot", settings) as service,
        _opened(settings, application) as parts,
        _journal(settings, token) as journal,
    ):
        made = marketplace(settings, parts, application.bot, pace)
        route(application, made.router)
        async with (
            _connected(application, settings, proxy),
            run_in_background(
                *parts.work,
                *made.work(),
                Work("menus", partial(made.base.menus.show_all, application.bot)),
                Work("profile", partial(show_profile, application.bot)),
                Work("catalog-check", partial(_watch_catalog, made.base.products.catalog, service)),
                Work("kafka-check", partial(_watch_kafka, parts.kafka, service)),
                Work("state-files", partial(_watch_files, parts.files, service)),
                healthy=service.ready,
            ),
        ):
            service.ready("state")
            webhook = Webhook.of(settings.telegram, token)
            await Intake(application, made.router, source, service, journal, webhook=webhook).run()


@contextlib.asynccontextmanager
async def _journal(settings: Settings, token: str) -> AsyncIterator[UpdateJournal]:
    """The journal of updates, closed when nothing works on any more. Raises StartupError."""
    number = token.partition(":")[0]
    # What is no token is refused by Telegram, and must not stand in a file's name.
    bot_id = number if number.isdecimal() else "none"
    with contextlib.closing(UpdateJournal(settings.stack_dir / "bot", bot_id)) as journal:
        yield journal


@contextlib.asynccontextmanager
async def _opened(settings: Settings, application: BotApplication) -> AsyncIterator[Parts]:
    """The parts. Without Kafka there is no start; who starts us again and again must not be all who knows of it."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            parts = await stack.enter_async_context(open_parts(settings, specs(), connects()))
        except ServerAway:
            await tell_before_start(settings, application.bot)
            raise
        yield parts


def _token(settings: Settings) -> str:
    if settings.telegram_token is None or not settings.telegram_token.get_secret_value():
        raise StartupError(
            f"{TOKEN_NAME} is not set; `make demo` gives the bot one for its sandbox, @BotFather a real one."
        )
    return settings.telegram_token.get_secret_value()


@contextlib.asynccontextmanager
async def _connected(application: BotApplication, settings: Settings, proxy: str | None) -> AsyncIterator[None]:
    by = f" by the proxy {shown(proxy)}" if proxy else ""
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
            f"{settings.telegram.base_url} (YARMARKA_TELEGRAM__BASE_URL) does not answer{by}: {error}; "
            "check the address, the network and the proxy (`python -m ops check` tries each)."
        ) from None
    try:
        await application.start()
        log.info(
            "connected", bot=application.bot.username, base_url=settings.telegram.base_url, proxy=proxy and shown(proxy)
        )
        yield
    finally:
        if application.running:
            await application.stop()
        await application.shutdown()


async def _watch_kafka(kafka: KafkaState, service: Service) -> None:
    while True:
        service.ready("kafka", kafka.away_since is None)
        if kafka.broken:
            service.fail(
                RuntimeError("the Kafka producer has ended and will never write again; a new process is needed")
            )
        await asyncio.sleep(KAFKA_CHECK_S)


async def _watch_files(files: StateFiles | None, service: Service) -> None:
    while True:
        if files is not None and files.fault is not None:
            service.fail(
                RuntimeError(f"a file of the bot's state is damaged; a new process makes it anew: {files.fault}")
            )
        await asyncio.sleep(KAFKA_CHECK_S)


async def _watch_catalog(catalog: Catalog, service: Service) -> None:
    while True:
        try:
            await catalog.search(SearchRequest(text="", size=1))
        except (ApiError, TransportError) as error:
            if service.conditions().get("catalog", True):
                log.warning("catalog_not_ready", setting="YARMARKA_ELASTICSEARCH__URL", error=str(error)[:200])
            service.ready("catalog", False)
        else:
            service.ready("catalog")
        await asyncio.sleep(CATALOG_CHECK_S)
