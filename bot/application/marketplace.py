"""The bot, put together: the list of features, and nothing else to look for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from bot.application.features import FEATURES, menu_lines
from bot.container.foundation import Foundation, foundation
from bot.container.parts import Parts
from bot.container.registration import AnyFeature
from bot.core.background_tasks import Work, daily
from bot.core.deferred_answers import DeferredAnswers
from bot.core.errors import report_deferred
from bot.core.refusals import Refusals
from bot.core.router import Router
from bot.core.routes import CommandRoute, Routes, RunPress
from bot.telegram.framework import Bot
from bot.telegram.pace import Pace
from bot.ui.callback_data import CallbackData
from ops.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Marketplace:
    """The features over one foundation: the router that handles updates, and `work`, what goes on beside it.

    `work` is to be run once Telegram is connected.
    """

    base: Foundation
    router: Router
    features: tuple[tuple[AnyFeature, Any], ...]

    def work(self, idle: Collection[str] = ()) -> list[Work]:
        """The background work of all features but those named `idle`, and of what they share."""
        shared = [
            Work("outbox", self.base.delivery.run),
            Work("old-lists", partial(daily, "lists", self.base.products.lists.sweep)),
        ]
        return [
            *shared,
            *(
                work
                for feature, services in self.features
                if feature.name not in idle
                for work in feature.work(services)
            ),
        ]


def marketplace(
    settings: Settings, parts: Parts, bot: Bot, pace: Pace, features: Sequence[AnyFeature] = FEATURES
) -> Marketplace:
    """Build every feature, in order; nothing is connected or started."""
    base = foundation(settings, parts, bot, pace, menu=menu_lines(features))
    built = tuple((feature, _built(feature, base)) for feature in features)
    router = Router(
        _routes(built),
        base.persons,
        Refusals(base.request_log, base.audit_log.has, base.clock),
        pictures=base.delivery.pictures,
        deferred=DeferredAnswers(base.delivery.outbox, report_deferred),
        moves=base.delivery.moves,
    )
    return Marketplace(base, router, built)


def _built(feature: AnyFeature, base: Foundation) -> Any:
    services = feature.build(base)
    base.shared.add(services)
    base.personal.add(*feature.personal(services))
    if feature.card is not None:
        base.extensions.card.append(feature.card.of(services))
    if feature.list_part is not None:
        base.extensions.list.add(partial(feature.list_part, services))
    if feature.links is not None:
        base.deep_links.add(partial(feature.links, services))
    if feature.home is not None:
        base.home.add(partial(feature.home, services))
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
        replies=tuple(feature.replies.of(services) for feature, services in built if feature.replies is not None),
        documents=tuple(
            partial(feature.documents, services) for feature, services in built if feature.documents is not None
        ),
        any_text=_only(partial(feature.any_text, services) for feature, services in built if feature.any_text),
        inline=_only(partial(feature.inline, services) for feature, services in built if feature.inline),
    )


def _only(found: Iterable[T]) -> T | None:
    handlers = tuple(found)
    if len(handlers) > 1:
        raise ValueError("two features want to answer every text, or every inline query")
    return handlers[0] if handlers else None
