"""Bans: asking for them and lifting them with their previews, the rules in force, and the button on product cards."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from bot.container.foundation import Foundation
from bot.container.parts import Servers
from bot.container.registration import Command, Feature, OnCard, on
from bot.core.background_tasks import Work
from bot.core.home import HomeButton
from bot.core.looking_up import OPEN_S
from bot.core.shops import ShopRegistry
from bot.core.update_context import UpdateContext
from bot.features.bans.buttons import (
    BanNow,
    BanStep,
    ChangeBan,
    PickBan,
    ShowBans,
    ShowRequest,
    TakeBan,
    TakeProposal,
)
from bot.features.bans.choice_handlers import ban_now, ban_product, pick_ban, take_ban
from bot.features.bans.guide import Guide
from bot.features.bans.handlers import ban, change_ban, show_request, step_ban
from bot.features.bans.lift_handlers import lift_ban, unban
from bot.features.bans.list_handlers import bans, show_bans
from bot.features.bans.models import REQUESTS
from bot.features.bans.naming import SellerTitles
from bot.features.bans.preview import Previews
from bot.features.bans.progress import BanProgress
from bot.features.bans.proposal_handlers import take_proposal
from bot.features.bans.proposals import PROPOSALS
from bot.features.bans.proposer import BanProposer
from bot.features.bans.questions import Questions
from bot.features.bans.refused_products import KafkaRefusedProducts, RefusedProducts
from bot.features.bans.replies import card_rows
from bot.features.bans.repository import BanRepository, KafkaBanRepository
from bot.features.bans.request_messages import RequestMessages
from bot.features.bans.service import BanService
from bot.features.bans.services import BanServices
from bot.features.bans.writing_handlers import write_value
from bot.products.buttons import BanProduct, LiftBan
from bot.ui.buttons import OpenCommand
from bot.ui.locale import later
from bot.ui.reply import Button
from bot.ui.roles import Role
from ops.kafka import Kafka
from pipeline.bans.ledger import BanLedger
from pipeline.contracts.messages import now
from pipeline.dead_letters.letters import IDENTITY as REPLAY


@dataclass(frozen=True, slots=True)
class BanPorts:
    """The rules in force with the way to change them, and the count of the products that they refuse."""

    repository: BanRepository
    refused: RefusedProducts


@contextlib.asynccontextmanager
async def connect(servers: Servers) -> AsyncIterator[BanPorts]:
    """Over the topics `bans`, `audit` and `products`; only the identity of replays may read what the shops sent."""
    yield BanPorts(
        repository=KafkaBanRepository(servers.bans, BanLedger(servers.producer), servers.kafka),
        refused=KafkaRefusedProducts(Kafka(servers.settings, REPLAY, open_within_s=OPEN_S), now),
    )


def build(base: Foundation) -> BanServices:
    """From what all features share, and the rules in force."""
    ports, settings = base.shared.get(BanPorts), base.settings.bot
    service = BanService(
        base.stores.of(REQUESTS),
        ports.repository,
        base.products.catalog,
        base.audit_log,
        base.clock,
        second_admin_above=settings.second_admin_above,
        undo_s=settings.undo_s,
    )
    titles = SellerTitles(base.products.catalog, base.shared.get(ShopRegistry), base.clock)
    previews = Previews(base.products.catalog, titles)
    messages = RequestMessages(base.delivery.bot, base.delivery.outbox, service, previews, base.cards)
    proposals = base.stores.of(PROPOSALS)
    return BanServices(
        bans=service,
        messages=messages,
        progress=BanProgress(service, messages),
        proposer=BanProposer(service, proposals, previews, base.cards),
        refused=ports.refused,
        questions=Questions(base.clock),
        guide=Guide(base.products, titles),
        titles=titles,
        products=base.products,
        access=base.persons.access,
        clock=base.clock,
    )


def work(services: BanServices) -> Sequence[Work]:
    """Requests are taken up, followed and ended; bans end in time; rules are proposed."""
    return (Work("bans", services.progress.run), Work("ban-proposals", services.proposer.run))


def home(services: BanServices, context: UpdateContext) -> Sequence[HomeButton]:
    """Requests that wait for another admin, or else how many rules are in force."""
    texts, waiting = context.texts, services.bans.waiting_for(context.pseudonym)
    if waiting:
        label = texts.plain_n("⛔️ {n} ban request waits", "⛔️ {n} ban requests wait", len(waiting))
        return (HomeButton(Button(label, ShowRequest(waiting[0])), Role.ADMIN, waits=True),)
    rules = len(services.bans.in_force())
    label = (
        texts.plain_n("⛔️ {n} rule in force", "⛔️ {n} rules in force", rules) if rules else texts.plain("⛔️ No bans")
    )
    return (HomeButton(Button(label, OpenCommand("bans")), Role.ADMIN),)


BANS = Feature(
    name="bans",
    build=build,
    connect=connect,
    stores=(REQUESTS, PROPOSALS),
    commands=(
        Command("ban", ban, Role.ADMIN, later("ban something")),
        Command("unban", unban, Role.ADMIN, later("lift a ban")),
        Command("bans", bans, Role.ADMIN, later("bans in force")),
    ),
    buttons=(
        on(PickBan, pick_ban),
        on(TakeBan, take_ban),
        on(BanProduct, ban_product),
        on(BanNow, ban_now),
        on(TakeProposal, take_proposal),
        on(ChangeBan, change_ban),
        on(BanStep, step_ban),
        on(ShowBans, show_bans),
        on(LiftBan, lift_ban),
        on(ShowRequest, show_request),
    ),
    texts=write_value,
    card=OnCard(card_rows, least=Role.ADMIN),
    work=work,
    home=home,
)
