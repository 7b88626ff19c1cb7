"""Shops and their people: how the feature is registered."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.container.foundation import Foundation
from bot.container.parts import Servers
from bot.container.registration import Command, Feature, on
from bot.core.access import SELLERS
from bot.core.background_tasks import Work
from bot.core.home import HomeButton
from bot.core.shops import ShopRegistry
from bot.core.update_context import UpdateContext
from bot.features.shops.address_handlers import feed_address, feed_every, take_address
from bot.features.shops.addresses import Addresses
from bot.features.shops.buttons import (
    ChangeShop,
    DropSeller,
    FeedAddress,
    FeedEvery,
    RegisterShop,
    ShowShops,
)
from bot.features.shops.fetch_notices import FETCH_TOLD, FetchNotices
from bot.features.shops.handlers import change_shop, drop_seller, follow_link, register_shop, shops, show_shops
from bot.features.shops.invitations import INVITATIONS, Invitations
from bot.features.shops.ports import ShopPorts, resolve
from bot.features.shops.services import ShopServices
from bot.ui.buttons import OpenCommand
from bot.ui.locale import later
from bot.ui.reply import Button
from bot.ui.roles import Role
from bot.ui.text import clean, cut
from pipeline.shops.fetch_view import fetch_view

LABEL_LIMIT = 40


@asynccontextmanager
async def connect(servers: Servers) -> AsyncIterator[ShopPorts]:
    """What the feed service tells of addresses, followed."""
    async with fetch_view(servers.kafka) as fetches:
        yield ShopPorts(fetches, resolve)


def build(base: Foundation) -> ShopServices:
    """From the registry, and what all features share."""
    registry, access = base.shared.get(ShopRegistry), base.persons.access
    invitations = Invitations(
        base.stores.of(INVITATIONS),
        base.stores.of(SELLERS),
        access,
        registry=registry,
        audit_log=base.audit_log,
        clock=base.clock,
    )
    addresses = Addresses(base.shared.get(ShopPorts), base.settings.feed, base.clock)
    notices = FetchNotices(addresses, base.stores.of(FETCH_TOLD), base.delivery, base.persons, registry)
    catalog = base.products.catalog

    async def on_sale() -> Sequence[tuple[str, int]]:
        return await catalog.shops(None, ())

    return ShopServices(registry, access, base.menus, invitations, addresses, notices, on_sale)


def work(services: ShopServices) -> Sequence[Work]:
    """Links and shops that are over are forgotten; people are told how their addresses do."""
    return (Work("invitations", services.invitations.run), Work("fetch-notices", services.notices.run))


def home(services: ShopServices, context: UpdateContext) -> Sequence[HomeButton]:
    """The shops that the person speaks for."""
    mine = sorted(services.access.shops_of(context.user_id))
    if not mine:
        return ()
    texts = context.texts
    named = services.registry.shown(mine[0])
    label = texts.plain("🏪 {shop}", shop=named) if len(mine) == 1 else texts.plain("🏪 My shops")
    return (HomeButton(Button(cut(clean(label), LABEL_LIMIT), OpenCommand("shops")), Role.SELLER),)


SHOPS = Feature(
    name="shops",
    build=build,
    connect=connect,
    stores=(INVITATIONS, FETCH_TOLD),
    commands=(Command("shops", shops, Role.SELLER, later("shops and their people")),),
    buttons=(
        on(ShowShops, show_shops),
        on(ChangeShop, change_shop),
        on(RegisterShop, register_shop),
        on(DropSeller, drop_seller),
        on(FeedAddress, feed_address),
        on(FeedEvery, feed_every),
    ),
    texts=take_address,
    links=follow_link,
    home=home,
    work=work,
)
