"""/recommend, what the person thinks of what came, and from a card to what is like it."""

from time import perf_counter

from bot.core.update_context import UpdateContext
from bot.features.recommendations.buttons import Judge, OpenPick
from bot.features.recommendations.recommender import RecommendedItem
from bot.features.recommendations.records import log_feedback, log_recommended, log_similar
from bot.features.recommendations.replies import FEEDBACK, feedback_words, recommendations, similar_list
from bot.features.recommendations.services import RecommendationServices
from bot.products.buttons import ShowSimilar
from bot.products.card import stopped_words
from bot.products.offers import strike
from bot.products.records import log_view
from bot.ui.notices import old_button
from bot.ui.text import clean
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Product, RequestKind

SIMILAR = 5
NAME_LIMIT = 200


async def recommend(services: RecommendationServices, context: UpdateContext, _: str) -> None:
    """Five products with a reason each."""
    begun = perf_counter()
    items = await context.typing(_items(services, context))
    log_recommended(services.request_log, context, items, (perf_counter() - begun) * 1000)
    await context.say(recommendations(items, context.texts))


async def judge(services: RecommendationServices, context: UpdateContext, press: Judge) -> None:
    """Take the feedback. What is not wanted makes room for something else in the same message."""
    offer_id = services.products.lists.offer_id(press.product)
    if offer_id is None or press.feedback not in FEEDBACK:
        await context.toast(old_button(context.texts), alert=True)
        return
    kind = RequestKind(press.feedback)
    log_feedback(services.request_log, context, offer_id, kind, position=press.position)
    await context.toast(feedback_words(kind, context.texts))
    if kind is not RequestKind.LIKE:
        await context.change(recommendations(await _items(services, context), context.texts))


async def open_pick(services: RecommendationServices, context: UpdateContext, press: OpenPick) -> None:
    """The card of a recommended product."""
    offer_id = services.products.lists.offer_id(press.product)
    if offer_id is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    offer = await context.typing(services.products.offer(offer_id))
    log_view(services.request_log, context, offer_id, shown=offer.on_sale, source="recommend", position=press.position)
    if offer.product is None or offer.banned:
        await context.toast(stopped_words(context.texts, banned=offer.banned), alert=True)
        return
    await context.say(await services.products.card(context, offer.product))


async def show_similar(services: RecommendationServices, context: UpdateContext, press: ShowSimilar) -> None:
    """Products like the card's. When that product is no longer sold, its card says so from now on."""
    offer_id = services.products.lists.offer_id(press.product)
    if offer_id is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    offer = await context.typing(services.products.offer(offer_id))
    name = offer.name or context.first_line
    if not offer.on_sale:
        await strike(context, offer, name)
    if offer.product is not None:
        products = await context.typing(services.recommender.similar(offer.product, SIMILAR))
    else:
        products = await context.typing(_like_name(services, context, name))
    log_similar(services.request_log, context, offer_id, products)
    await services.products.lists.keep_long_ids(products)
    await context.say(similar_list(name, products, context.texts))


async def _items(services: RecommendationServices, context: UpdateContext) -> tuple[RecommendedItem, ...]:
    items = await services.recommender.items(context.pseudonym)
    await services.products.lists.keep_long_ids(item.product for item in items)
    return items


async def _like_name(services: RecommendationServices, context: UpdateContext, name: str) -> tuple[Product, ...]:
    query = clean(name, NAME_LIMIT)
    if not query:
        return ()
    request = SearchRequest(text=query, language=context.texts.language, size=SIMILAR)
    return (await services.products.search(request)).products
