"""/catalog, and the walk from section to section and from shop to shop."""

import asyncio

from bot.core.update_context import UpdateContext
from bot.features.catalogue.buttons import ShowCatalogue, ShowSection, ShowShopList
from bot.features.catalogue.replies import (
    catalogue,
    gone,
    nothing_yet,
    section_page,
    shop_list,
    shop_page,
    states_behind,
)
from bot.features.catalogue.services import CatalogueServices
from bot.features.catalogue.tree import find
from bot.products.buttons import ShowShop
from bot.ui.reply import Reply
from bot.ui.roles import Role


async def open_catalogue(services: CatalogueServices, context: UpdateContext, _: str) -> None:
    """The sections, as a new message."""
    await context.say(await context.typing(_sections(services, context, 0)))


async def show_catalogue(services: CatalogueServices, context: UpdateContext, press: ShowCatalogue) -> None:
    """A page of the sections, in place of the message."""
    await context.change(await context.typing(_sections(services, context, press.page)))


async def show_section(services: CatalogueServices, context: UpdateContext, press: ShowSection) -> None:
    """What a section is made of."""
    page = await context.typing(section_of(services, context, press.section, press.page))
    if page is None:
        await context.toast(gone(context.texts), alert=True)
        page = await _sections(services, context, 0)
    await context.change(page)


async def section_of(services: CatalogueServices, context: UpdateContext, key: str, number: int) -> Reply | None:
    """The page of the section that a button stands for, its lists kept; None when it is gone."""
    section = find(await services.shelves.sections(), key)
    if section is None:
        return None
    page = section_page(section, number, context.texts, admin=context.role is Role.ADMIN)
    await services.lists.keep(states_behind(page, (section,)))
    return page


async def show_shop_list(services: CatalogueServices, context: UpdateContext, press: ShowShopList) -> None:
    """The shops."""
    shops = await context.typing(services.shelves.shops())
    await context.change(shop_list(shops, press.page, context.texts))


async def show_shop(services: CatalogueServices, context: UpdateContext, press: ShowShop) -> None:
    """A shop's page."""
    shop = await context.typing(services.shelves.shop(press.shop))
    if shop is None and press.way == "n":
        await context.toast(nothing_yet(context.texts), alert=True)
        return
    if shop is None:
        await context.toast(gone(context.texts), alert=True)
        await context.change(shop_list(await services.shelves.shops(), 0, context.texts))
        return
    page = shop_page(shop, press.page, context.texts)
    await services.lists.keep(states_behind(page, shop.sections, shop))
    await (context.say if press.way == "n" else context.change)(page)


async def _sections(services: CatalogueServices, context: UpdateContext, number: int) -> Reply:
    sections, cheaper = await asyncio.gather(services.shelves.sections(), services.shelves.cheaper())
    page = catalogue(sections, number, context.texts, admin=context.role is Role.ADMIN, cheaper=cheaper)
    await services.lists.keep(states_behind(page, sections))
    return page
