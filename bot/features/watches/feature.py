"""Price watches, saved searches, quiet hours: how the feature is registered."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from bot.container.foundation import Foundation
from bot.container.parts import Servers
from bot.container.registration import Command, Feature, on
from bot.core.background_tasks import Work
from bot.features.watches.buttons import ChooseQuiet, SaveSearch, ShowWatches, StopWatch, WatchPrice
from bot.features.watches.follower import Follower
from bot.features.watches.handlers import choose_quiet, save_search, watch_price, write_price
from bot.features.watches.list_handlers import show_watches, stop_watch, watch
from bot.features.watches.models import PRICES, SEARCHES
from bot.features.watches.notifier import WatchNotifier
from bot.features.watches.replies import save_search_row, watch_price_rows
from bot.features.watches.services import Follow, WatchServices
from bot.features.watches.store import WatchStore
from bot.features.watches.watcher import Watcher
from bot.products.card import CardPart
from bot.ui.locale import later
from bot.ui.roles import Role


@dataclass(frozen=True, slots=True)
class WatchPorts:
    """What follows `filtered_products`; None: nothing does, and changes come by `WatchServices.watcher`."""

    follow: Follow | None = None


@asynccontextmanager
async def connect(servers: Servers) -> AsyncIterator[WatchPorts]:
    """Follow the topic in Kafka; it is not read before the work begins."""
    yield WatchPorts(lambda watcher, known: Follower(servers.kafka, watcher, known).run())


def build(base: Foundation) -> WatchServices:
    """The watches of `chat_state`, who decides what is due, and who tells it."""
    products, delivery = base.products, base.delivery
    watches = WatchStore(base.stores.of(PRICES), base.stores.of(SEARCHES), base.clock)
    base.persons.arrivals.subscribe(watches.arrived)
    return WatchServices(
        products=products,
        people=base.persons.people,
        request_log=base.request_log,
        clock=base.clock,
        watches=watches,
        watcher=Watcher(watches, products.catalog, products.visibility, base.clock),
        notifier=WatchNotifier(
            watches, delivery.outbox, delivery.sender, products, people=base.persons.people, clock=base.clock
        ),
        follow=base.shared.get(WatchPorts).follow,
    )


def work(services: WatchServices) -> Sequence[Work]:
    """Follow the products, and tell people what is due."""
    telling = Work("watch-messages", services.notifier.run)
    if services.follow is None:
        return (telling,)
    following = partial(services.follow, services.watcher, services.products.known)
    return (Work("watch-products", following), telling)


WATCHES = Feature(
    name="watches",
    build=build,
    connect=connect,
    stores=(PRICES, SEARCHES),
    commands=(Command("watch", watch, Role.CUSTOMER, later("prices and searches that you watch")),),
    buttons=(
        on(WatchPrice, watch_price),
        on(SaveSearch, save_search),
        on(ShowWatches, show_watches),
        on(StopWatch, stop_watch),
        on(ChooseQuiet, choose_quiet),
    ),
    texts=write_price,
    card=CardPart(watch_price_rows),
    list_part=save_search_row,
    work=work,
)
