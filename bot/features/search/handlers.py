"""Free text, /search, and the buttons of a result list."""

from bot.core.update_context import UpdateContext
from bot.features.search.buttons import Narrow, OpenPanel
from bot.features.search.filters import narrowed
from bot.features.search.panels import PANELS, panel
from bot.features.search.result_pages import asked_for, find, look
from bot.features.search.services import SearchServices
from bot.products.buttons import ShowList
from bot.products.list_state import ListState
from bot.products.records import log_view
from bot.ui.notices import choice_gone, empty_search, old_button
from bot.ui.text import clean
from pipeline.catalog.page import Facets

TEXT_LIMIT = 256
# Panels whose choices come out of what was found.
FROM_FACETS = frozenset({"category", "brand", "price"})


async def search(services: SearchServices, context: UpdateContext, text: str) -> None:
    """Answer a text with a result list, an article with its card. A price becomes a filter that can be taken away."""
    query = clean(text, 4 * TEXT_LIMIT)[:TEXT_LIMIT].strip()
    if not query:
        await context.say(empty_search(context.texts))
        return
    shown = await context.typing(find(services, context, asked_for(query), 0))
    if shown.page.exact and shown.page.total == 1:
        # Who types an article has the product in mind, and needs no list of one.
        (product,) = shown.page.products
        log_view(services.request_log, context, product.offer_id, shown=True, source="search", position=0)
        await context.say(await services.products.card(context, product))
        return
    await context.say(services.result_list(shown, context.texts))


async def show_list(services: SearchServices, context: UpdateContext, press: ShowList) -> None:
    """Turn a page, or come back from a panel; from a suggestion, as a new message."""
    state = services.products.lists.get(press.token)
    if state is None or state.offer_id is not None:
        await context.toast(old_button(context.texts), alert=True)
        return
    shown = await context.typing(find(services, context, state, press.page))
    reply = services.result_list(shown, context.texts)
    await (context.say(reply) if press.way == "n" else context.change(reply))


async def open_panel(services: SearchServices, context: UpdateContext, press: OpenPanel) -> None:
    """Show the choices of a filter in place of the list."""
    state = services.products.lists.get(press.token)
    if state is None or press.panel not in PANELS:
        await context.toast(old_button(context.texts), alert=True)
        return
    facets = Facets()
    if press.panel in FROM_FACETS:
        facets = await context.typing(_choices(services, context, state, press.panel))
    await context.change(panel(press.panel, state, facets, press.page, context.texts))


async def narrow(services: SearchServices, context: UpdateContext, press: Narrow) -> None:
    """Apply one choice and show the list from its beginning."""
    state = services.products.lists.get(press.token)
    if state is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    facets = Facets()
    name = {"c": "category", "b": "brand", "p": "price"}.get(press.by, "")
    if press.value and name:
        facets = await _choices(services, context, state, name)
    chosen = narrowed(state, press.by, press.value, facets)
    if chosen is None:
        await context.toast(choice_gone(context.texts), alert=True)
        return
    shown = await context.typing(find(services, context, chosen, 0))
    await context.change(services.result_list(shown, context.texts))


async def _choices(services: SearchServices, context: UpdateContext, state: ListState, panel_name: str) -> Facets:
    """What there is to choose from: what is found without this very filter, with all others."""
    without: dict[str, object] = {"price_min": None, "price_max": None} if panel_name == "price" else {panel_name: None}
    page = await look(services, context, state.model_copy(update=without), 0)
    return page.facets
