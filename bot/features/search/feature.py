"""Searching: free text, /search, result lists with their filters, product cards, links to products, inline mode."""

from bot.container.foundation import Foundation
from bot.container.registration import Command, Feature, on
from bot.features.search.buttons import Choose, Narrow, OpenPanel
from bot.features.search.handlers import choose, narrow, open_panel, search, show_list
from bot.features.search.inline import answer_inline
from bot.features.search.product_handlers import (
    back_to_list,
    open_link,
    open_product,
    open_variant,
    start_search,
)
from bot.features.search.services import SearchServices
from bot.products.buttons import BackToList, OpenProduct, OpenVariant, ShowList, StartSearch
from bot.ui.locale import later
from bot.ui.roles import Role


def build(base: Foundation) -> SearchServices:
    """From what all features share."""
    return SearchServices(
        products=base.products,
        request_log=base.request_log,
        page_size=base.settings.search.page_size,
        list_parts=base.extensions.list,
    )


SEARCH = Feature(
    name="search",
    build=build,
    commands=(Command("search", search, Role.CUSTOMER, later("search all shops")),),
    buttons=(
        on(ShowList, show_list),
        on(OpenPanel, open_panel),
        on(Narrow, narrow),
        on(Choose, choose),
        on(OpenProduct, open_product),
        on(OpenVariant, open_variant),
        on(BackToList, back_to_list),
        on(StartSearch, start_search),
    ),
    links=open_link,
    any_text=search,
    inline=answer_inline,
)
