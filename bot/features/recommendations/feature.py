"""Recommending: /recommend with its reasons and feedback, and what is like a product."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial

from bot.container.foundation import Foundation
from bot.container.parts import Servers
from bot.container.registration import Command, Feature, on
from bot.core.background_tasks import Work, daily
from bot.core.home import HomeButton
from bot.core.update_context import UpdateContext
from bot.features.recommendations.buttons import ChangeHidden, OpenPick, OtherPicks, RateProduct, ShowHidden
from bot.features.recommendations.handlers import (
    change_hidden,
    open_pick,
    other_picks,
    rate_product,
    recommend,
    show_hidden,
    show_similar,
)
from bot.features.recommendations.models import PREFERENCES
from bot.features.recommendations.published import KafkaPublished, Published, RecommendedToPerson
from bot.features.recommendations.recommender import Recommender
from bot.features.recommendations.services import RecommendationServices
from bot.features.recommendations.store import PreferenceStore
from bot.products.buttons import ShowSimilar
from bot.state.stores import PersonalData
from bot.ui.buttons import OpenCommand
from bot.ui.locale import later
from bot.ui.reply import Button
from bot.ui.roles import Role


@dataclass(frozen=True, slots=True)
class RecommendationPorts:
    """The lists that the job has published."""

    published: Published


@contextlib.asynccontextmanager
async def connect(servers: Servers) -> AsyncIterator[RecommendationPorts]:
    """Follow the topic of recommendations."""
    async with KafkaPublished(servers.files, servers.producer).followed() as published:
        yield RecommendationPorts(published)


def build(base: Foundation) -> RecommendationServices:
    """From what all features share, and the published lists."""
    preferences = PreferenceStore(base.stores.buffered(PREFERENCES), base.clock)
    base.request_log.subscribe(preferences.learn)
    published = base.shared.get(RecommendationPorts).published
    recommender = Recommender(
        published,
        preferences,
        base.products.catalog,
        base.products.visibility,
        known=base.products.known,
        clock=base.clock,
    )
    return RecommendationServices(
        products=base.products,
        request_log=base.request_log,
        recommender=recommender,
        preferences=preferences,
        published=published,
    )


def personal(services: RecommendationServices) -> Sequence[PersonalData]:
    """What the job has published for a person."""
    return (RecommendedToPerson(services.published),)


def work(services: RecommendationServices) -> Sequence[Work]:
    """Forget what people liked who have not been here for long."""
    return (Work("old-preferences", partial(daily, "preferences", services.preferences.sweep)),)


def home(_: RecommendationServices, context: UpdateContext) -> Sequence[HomeButton]:
    """The way to the recommendations."""
    return (HomeButton(Button(context.texts.plain("✨ For you"), OpenCommand("recommend"))),)


RECOMMENDATIONS = Feature(
    name="recommendations",
    build=build,
    connect=connect,
    stores=(PREFERENCES,),
    commands=(Command("recommend", recommend, Role.CUSTOMER, later("picked for you")),),
    buttons=(
        on(OpenPick, open_pick),
        on(OtherPicks, other_picks),
        on(RateProduct, rate_product),
        on(ShowHidden, show_hidden),
        on(ChangeHidden, change_hidden),
        on(ShowSimilar, show_similar),
    ),
    personal=personal,
    work=work,
    home=home,
)
