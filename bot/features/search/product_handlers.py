"""Product cards: from a list, from a link, and the way back."""

from bot.core.update_context import UpdateContext
from bot.features.search.result_pages import find
from bot.features.search.services import SearchServices
from bot.products.buttons import BackToList, OpenProduct, OpenVariant, StartSearch
from bot.products.card import closed_card, no_longer_sold, stopped_words, which_offer
from bot.products.offer_ids import offer_of_payload
from bot.products.records import log_view
from bot.ui.notices import empty_search, old_button
from pipeline.contracts.messages import OFFER_DIVIDER


async def open_product(services: SearchServices, context: UpdateContext, press: OpenProduct) -> None:
    """The card of a product from a list, as a new message; the list stays above it."""
    offer_id = services.products.lists.offer_id(press.product)
    if offer_id is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    offer = await context.typing(services.products.offer(offer_id))
    source = "search" if press.token else "similar"
    log_view(services.request_log, context, offer_id, shown=offer.on_sale, source=source, position=press.position)
    if offer.product is not None and offer.on_sale:
        await context.say(await services.products.card(context, offer.product, press.token, press.page))
        return
    await context.toast(stopped_words(context.texts, banned=offer.banned), alert=True)
    await _refresh(services, context, press)


async def open_variant(services: SearchServices, context: UpdateContext, press: OpenVariant) -> None:
    """Another offer of the same model in place of the card."""
    offer_id = services.products.lists.offer_id(press.product)
    if offer_id is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    offer = await context.typing(services.products.offer(offer_id))
    log_view(services.request_log, context, offer_id, shown=offer.on_sale, source="variant", position=None)
    if offer.product is None or offer.banned:
        await context.toast(stopped_words(context.texts, banned=offer.banned), alert=True)
        return
    card = await services.products.card(context, offer.product, press.token, press.page)
    if context.shows_photo or card.photo:
        # Neither a picture nor a text can become the other: the card goes, and the other one comes.
        await context.remove()
        await context.say(card)
    else:
        await context.change(card)


async def open_link(services: SearchServices, context: UpdateContext, payload: str) -> bool:
    """The card that a link leads to; False for a link that is not one to a product."""
    named = offer_of_payload(payload)
    offer_id = services.products.lists.offer_id(named) if named is not None else None
    if offer_id is None:
        return False
    if OFFER_DIVIDER not in offer_id:
        offers = await context.typing(services.products.named(offer_id))
        if len(offers) > 1:
            await services.products.lists.keep_long_ids(offers)
            await context.say(which_offer(offers, context.texts))
            return True
        offer_id = offers[0].offer_id if offers else offer_id
    offer = await context.typing(services.products.offer(offer_id))
    log_view(services.request_log, context, offer_id, shown=offer.on_sale, source="link", position=None)
    if offer.product is None or offer.banned:
        await context.say(no_longer_sold(offer_id, offer.name, context.texts, banned=offer.banned))
    else:
        await context.say(await services.products.card(context, offer.product))
    return True


async def back_to_list(services: SearchServices, context: UpdateContext, press: BackToList) -> None:
    """Take the card away: what it was opened from stands above it, whatever that is.

    A picture cannot become a text, so that list and card are two messages; only the card is deleted. One that is too
    old for that is made small, and the list said again below it.
    """
    if await context.remove():
        return
    offer_id = services.products.lists.offer_id(press.product)
    if offer_id is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    state = services.products.lists.get(press.token) if press.token else None
    if context.pressed_id is not None:
        await context.change(closed_card(offer_id, context.first_line, context.texts))
    if state is not None:
        shown = await context.typing(find(services, context, state, press.page))
        await context.say(services.result_list(shown, context.texts))


async def start_search(services: SearchServices, context: UpdateContext, press: StartSearch) -> None:
    """Ask what the person is looking for."""
    await context.say(empty_search(context.texts))


async def _refresh(services: SearchServices, context: UpdateContext, press: OpenProduct) -> None:
    state = services.products.lists.get(press.token) if press.token else None
    if state is not None:
        await context.change(services.result_list(await find(services, context, state, press.page), context.texts))
