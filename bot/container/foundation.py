"""What all features share, opened and put together: Kafka, Elasticsearch, state, people, products, delivery.

Nothing here knows a feature. Tests put their own parts in the place of the real ones: see `Parts`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.container.parts import Parts
from bot.core.access import GRANTS, SELLERS, Access
from bot.core.audit_log import AuditLog
from bot.core.decision_cards import DECISION_CARDS, DecisionCards
from bot.core.deep_links import DeepLinks
from bot.core.delivery import Delivery
from bot.core.home import Home
from bot.core.kafka_reach import KafkaState
from bot.core.menus import MenuLine, Menus
from bot.core.moved_chats import MOVED, MovedChats, settings_of_chats
from bot.core.outbox_message import OUTBOX
from bot.core.pending_messages import PendingMessages
from bot.core.people import SETTINGS, People
from bot.core.persons import Persons
from bot.core.recent_changes import RecentChanges
from bot.core.request_log import RequestLog
from bot.core.shared import Shared
from bot.core.shops import ShopRegistry
from bot.products.card import CardPart
from bot.products.gone_lately import GoneLately
from bot.products.known_products import KnownProducts
from bot.products.list_part import ListParts
from bot.products.list_state import LISTS
from bot.products.list_store import ListStore
from bot.products.offers import Products
from bot.products.section_names import NAMES, SECTION_NAMES
from bot.products.shop_titles import TITLES
from bot.products.visibility import VisibilityPolicy
from bot.state.stores import PersonalRegistry, Stores
from bot.telegram.framework import Bot
from bot.telegram.message_sender import MessageSender
from bot.telegram.outbox import Outbox
from bot.telegram.pace import Pace
from bot.telegram.pictures import Pictures
from bot.ui.locale import Texts
from ops.settings import Settings
from pipeline.catalog.query import QueryContext


@dataclass(frozen=True, slots=True)
class Extensions:
    """What features put under the cards and lists of others."""

    card: list[CardPart] = field(default_factory=list)
    list: ListParts = field(default_factory=ListParts)


@dataclass(frozen=True, slots=True)
class Foundation:
    """What every feature may build on. `shared` has ports and earlier features' services, by type."""

    settings: Settings
    clock: Callable[[], datetime]
    stores: Stores
    persons: Persons
    products: Products
    audit_log: AuditLog
    request_log: RequestLog
    delivery: Delivery
    cards: DecisionCards
    kafka: KafkaState
    menus: Menus
    extensions: Extensions
    deep_links: DeepLinks
    home: Home
    personal: PersonalRegistry
    shared: Shared


def foundation(
    settings: Settings,
    parts: Parts,
    bot: Bot,
    pace: Pace,
    *,
    menu: Sequence[MenuLine] = (),
) -> Foundation:
    """Put the parts together; nothing is connected or started."""
    access = Access(
        parts.stores.of(GRANTS),
        parts.stores.of(SELLERS),
        parts.pseudonyms,
        first_admins=settings.bot.admins,
        first_operators=settings.bot.operators,
    )
    extensions = Extensions()
    persons = Persons(access, People(parts.stores.of(SETTINGS), settings.market.zone), parts.pseudonyms)
    NAMES.follow(parts.stores.of(SECTION_NAMES))
    shared = Shared()
    shared.add(RecentChanges())
    for port in parts.ports:
        shared.add(port)
        if isinstance(port, ShopRegistry):
            TITLES.follow(port.shown)
    delivery = _delivery(settings, parts, persons, bot, pace)
    return Foundation(
        settings=settings,
        clock=parts.clock,
        stores=parts.stores,
        persons=persons,
        products=_products(settings, parts, extensions.card),
        audit_log=parts.audit_log,
        request_log=RequestLog(parts.records, parts.clock),
        delivery=delivery,
        cards=DecisionCards(parts.stores.of(DECISION_CARDS), delivery, persons, parts.clock),
        kafka=parts.kafka,
        menus=Menus(tuple(menu), access),
        extensions=extensions,
        deep_links=DeepLinks(),
        home=Home(),
        personal=PersonalRegistry(parts.stores),
        shared=shared,
    )


def _products(settings: Settings, parts: Parts, card_parts: Sequence[CardPart]) -> Products:
    shops = next((port for port in parts.ports if isinstance(port, ShopRegistry)), None)
    gone = GoneLately(parts.clock)
    return Products(
        catalog=parts.catalog,
        visibility=VisibilityPolicy(parts.bans, parts.clock, gone),
        lists=ListStore(parts.stores.buffered(LISTS), parts.clock),
        known=KnownProducts(parts.catalog, gone=gone),
        card_parts=card_parts,
        contact_of=shops.contact_of if shops is not None else _nowhere,
        query_context=QueryContext(
            settings.market.currency,
            settings.market.rate_of(),
            None if shops is None else lambda: shops.names().by_name,
        ),
    )


def _nowhere(store_id: str) -> str | None:
    return None


def _delivery(settings: Settings, parts: Parts, persons: Persons, bot: Bot, pace: Pace) -> Delivery:
    def words(chat_id: int) -> Texts:
        return persons.texts(chat_id, settings.bot.alert_language)

    moves = MovedChats(parts.stores.of(MOVED), settings_of_chats(settings.bot), parts.clock)
    pictures = Pictures()
    outbox, sender = Outbox(pace, place=moves.place), MessageSender(bot, moves, pictures=pictures)
    pending = PendingMessages(parts.stores.of(OUTBOX), outbox, sender, words, parts.clock)
    return Delivery(bot=bot, moves=moves, outbox=outbox, sender=sender, pending=pending, pictures=pictures)
