"""An offer's whole way on one card: how the feature is registered."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.container.foundation import Foundation
from bot.container.parts import IDENTITY, Servers
from bot.container.registration import Command, Feature, on
from bot.core.job_requests import JOB_REQUESTS, JOB_STATUSES, JobQueue
from bot.core.long_answers import LongAnswers
from bot.core.looking_up import OPEN_S
from bot.features.trace.buttons import TraceOffer
from bot.features.trace.handlers import trace, trace_offer
from bot.features.trace.ports import TracePorts
from bot.features.trace.services import RulesInForce, TraceServices
from bot.ui.locale import later
from bot.ui.roles import Role
from ops.kafka import Kafka
from pipeline.dead_letters.letters import IDENTITY as REPLAY
from pipeline.trace.offer_logs import OfferLogs


@asynccontextmanager
async def connect(servers: Servers) -> AsyncIterator[TracePorts]:
    """The topics of offers, which only the identity of replays may read both, and the registry of shops."""
    logs, runs = (Kafka(servers.settings, name, open_within_s=OPEN_S) for name in (REPLAY, IDENTITY))
    yield TracePorts(
        logs=OfferLogs(logs, runs),
        bans=servers.bans,
        shop_name=servers.shops.shown,
        shops=lambda: [shop.store_id for shop in servers.shops.names().all()],
    )


def build(base: Foundation) -> TraceServices:
    """Over the ports, the catalogue, the rules in force and what the schedule tells of the lake."""
    ports = base.shared.get(TracePorts)
    return TraceServices(
        ports=ports,
        products=base.products,
        in_force=RulesInForce(base.products.visibility, ports.bans),
        jobs=JobQueue(base.stores.of(JOB_STATUSES), base.stores.of(JOB_REQUESTS)),
        access=base.persons.access,
        clock=base.clock,
        long_answers=LongAnswers(),
    )


TRACE = Feature(
    name="trace",
    build=build,
    connect=connect,
    commands=(Command("trace", trace, Role.SELLER, later("where a product is, and where it stopped")),),
    buttons=(on(TraceOffer, trace_offer),),
)
