"""The catalogue to walk through, and the names of its sections: how the feature is registered."""

from collections.abc import Sequence

from bot.container.foundation import Foundation
from bot.container.registration import Command, Feature, on
from bot.core.home import HomeButton
from bot.core.text_questions import TextQuestions
from bot.core.update_context import UpdateContext
from bot.features.catalogue.buttons import NameSection, ShowCatalogue, ShowSection, ShowShopList
from bot.features.catalogue.handlers import (
    open_catalogue,
    show_catalogue,
    show_section,
    show_shop,
    show_shop_list,
)
from bot.features.catalogue.name_handlers import name_section, write_name
from bot.features.catalogue.name_questions import REMEMBERED, NameQuestion
from bot.features.catalogue.name_store import NameStore
from bot.features.catalogue.replies import way_back_row
from bot.features.catalogue.services import CatalogueServices
from bot.features.catalogue.shelves import Shelves
from bot.products.buttons import ShowShop
from bot.products.section_names import SECTION_NAMES
from bot.ui.buttons import OpenCommand
from bot.ui.locale import later
from bot.ui.reply import Button
from bot.ui.roles import Role


def build(base: Foundation) -> CatalogueServices:
    """From what all features share; the store of names is shared, for sections are named everywhere."""
    products = base.products
    return CatalogueServices(
        shelves=Shelves(products.catalog, products.visibility, base.clock),
        lists=products.lists,
        names=NameStore(base.stores.of(SECTION_NAMES), base.audit_log, base.clock),
        questions=TextQuestions[NameQuestion](base.clock, REMEMBERED),
    )


def home(_: CatalogueServices, context: UpdateContext) -> Sequence[HomeButton]:
    """The way to the sections."""
    return (HomeButton(Button(context.texts.plain("📂 Catalogue"), OpenCommand("catalog"))),)


CATALOGUE = Feature(
    name="catalogue",
    build=build,
    commands=(Command("catalog", open_catalogue, Role.CUSTOMER, later("catalogue by sections and shops")),),
    buttons=(
        on(ShowCatalogue, show_catalogue),
        on(ShowSection, show_section),
        on(ShowShopList, show_shop_list),
        on(ShowShop, show_shop),
        on(NameSection, name_section),
    ),
    texts=write_name,
    home=home,
    list_part=way_back_row,
)
