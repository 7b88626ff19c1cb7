"""The bot, put together: the list of features, and nothing else to look for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from telegram.ext import ApplicationBuilder
from telegram.request import RequestData

# The framework has no public way to make one; its own methods would turn every update into an object before
# it is known whether it is a repeat.
from telegram.request._requestparameter import RequestParameter

from bot.container import SHARED_STORES, Connect, Extensions, Foundation, Parts, foundation
from bot.core.background_tasks import Work, daily
from bot.core.menus import MenuLine
from bot.core.router import Router
from bot.core.routes import CommandRoute, Routes, RunPress
from bot.features.alerts.feature import ALERTS
from bot.features.audit.feature import AUDIT
from bot.features.bans.feature import BANS
from bot.features.dead_letters.feature import DEAD_LETTERS
from bot.features.help.feature import HELP
from bot.features.jobs.feature import JOBS
from bot.features.privacy.feature import PRIVACY
from bot.features.recommendations.feature import RECOMMENDATIONS
from bot.features.registration import AnyFeature
from bot.features.reports.feature import REPORTS
from bot.features.roles.feature import ROLES
from bot.features.search.feature import SEARCH
from bot.features.status.feature import STATUS
from bot.features.synonyms.feature import SYNONYMS
from bot.features.watches.feature import WATCHES
from bot.state.store import AnySpec
from bot.telegram.framework import Bot, BotApplication
from bot.telegram.long_polling import RawUpdate, UpdateSource
from bot.telegram.pictures import Pictures
from bot.telegram.rate_limiter import Limits, RateLimiter
from bot.telegram.request import AiohttpRequest
from bot.telegram.sent import Sent
from bot.ui.callback_data import CallbackData
from ops.settings import Settings

T = TypeVar("T")

# The order is that of menus and help, of the buttons under a card, and of who is asked first about a text.
FEATURES: tuple[AnyFeature, ...] = (
    SEARCH,
    RECOMMENDATIONS,
    WATCHES,
    HELP,
    PRIVACY,
    BANS,
    ROLES,
    AUDIT,
    SYNONYMS,
    DEAD_LETTERS,
    JOBS,
    REPORTS,
    ALERTS,
    STATUS,
)

UPDATES = ("message", "callback_query", "inline_query")
LONG_POLL_S = 25.0


@dataclass(frozen=True, slots=True)
class Marketplace:
    """The features over one foundation: the router that handles updates, and `work`, what goes on beside it.

    `work` makes new coroutines at each call, to be run once Telegram is connected.
    """

    base: Foundation
    router: Router
    features: tuple[tuple[AnyFeature, Any], ...]

    def work(self, idle: Collection[str] = ()) -> list[Work]:
        """The background work of all features but those named `idle`, and of what they share."""
        shared: list[Work] = [self.base.delivery.run(), daily("lists", self.base.products.lists.sweep)]
        return [
            *shared,
            *(
                work
                for feature, services in self.features
                if feature.name not in idle
                for work in feature.work(services)
            ),
        ]


def menu_lines(features: Sequence[AnyFeature] = FEATURES) -> tuple[MenuLine, ...]:
    """The commands as help and Telegram's menu list them."""
    return tuple(
        MenuLine(command.name, command.about, command.least)
        for feature in features
        for command in feature.commands
        if command.listed
    )


def specs(features: Sequence[AnyFeature] = FEATURES) -> tuple[AnySpec, ...]:
    """Every store of `chat_state`."""
    return (*SHARED_STORES, *(spec for feature in features for spec in feature.stores))


def connects(features: Sequence[AnyFeature] = FEATURES) -> tuple[Connect, ...]:
    """What features connect for themselves."""
    return tuple(feature.connect for feature in features if feature.connect is not None)


def marketplace(
    settings: Settings, parts: Parts, bot: Bot, sent: Sent, features: Sequence[AnyFeature] = FEATURES
) -> Marketplace:
    """Build every feature, in order; nothing is connected or started."""
    base = foundation(
        settings,
        parts,
        bot,
        sent,
        menu=menu_lines(features),
        extensions=Extensions(
            card=tuple(feature.card for feature in features if feature.card is not None),
            list=tuple(feature.list_part for feature in features if feature.list_part is not None),
        ),
    )
    built = tuple((feature, _built(feature, base)) for feature in features)
    router = Router(_routes(built), base.persons, base.request_log, pictures=Pictures(), clock=base.clock)
    return Marketplace(base, router, built)


def _built(feature: AnyFeature, base: Foundation) -> Any:
    services = feature.build(base)
    base.shared.add(services)
    base.personal.add(*feature.personal(services))
    if feature.links is not None:
        base.deep_links.add(partial(feature.links, services))
    return services


def _routes(built: Sequence[tuple[AnyFeature, Any]]) -> Routes:
    commands: dict[str, CommandRoute] = {}
    presses: dict[type[CallbackData], RunPress] = {}
    for feature, services in built:
        for command in feature.commands:
            if command.name in commands:
                raise ValueError(f"two features have the command /{command.name}")
            commands[command.name] = CommandRoute(command.least, partial(command.handle, services))
        for press in feature.buttons:
            if press.kind in presses:
                raise ValueError(f"two features handle {press.kind.__name__}")
            presses[press.kind] = partial(press.handle, services)
    return Routes(
        commands,
        presses,
        texts=tuple(partial(feature.texts, services) for feature, services in built if feature.texts is not None),
        any_text=_only(partial(feature.any_text, services) for feature, services in built if feature.any_text),
        inline=_only(partial(feature.inline, services) for feature, services in built if feature.inline),
    )


def _only(found: Iterable[T]) -> T | None:
    handlers = tuple(found)
    if len(handlers) > 1:
        raise ValueError("two features want to answer every text, or every inline query")
    return handlers[0] if handlers else None


def build(
    token: str,
    base_url: str,
    *,
    timeout_s: float = 20.0,
    connections: int = 256,
    limits: Limits | None = None,
    sent: Sent | None = None,
) -> tuple[BotApplication, UpdateSource]:
    """An application that is not initialised yet and has no handlers, and its source of updates.

    It has neither the framework's Updater, which confirms updates before they are handled, nor a job queue.
    """
    polling = AiohttpRequest(connections=4, timeout_s=LONG_POLL_S + timeout_s)
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{base_url.rstrip('/')}/bot")
        .base_file_url(f"{base_url.rstrip('/')}/file/bot")
        .request(AiohttpRequest(connections=connections, timeout_s=timeout_s))
        .get_updates_request(polling)
        .rate_limiter(RateLimiter(limits, sent=sent))
        .updater(None)
        .job_queue(None)
        .build()
    )
    url = f"{application.bot.base_url}/getUpdates"

    async def source(offset: int, limit: int, timeout_s: int) -> Sequence[RawUpdate]:
        fields = {"offset": offset, "limit": limit, "timeout": timeout_s, "allowed_updates": list(UPDATES)}
        answer = await polling.post(
            url, RequestData([RequestParameter(name, value, None) for name, value in fields.items()])
        )
        return answer if isinstance(answer, list) else ()

    return application, source


def route(application: BotApplication, router: Router) -> None:
    """Give the application its one handler and its one error handler."""
    application.add_handler(router)
    application.add_error_handler(router.on_error)
