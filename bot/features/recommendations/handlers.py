"""/recommend, what the person thinks of what came, what is hidden, and from a card to what is like it."""

from dataclasses import replace
from time import perf_counter

from bot.core.update_context import UpdateContext
from bot.features.recommendations.buttons import ChangeHidden, OpenPick, OtherPicks, RateProduct, ShowHidden
from bot.features.recommendations.recommender import RecommendedItem, Similar
from bot.features.recommendations.records import log_feedback, log_recommended, log_similar
from bot.features.recommendations.replies import (
    FEEDBACK,
    feedback_words,
    hidden_button,
    hidden_list,
    rating_row,
    recommendations,
    similar_list,
)
from bot.features.recommendations.services import RecommendationServices
from bot.products.buttons import BackToList, ShowSimilar
from bot.products.card import stopped_words
from bot.products.offers import strike
from bot.products.records import log_view
from bot.ui.notices import old_button
from bot.ui.reply import Reply
from bot.ui.text import clean
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Product, RequestKind

SIMILAR = 5
NAME_LIMIT = 200
# Beyond so many lists of others the first comes again: nobody turns further, and each costs more than the one before.
PAGES = 6


async def recommend(services: RecommendationServices, context: UpdateContext, _: str) -> None:
    """Five products, under the reasons for them."""
    await context.say(await _picks(services, context, 0))


async def other_picks(services: RecommendationServices, context: UpdateContext, press: OtherPicks) -> None:
    """Other products in the same message; after the last ones the first again."""
    await context.change(await _picks(services, context, press.page % PAGES))


async def open_pick(services: RecommendationServices, context: UpdateContext, press: OpenPick) -> None:
    """The card of a recommended product, with what the person thinks of it."""
    offer_id = services.products.lists.offer_id(press.product)
    if offer_id is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    offer = await context.typing(services.products.offer(offer_id))
    log_view(services.request_log, context, offer_id, shown=offer.on_sale, source="recommend", position=press.position)
    if offer.product is None or offer.banned:
        await context.toast(stopped_words(context.texts, banned=offer.banned), alert=True)
        return
    await context.say(await _card(services, context, offer.product, press.position))


async def rate_product(services: RecommendationServices, context: UpdateContext, press: RateProduct) -> None:
    """Take the feedback; the card's buttons then show it. Hiding is taken back where it was asked for."""
    offer_id = services.products.lists.offer_id(press.product)
    if offer_id is None or press.feedback not in FEEDBACK:
        await context.toast(old_button(context.texts), alert=True)
        return
    kind = RequestKind(press.feedback)
    log_feedback(services.request_log, context, offer_id, kind, position=press.position)
    await context.toast(feedback_words(kind, context.texts))
    offer = await services.products.offer(offer_id)
    if offer.product is None or offer.banned:
        await strike(context, offer, context.first_line)
        return
    await context.change(await _card(services, context, offer.product, press.position))


async def show_hidden(services: RecommendationServices, context: UpdateContext, press: ShowHidden) -> None:
    """What the person does not want to be recommended, in place of the recommendations."""
    ids = services.preferences.of(context.pseudonym).hidden[::-1]
    known = await context.typing(services.products.catalog.products(ids)) if ids else {}
    products = [known[name] for name in ids if name in known and services.products.visibility.allows(known[name])]
    await services.products.lists.keep_long_ids(products)
    await context.change(hidden_list(products, press.page, context.texts))


async def change_hidden(services: RecommendationServices, context: UpdateContext, press: ChangeHidden) -> None:
    """Bring a hidden product back, or hide it after all; its button shows the other way, and nothing else moves."""
    offer_id = services.products.lists.offer_id(press.product)
    if offer_id is None or press.feedback not in {"hide", "unhide"}:
        await context.toast(old_button(context.texts), alert=True)
        return
    kind = RequestKind(press.feedback)
    log_feedback(services.request_log, context, offer_id, kind, position=None)
    await context.toast(feedback_words(kind, context.texts))
    product = await services.products.catalog.product(offer_id)
    if product is not None:
        await context.relabel(hidden_button(product, context.texts, hidden=kind is RequestKind.HIDE))


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
        found = await context.typing(services.recommender.similar(offer.product, SIMILAR))
    else:
        found = Similar(await context.typing(_like_name(services, context, name)))
    log_similar(services.request_log, context, offer_id, found.all)
    await services.products.lists.keep_long_ids(found.all)
    await context.say(similar_list(name, found, context.texts, await services.products.lines(found.all)))


async def _picks(services: RecommendationServices, context: UpdateContext, page: int) -> Reply:
    begun = perf_counter()
    items, page = await context.typing(_items(services, context, page))
    await services.products.lists.keep_long_ids(item.product for item in items)
    log_recommended(services.request_log, context, items, (perf_counter() - begun) * 1000)
    return recommendations(items, page, context.texts, await services.products.lines(item.product for item in items))


async def _items(
    services: RecommendationServices, context: UpdateContext, page: int
) -> tuple[tuple[RecommendedItem, ...], int]:
    items = await services.recommender.items(context.pseudonym, page=page)
    if items or not page:
        return items, page
    return await services.recommender.items(context.pseudonym), 0


async def _card(services: RecommendationServices, context: UpdateContext, product: Product, position: int) -> Reply:
    card = await services.products.card(context, product)
    known = services.preferences.of(context.pseudonym)
    rating = rating_row(product.offer_id, position, known, context.texts)
    # Above the way back, which stands last of what is everybody's.
    back = (number for number, row in enumerate(card.buttons) if any(isinstance(one.press, BackToList) for one in row))
    at = next(back, len(card.buttons))
    return replace(card, buttons=(*card.buttons[:at], rating, *card.buttons[at:]))


async def _like_name(services: RecommendationServices, context: UpdateContext, name: str) -> tuple[Product, ...]:
    query = clean(name, NAME_LIMIT)
    if not query:
        return ()
    request = SearchRequest(text=query, language=context.texts.language, size=SIMILAR)
    return (await services.products.search(request)).shown
