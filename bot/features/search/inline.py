"""Inline mode: @bot text in any chat."""

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.core.update_context import UpdateContext
from bot.features.search.inline_replies import START, InlineResult, inline_result, nothing_label, window
from bot.features.search.records import log_page
from bot.features.search.result_pages import asked_for, request_of
from bot.features.search.services import SearchServices
from bot.telegram.keyboard import NO_PREVIEW, is_link_fault, keyboard
from bot.telegram.rate_limiter import AT_ONCE
from bot.ui.text import clean
from ops import metrics
from ops.logs import get_logger
from pipeline.catalog.page import SearchPage
from pipeline.catalog.request import LAST_HIT, SearchRequest
from pipeline.contracts.messages import OFFER_DIVIDER

log = get_logger(__name__)
SIZE = 20
# So many of the newest are looked at for what is shown before anything is written.
NEWEST = 100
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
    button = InlineQueryResultsButton(nothing_label(context.texts), start_parameter=START)

    async def give(shown: Sequence[InlineResult]) -> None:
        try:
            await answer(shown)
        except BadRequest as error:
            if not is_link_fault(error):
                raise
            # It does not say which shop's page it is: all results keep the way into the bot alone.
            log.info("inline_answer_without_shops", error=str(error))
            await answer([replace(result, buttons=result.buttons[-1:]) for result in shown])

    async def answer(shown: Sequence[InlineResult]) -> None:
        await context.bot.answer_inline_query(
            query_id,
            [_result(context, result) for result in shown],
            cache_time=TELEGRAM_CACHE_S,
            is_personal=True,
            next_offset=str(following) if more else "",
            button=None if shown or first else button,
            rate_limit_args=AT_ONCE,
        )

    await services.thumbnails.give(results, give)
    context.answered = True
    seconds = perf_counter() - begun
    metrics.SEARCH_SECONDS.labels("inline").observe(seconds)
    metrics.SEARCHES.labels("inline", page.kind).inc()
    asked = asked_for(query, services.products.query_context)
    log_page(services.request_log, context, asked, allowed, offset=first, latency_ms=seconds * 1000)


async def _page(services: SearchServices, context: UpdateContext, query: str, first: int) -> SearchPage:
    key = (context.texts.language, query.casefold(), first)
    moving = services.products.visibility.moving()
    page = None if moving else services.inline_cache.get(key)
    if page is None:
        page = await (_search(services, context, query, first) if query else _window(services, context))
        if not moving:
            services.inline_cache.put(key, page)
    return page


async def _window(services: SearchServices, context: UpdateContext) -> SearchPage:
    """One page of what is new, as many kinds of things as there are."""
    language = context.texts.language
    request = SearchRequest(text="", language=language, in_stock=True, sort="newest", size=NEWEST)
    page = await services.products.search(request)
    shown = window(page.products, language, SIZE)
    return page.model_copy(update={"products": shown, "total": len(shown)})


async def _search(services: SearchServices, context: UpdateContext, query: str, first: int) -> SearchPage:
    if OFFER_DIVIDER in query and not first:
        # "Share" on a card writes the offer's id: then it is that offer, and not what sounds like it.
        offer = await services.products.offer(query)
        if offer.product is not None:
            return SearchPage(products=(offer.product,), total=1, kind="found")
    asked = asked_for(query, services.products.query_context)
    return await services.products.search(request_of(asked, context.texts.language, first, SIZE))


def _result(context: UpdateContext, result: InlineResult) -> InlineQueryResultArticle | InlineQueryResultCachedPhoto:
    """With its picture: one on the web is shown by Telegram above the text, one that we drew by its number in Telegram,
    once somebody has seen its card."""
    buttons = keyboard(result.buttons)
    known = context.pictures.known(result.picture) if result.picture and not result.thumbnail else None
    if known is not None:
        return InlineQueryResultCachedPhoto(
            result.id,
            known,
            title=result.title,
            description=result.description,
            caption=result.text,
            parse_mode=ParseMode.HTML,
            reply_markup=buttons,
        )
    preview = NO_PREVIEW
    if result.thumbnail:
        preview = LinkPreviewOptions(url=result.thumbnail, prefer_large_media=True, show_above_text=True)
    return InlineQueryResultArticle(
        result.id,
        result.title,
        InputTextMessageContent(result.text, parse_mode=ParseMode.HTML, link_preview_options=preview),
        reply_markup=buttons,
        description=result.description,
        thumbnail_url=result.thumbnail,
    )
