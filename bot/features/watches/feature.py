"""Price watches, saved searches, quiet hours: how the feature is registered."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from bot.container.foundation import Foundation
from bot.container.parts import Servers
from bot.container.registration import Command, Feature, OnCard, on
from bot.core.background_tasks import Work, daily
from bot.core.home import HomeButton
from bot.core.update_context import UpdateContext
from bot.features.watches.buttons import (
    ChooseQuiet,
    OpenWatch,
    RestoreWatch,
    SaveSearch,
    ShowWatches,
    StopWatch,
    WatchAt,
    WatchPrice,
)
from bot.features.watches.follower import Follower
from bot.features.watches.handlers import choose_quiet, save_search, watch_at, watch_price, write_price
from bot.features.watches.list_handlers import open_watch, restore_watch, show_watches, stop_watch, watch
from bot.features.watches.log_places import FollowedProducts
from bot.features.watches.models import ASKED, PRICES, SEARCHES
from bot.features.watches.notifier import WatchNotifier
from bot.features.watches.price_part import price_button_row
from bot.features.watches.questions import PriceQuestions
from bot.features.watches.search_part import save_search_row
from bot.features.watches.services import Ends, Follow, WatchServices
from bot.features.watches.store import WatchStore
from bot.features.watches.watcher import Watcher
from bot.ui.buttons import OpenCommand
from bot.ui.locale import later
from bot.ui.reply import Button
from bot.ui.roles import Role


@dataclass(frozen=True, slots=True)
class WatchPorts:
    """What follows `filtered_products`, and where that ends now.

    Without `follow` nothing does, and changes come by `WatchServices.watcher`.
    """

    ends: Ends
    follow: Follow | None = None


@asynccontextmanager
async def connect(servers: Servers) -> AsyncIterator[WatchPorts]:
    """Follow the topic in Kafka; it is not read before the work begins."""
    followed = FollowedProducts()
    yield WatchPorts(
        ends=followed.ends,
        follow=lambda watcher, known: Follower(servers.kafka, servers.files, watcher, known, followed).run(),
    )


def build(base: Foundation) -> WatchServices:
    """The watches of `chat_state`, who decides what is due, and who tells it."""
    products, delivery = base.products, base.delivery
    watches = WatchStore(base.stores.of(PRICES), base.stores.of(SEARCHES), base.clock)
    questions = PriceQuestions(base.stores.buffered(ASKED), base.clock)
    base.persons.arrivals.subscribe(watches.arrived)
    base.persons.arrivals.subscribe(questions.arrived)
    ports = base.shared.get(WatchPorts)
    return WatchServices(
        products=products,
        people=base.persons.people,
        request_log=base.request_log,
        clock=base.clock,
        watches=watches,
        questions=questions,
        watcher=Watcher(watches, products.catalog, products.visibility, base.clock),
        notifier=WatchNotifier(
            watches, delivery.outbox, delivery.sender, products, people=base.persons.people, clock=base.clock
        ),
        ends=ports.ends,
        follow=ports.follow,
    )


def work(services: WatchServices) -> Sequence[Work]:
    """Follow the products, tell people what is due, and delete questions that nobody answered."""
    others = (
        Work("watch-messages", services.notifier.run),
        Work("old-price-questions", partial(daily, "price questions", services.questions.sweep)),
    )
    if services.follow is None:
        return others
    following = partial(services.follow, services.watcher, services.products.known)
    return (Work("watch-products", following), *others)


def home(_: WatchServices, context: UpdateContext) -> Sequence[HomeButton]:
    """The way to what the person watches."""
    return (HomeButton(Button(context.texts.plain("🔔 My alerts"), OpenCommand("watch"))),)


WATCHES = Feature(
    name="watches",
    build=build,
    connect=connect,
    stores=(PRICES, SEARCHES, ASKED),
    commands=(Command("watch", watch, Role.CUSTOMER, later("your alerts")),),
    buttons=(
        on(WatchPrice, watch_price),
        on(WatchAt, watch_at),
        on(SaveSearch, save_search),
        on(ShowWatches, show_watches),
        on(OpenWatch, open_watch),
        on(StopWatch, stop_watch),
        on(RestoreWatch, restore_watch),
        on(ChooseQuiet, choose_quiet),
    ),
    texts=write_price,
    card=OnCard(price_button_row, beside="ways"),
    list_part=save_search_row,
    work=work,
    home=home,
)
