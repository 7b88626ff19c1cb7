"""Product cards: from a list, from a link, and the way back."""

import asyncio

from bot.core.update_context import UpdateContext
from bot.features.search.result_pages import find
from bot.features.search.services import SearchServices
from bot.products.buttons import BackToList, OpenProduct, OpenVariant
from bot.products.card import no_longer_sold, stopped_words, which_offer
from bot.products.offer_ids import offer_of_payload
from bot.products.offers import strike
from bot.products.records import log_view
from bot.ui.notices import old_button
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
    """The list again, as the last message of the chat. A second press of the same button does nothing more."""
    state = services.products.lists.get(press.token)
    offer_id = services.products.lists.offer_id(press.product)
    if state is None or offer_id is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    offer, shown = await context.typing(
        asyncio.gather(services.products.offer(offer_id), find(services, context, state, press.page))
    )
    reply = services.result_list(shown, context.texts)
    if not offer.on_sale:
        await strike(context, offer, context.first_line)
        await context.say(reply)
    elif context.shows_photo:
        # A picture cannot become a text: the card goes, and the list comes after it.
        if await context.remove():
            await context.say(reply)
    else:
        await context.change(reply)


async def _refresh(services: SearchServices, context: UpdateContext, press: OpenProduct) -> None:
    state = services.products.lists.get(press.token) if press.token else None
    if state is not None:
        await context.change(services.result_list(await find(services, context, state, press.page), context.texts))
