"""A seller's own shop: how the feature is registered."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from bot.container.foundation import Foundation
from bot.container.parts import Servers
from bot.container.registration import Command, Feature, on
from bot.core.background_tasks import Work, daily
from bot.core.long_answers import LongAnswers
from bot.core.looking_up import OPEN_S
from bot.core.shops import ShopRegistry
from bot.features.my_shop.activity_log import ActivityLog
from bot.features.my_shop.buttons import KeepBan, MyShop, MyWeek
from bot.features.my_shop.drawing import WeekDrawing
from bot.features.my_shop.handlers import my, my_shop, my_week
from bot.features.my_shop.models import REVIEWS
from bot.features.my_shop.ports import MyShopPorts
from bot.features.my_shop.review_handlers import ask_review, keep_ban
from bot.features.my_shop.reviews import Reviews
from bot.features.my_shop.sent_offers import KafkaSentOffers
from bot.features.my_shop.services import MyShopServices, StockCounts
from bot.products.buttons import AskReview
from bot.ui.locale import later
from bot.ui.roles import Role
from ops.kafka import Kafka
from pipeline.contracts.messages import Ban
from pipeline.dead_letters.letters import IDENTITY as REPLAY


@dataclass(frozen=True, slots=True)
class MyShopSources:
    """The ports, and what says why and until when a rule is in force."""

    ports: MyShopPorts
    ban_of: Callable[[str], Ban | None]


@asynccontextmanager
async def connect(servers: Servers) -> AsyncIterator[MyShopSources]:
    """What shops sent, the request log, and a process that draws; nothing is asked yet."""
    activity = ActivityLog(servers.elasticsearch, servers.settings.bot.report_people)
    # What shops sent is read by the identity of replays alone.
    sent = KafkaSentOffers(Kafka(servers.settings, REPLAY, open_within_s=OPEN_S))
    yield MyShopSources(MyShopPorts(sent, activity, WeekDrawing()), servers.bans.get)


def build(base: Foundation) -> MyShopServices:
    """Over the sources, the registry of shops and the rules in force."""
    sources, shops = base.shared.get(MyShopSources), base.shared.get(ShopRegistry)
    reviews = Reviews(
        base.stores.of(REVIEWS),
        sources.ban_of,
        base.delivery.pending,
        base.cards,
        shops=shops,
        audit_log=base.audit_log,
        clock=base.clock,
    )
    return MyShopServices(
        ports=sources.ports,
        stocks=StockCounts(sources.ports, base.products.visibility, base.clock),
        reviews=reviews,
        access=base.persons.access,
        shops=shops,
        ban_of=sources.ban_of,
        audit_log=base.audit_log,
        clock=base.clock,
        long_answers=LongAnswers(),
    )


def work(services: MyShopServices) -> Sequence[Work]:
    """Tell sellers what came of their reviews; delete what is old."""
    return (
        Work("ban-reviews", services.reviews.run),
        Work("old-reviews", partial(daily, "reviews", services.reviews.sweep)),
    )


MY_SHOP = Feature(
    name="my_shop",
    build=build,
    connect=connect,
    stores=(REVIEWS,),
    commands=(Command("my", my, Role.SELLER, later("your shop: products, bans, its week")),),
    buttons=(on(MyShop, my_shop), on(MyWeek, my_week), on(AskReview, ask_review), on(KeepBan, keep_ban)),
    work=work,
)
