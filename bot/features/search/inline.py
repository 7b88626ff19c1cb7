"""Inline mode: @bot text in any chat."""

from collections.abc import Sequence
from time import perf_counter

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
)
from telegram.constants import ParseMode

from bot.core.update_context import UpdateContext
from bot.features.search.inline_replies import InlineResult, inline_result
from bot.features.search.records import log_page
from bot.features.search.result_pages import asked_for
from bot.features.search.services import SearchServices
from bot.telegram.keyboard import NO_PREVIEW
from bot.telegram.rate_limiter import AT_ONCE
from bot.ui.text import clean
from ops import metrics
from pipeline.catalog.page import SearchPage
from pipeline.catalog.request import LAST_HIT, SearchRequest

SIZE = 20
TEXT_LIMIT = 256
# Telegram may show a cached answer to others without asking us. A ban must show at once, so it may keep one for no
# longer than a person needs to type on; the cache that saves work is ours, and the rules are applied behind it.
TELEGRAM_CACHE_S = 1


async def answer_inline(
    services: SearchServices, context: UpdateContext, query_id: str, text: str, offset: str
) -> None:
    """Answer an inline query; `offset` is what we gave Telegram as the next one."""
    begun = perf_counter()
    first = min(int(offset), LAST_HIT) if offset.isdecimal() and len(offset) < 6 else 0
    query = clean(text, 4 * TEXT_LIMIT)[:TEXT_LIMIT]
    page = await _page(services, context, query, first)
    allows = services.products.visibility.allows
    allowed = page.model_copy(
        update={"products": tuple(filter(allows, page.products)), "near": tuple(filter(allows, page.near))}
    )
    results = [
        inline_result(product, context.bot_name, context.texts, page.lines.get(product.offer_id))
        for product in allowed.shown
    ]
    await services.products.lists.keep_linked(allowed.shown)
    following = first + SIZE
    more = bool(page.shown) and following < min(page.shown_total, LAST_HIT)

    async def give(shown: Sequence[InlineResult]) -> None:
        await context.bot.answer_inline_query(
            query_id,
            [_article(result) for result in shown],
            cache_time=TELEGRAM_CACHE_S,
            is_personal=True,
            next_offset=str(following) if more else "",
            rate_limit_args=AT_ONCE,
        )

    await services.thumbnails.give(results, give)
    context.answered = True
    seconds = perf_counter() - begun
    metrics.SEARCH_SECONDS.labels("inline").observe(seconds)
    metrics.SEARCHES.labels("inline", page.kind).inc()
    log_page(services.request_log, context, asked_for(query), allowed, offset=first, latency_ms=seconds * 1000)


async def _page(services: SearchServices, context: UpdateContext, query: str, first: int) -> SearchPage:
    key = (context.texts.language, query.casefold(), first)
    moving = services.products.visibility.moving()
    page = None if moving else services.inline_cache.get(key)
    if page is None:
        state = asked_for(query)
        request = SearchRequest(
            text=state.text,
            language=context.texts.language,
            price_min=state.price_min,
            price_max=state.price_max,
            sort=state.sort,
            offset=first,
            size=SIZE,
        )
        page = await services.products.search(request)
        if not moving:
            services.inline_cache.put(key, page)
    return page


def _article(result: InlineResult) -> InlineQueryResultArticle:
    link = [[InlineKeyboardButton(result.link_label, url=result.link)]] if result.link else None
    return InlineQueryResultArticle(
        result.id,
        result.title,
        InputTextMessageContent(result.text, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW),
        reply_markup=InlineKeyboardMarkup(link) if link else None,
        description=result.description,
        thumbnail_url=result.thumbnail,
    )
