"""Free text, /search, and the buttons of a result list."""

import asyncio

from bot.core.update_context import UpdateContext
from bot.features.search.buttons import Choose, Narrow, OpenPanel
from bot.features.search.chips import without_piece
from bot.features.search.choices import Choices, Look, choices_of, values_of
from bot.features.search.filters import narrowed
from bot.features.search.panels import panel, sort_panel
from bot.features.search.result_pages import asked_for, find, look
from bot.features.search.services import SearchServices
from bot.products.buttons import ShowList
from bot.products.list_state import ListState
from bot.products.records import log_view
from bot.ui.notices import choice_gone, empty_search, nothing_to_choose, old_button
from bot.ui.reply import Reply
from bot.ui.text import clean
from pipeline.catalog.page import SearchPage

TEXT_LIMIT = 256
# Filters whose values come out of what was found: section, brand, shop, price.
FROM_VALUES = frozenset("cbhp")


async def search(services: SearchServices, context: UpdateContext, text: str) -> None:
    """Answer a text with a result list, an article with its card. A price becomes a filter that can be taken away."""
    query = clean(text, 4 * TEXT_LIMIT)[:TEXT_LIMIT].strip()
    if not query:
        await context.say(empty_search(context.texts))
        return
    shown = await context.typing(find(services, context, asked_for(query, services.products.query_context), 0))
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
    """Show what narrows or sorts the list in place of the list."""
    state = services.products.lists.get(press.token)
    if state is None:
        await context.toast(old_button(context.texts), alert=True)
    elif press.panel == "sort":
        await context.change(sort_panel(state, context.texts))
    else:
        choices = await context.typing(choices_of(state, _counting(services, context)))
        await _show(context, panel(press.panel, state, choices, press.page, context.texts))


async def choose(services: SearchServices, context: UpdateContext, press: Choose) -> None:
    """Take one choice of a panel, which stays open and shows what it leaves."""
    state = services.products.lists.get(press.token)
    if state is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    chosen = await _narrowed(services, context, state, press.by, press.value)
    if chosen is None:
        await context.toast(choice_gone(context.texts), alert=True)
        return
    choices, _ = await context.typing(
        asyncio.gather(choices_of(chosen, _counting(services, context)), services.products.lists.keep((chosen,)))
    )
    await _show(context, panel(press.panel, chosen, choices, press.page, context.texts))


async def narrow(services: SearchServices, context: UpdateContext, press: Narrow) -> None:
    """Apply one choice and show the list from its beginning."""
    state = services.products.lists.get(press.token)
    if state is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    chosen = await _narrowed(services, context, state, press.by, press.value)
    if chosen is None:
        await context.toast(choice_gone(context.texts), alert=True)
        return
    shown = await context.typing(find(services, context, chosen, 0))
    await context.change(services.result_list(shown, context.texts))


async def _show(context: UpdateContext, shown: Reply | None) -> None:
    if shown is None:
        await context.toast(nothing_to_choose(context.texts), alert=True)
    else:
        await context.change(shown)


async def _narrowed(
    services: SearchServices, context: UpdateContext, state: ListState, by: str, value: str
) -> ListState | None:
    """The state after the choice; what its mark stands for is asked for where the state itself cannot tell."""
    if by == "t":
        return without_piece(state, value)
    asks = bool(value) and by in FROM_VALUES
    choices = await values_of(state, by, _counting(services, context)) if asks else Choices(SearchPage())
    return narrowed(state, by, value, choices)


def _counting(services: SearchServices, context: UpdateContext) -> Look:
    return lambda state: look(services, context, state, 0, size=0)
