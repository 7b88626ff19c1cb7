"""Product cards: from a list, from a link, and what is like them."""

import asyncio
from dataclasses import dataclass

from bot.core.request_log import similar_record, view_record
from bot.core.update_context import UpdateContext
from bot.features.recommendations.similar_replies import similar_list
from bot.features.search.replies import result_list
from bot.features.search.result_pages import find
from bot.products.card import no_longer_sold, product_card, stopped_words
from bot.roles import Role
from bot.services import Services
from bot.ui.callback_data import BackToList, OpenPick, OpenProduct, ShowSimilar
from bot.ui.callback_ids import product_mark
from bot.ui.notices import old_button
from bot.ui.reply import Reply
from bot.ui.text import clean
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.chat_state import ListState
from pipeline.contracts.messages import Product

SIMILAR = 5
NAME_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """A product as it is offered now; one that left the catalogue has only its id."""

    product_id: str
    product: Product | None
    banned: bool

    @property
    def on_sale(self) -> bool:
        """In the catalogue, and stopped by no rule."""
        return self.product is not None and not self.banned

    @property
    def name(self) -> str:
        """The product's name, if it is known."""
        return self.product.name if self.product is not None else ""


async def look_up(services: Services, product_id: str) -> Offer:
    """The offer, judged by the rules of this moment."""
    product = await services.catalog.product(product_id)
    banned = services.visibility.names(product_id) if product is None else not services.visibility.allows(product)
    return Offer(product_id, product, banned)


async def open_product(services: Services, context: UpdateContext, press: OpenProduct) -> None:
    """The card of a product from a list, as a new message; the list stays above it."""
    product_id = services.lists.product_id(press.product)
    if product_id is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    offer = await context.typing(look_up(services, product_id))
    source = "search" if press.token else "similar"
    services.records.request(
        view_record(services, context, product_id, shown=offer.on_sale, source=source, position=press.position)
    )
    if offer.product is not None and offer.on_sale:
        await context.say(await card(services, context, offer.product, press.token, press.page))
        return
    await context.toast(stopped_words(context.texts, banned=offer.banned), alert=True)
    await _refresh(services, context, press)


async def open_pick(services: Services, context: UpdateContext, press: OpenPick) -> None:
    """The card of a recommended product."""
    product_id = services.lists.product_id(press.product)
    if product_id is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    offer = await context.typing(look_up(services, product_id))
    services.records.request(
        view_record(services, context, product_id, shown=offer.on_sale, source="recommend", position=press.position)
    )
    if offer.product is None or offer.banned:
        await context.toast(stopped_words(context.texts, banned=offer.banned), alert=True)
        return
    await context.say(await card(services, context, offer.product))


async def open_link(services: Services, context: UpdateContext, product_id: str) -> None:
    """The card that a link leads to."""
    offer = await context.typing(look_up(services, product_id))
    services.records.request(
        view_record(services, context, product_id, shown=offer.on_sale, source="link", position=None)
    )
    if offer.product is None or offer.banned:
        await context.say(no_longer_sold(product_id, offer.name, context.texts, banned=offer.banned))
        return
    await context.say(await card(services, context, offer.product))


async def show_similar(services: Services, context: UpdateContext, press: ShowSimilar) -> None:
    """Products like the card's. When that product is no longer sold, its card says so from now on."""
    product_id = services.lists.product_id(press.product)
    if product_id is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    offer = await context.typing(look_up(services, product_id))
    name = offer.name or context.first_line
    if not offer.on_sale:
        await _strike(context, offer, name)
    if offer.product is not None:
        products = await context.typing(services.recommender.similar(offer.product, SIMILAR))
    else:
        products = await context.typing(_like_name(services, context, name))
    services.records.request(similar_record(services, context, product_id, products))
    await keep_long_ids(services, products)
    await context.say(similar_list(name, products, context.texts))


async def back_to_list(services: Services, context: UpdateContext, press: BackToList) -> None:
    """The list again, as the last message of the chat. A second press of the same button does nothing more."""
    state = services.lists.get(press.token)
    product_id = services.lists.product_id(press.product)
    if state is None or product_id is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    offer, shown = await context.typing(
        asyncio.gather(look_up(services, product_id), find(services, context, state, press.page))
    )
    reply = result_list(shown, context.texts)
    if not offer.on_sale:
        await _strike(context, offer, context.first_line)
        await context.say(reply)
    elif context.shows_photo:
        # A picture cannot become a text: the card goes, and the list comes after it.
        if await context.remove():
            await context.say(reply)
    else:
        await context.change(reply)


async def _refresh(services: Services, context: UpdateContext, press: OpenProduct) -> None:
    state = services.lists.get(press.token) if press.token else None
    if state is not None:
        await context.change(result_list(await find(services, context, state, press.page), context.texts))


async def _strike(context: UpdateContext, offer: Offer, name: str) -> None:
    await context.toast(stopped_words(context.texts, banned=offer.banned), alert=True)
    await context.change(no_longer_sold(offer.product_id, name, context.texts, banned=offer.banned))


async def _like_name(services: Services, context: UpdateContext, name: str) -> tuple[Product, ...]:
    query = clean(name, NAME_LIMIT)
    if not query:
        return ()
    request = SearchRequest(text=query, language=context.texts.language, size=SIMILAR)
    return (await services.catalog.search(services.visibility.narrowed(request), services.visibility.allows)).products


async def keep_long_ids(services: Services, products: tuple[Product, ...]) -> None:
    """Make sure that buttons can name these products, also after a restart."""
    ids = [product.product_id for product in products if product_mark(product.product_id).startswith("=")]
    await services.lists.keep(ListState(product_id=product_id) for product_id in ids)


async def card(services: Services, context: UpdateContext, product: Product, token: str = "", page: int = 0) -> Reply:
    """The card, with what its buttons need kept."""
    await keep_long_ids(services, (product,))
    return product_card(product, context.texts, token=token, page=page, ban=context.role >= Role.ADMIN)
