"""Searching for a list, and keeping what its buttons need."""

import asyncio
from time import perf_counter

from bot.core.update_context import UpdateContext
from bot.features.search.records import log_list
from bot.features.search.replies import ResultList, states_behind
from bot.features.search.services import SearchServices
from bot.products.list_state import ListState
from ops import metrics
from pipeline.catalog.page import SearchPage
from pipeline.catalog.query import QueryContext, understand
from pipeline.catalog.request import LAST_HIT, Language, SearchRequest


async def find(services: SearchServices, context: UpdateContext, state: ListState, number: int) -> ResultList:
    """The page of the list, recorded as a request of this person; its buttons will survive a restart.

    A page beyond the end (products have gone since) becomes the last one. Raises what the catalogue raises.
    """
    begun = perf_counter()
    # The state is kept while the search is under way: neither waits for the other.
    page, _ = await asyncio.gather(look(services, context, state, number), services.products.lists.keep((state,)))
    shown = ResultList(state, page, number, services.page_size, context.pseudonym)
    if not page.shown and page.shown_total and number:
        last = shown.pages - 1
        page = await look(services, context, state, last)
        shown = ResultList(state, page, last, services.page_size, context.pseudonym)
    await services.products.lists.keep(states_behind(shown))
    seconds = perf_counter() - begun
    metrics.SEARCH_SECONDS.labels("chat").observe(seconds)
    metrics.SEARCHES.labels("chat", shown.page.kind).inc()
    log_list(services.request_log, context, shown, seconds * 1000)
    return shown


def asked_for(query: str, context: QueryContext) -> ListState:
    """What a typed text asks for: its words; and, as filters that can be taken away, price, shop and order."""
    asked = understand(query, context)
    return ListState(
        text=asked.text,
        shops=asked.shops,
        price_min=asked.low,
        price_max=asked.high,
        sort=asked.sort,
        currency=asked.other.code if asked.other else "",
        rate=(asked.other.rate or 0.0) if asked.other else 0.0,
    )


def request_of(state: ListState, language: Language, offset: int, size: int) -> SearchRequest:
    """So many lines of the list from `offset` on, as the catalogue is asked for them."""
    return SearchRequest(
        text=state.text,
        language=language,
        category=state.category,
        brands=state.brands,
        shops=state.shops,
        price_min=state.price_min,
        price_max=state.price_max,
        in_stock=state.in_stock,
        cheaper=state.cheaper,
        sort=state.sort,
        offset=min(offset, LAST_HIT),
        size=size,
    )


async def look(
    services: SearchServices, context: UpdateContext, state: ListState, number: int, size: int | None = None
) -> SearchPage:
    """The page alone, neither kept nor recorded; of `size` 0, what there is to count."""
    size = services.page_size if size is None else size
    return await services.products.search(request_of(state, context.texts.language, number * size, size))
