"""Product cards: from a list, from a link, and what is like them."""

import asyncio
from dataclasses import dataclass

from bot.handlers.listing import find
from bot.handlers.record import similar_record, view_record
from bot.replies.callback import BackToList, OpenPick, OpenProduct, ShowSimilar
from bot.replies.marks import product_mark
from bot.replies.notices import old_button
from bot.replies.product import no_longer_sold, product_card, stopped_words
from bot.replies.reply import Reply
from bot.replies.results import result_list
from bot.replies.similar import similar_list
from bot.replies.text import clean
from bot.roles import Role
from bot.services import Services
from bot.turn import Turn
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
    banned = services.gate.names(product_id) if product is None else not services.gate.allows(product)
    return Offer(product_id, product, banned)


async def open_product(services: Services, turn: Turn, press: OpenProduct) -> None:
    """The card of a product from a list, as a new message; the list stays above it."""
    product_id = services.lists.product_id(press.product)
    if product_id is None:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    offer = await turn.typing(look_up(services, product_id))
    source = "search" if press.token else "similar"
    services.records.request(
        view_record(services, turn, product_id, shown=offer.on_sale, source=source, position=press.position)
    )
    if offer.product is not None and offer.on_sale:
        await turn.say(await card(services, turn, offer.product, press.token, press.page))
        return
    await turn.toast(stopped_words(turn.texts, banned=offer.banned), alert=True)
    await _refresh(services, turn, press)


async def open_pick(services: Services, turn: Turn, press: OpenPick) -> None:
    """The card of a recommended product."""
    product_id = services.lists.product_id(press.product)
    if product_id is None:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    offer = await turn.typing(look_up(services, product_id))
    services.records.request(
        view_record(services, turn, product_id, shown=offer.on_sale, source="recommend", position=press.position)
    )
    if offer.product is None or offer.banned:
        await turn.toast(stopped_words(turn.texts, banned=offer.banned), alert=True)
        return
    await turn.say(await card(services, turn, offer.product))


async def open_link(services: Services, turn: Turn, product_id: str) -> None:
    """The card that a link leads to."""
    offer = await turn.typing(look_up(services, product_id))
    services.records.request(view_record(services, turn, product_id, shown=offer.on_sale, source="link", position=None))
    if offer.product is None or offer.banned:
        await turn.say(no_longer_sold(product_id, offer.name, turn.texts, banned=offer.banned))
        return
    await turn.say(await card(services, turn, offer.product))


async def show_similar(services: Services, turn: Turn, press: ShowSimilar) -> None:
    """Products like the card's. When that product is no longer sold, its card says so from now on."""
    product_id = services.lists.product_id(press.product)
    if product_id is None:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    offer = await turn.typing(look_up(services, product_id))
    name = offer.name or turn.first_line
    if not offer.on_sale:
        await _strike(turn, offer, name)
    if offer.product is not None:
        products = await turn.typing(services.recommender.similar(offer.product, SIMILAR))
    else:
        products = await turn.typing(_like_name(services, turn, name))
    services.records.request(similar_record(services, turn, product_id, products))
    await keep_long_ids(services, products)
    await turn.say(similar_list(name, products, turn.texts))


async def back_to_list(services: Services, turn: Turn, press: BackToList) -> None:
    """The list again, as the last message of the chat. A second press of the same button does nothing more."""
    state = services.lists.get(press.token)
    product_id = services.lists.product_id(press.product)
    if state is None or product_id is None:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    offer, shown = await turn.typing(
        asyncio.gather(look_up(services, product_id), find(services, turn, state, press.page))
    )
    reply = result_list(shown, turn.texts)
    if not offer.on_sale:
        await _strike(turn, offer, turn.first_line)
        await turn.say(reply)
    elif turn.shows_photo:
        # A picture cannot become a text: the card goes, and the list comes after it.
        if await turn.remove():
            await turn.say(reply)
    else:
        await turn.change(reply)


async def _refresh(services: Services, turn: Turn, press: OpenProduct) -> None:
    state = services.lists.get(press.token) if press.token else None
    if state is not None:
        await turn.change(result_list(await find(services, turn, state, press.page), turn.texts))


async def _strike(turn: Turn, offer: Offer, name: str) -> None:
    await turn.toast(stopped_words(turn.texts, banned=offer.banned), alert=True)
    await turn.change(no_longer_sold(offer.product_id, name, turn.texts, banned=offer.banned))


async def _like_name(services: Services, turn: Turn, name: str) -> tuple[Product, ...]:
    query = clean(name, NAME_LIMIT)
    if not query:
        return ()
    request = SearchRequest(text=query, language=turn.texts.language, size=SIMILAR)
    return (await services.catalog.search(services.gate.narrowed(request), services.gate.allows)).products


async def keep_long_ids(services: Services, products: tuple[Product, ...]) -> None:
    """Make sure that buttons can name these products, also after a restart."""
    ids = [product.product_id for product in products if product_mark(product.product_id).startswith("=")]
    await services.lists.keep(ListState(product_id=product_id) for product_id in ids)


async def card(services: Services, turn: Turn, product: Product, token: str = "", page: int = 0) -> Reply:
    """The card, with what its buttons need kept."""
    await keep_long_ids(services, (product,))
    return product_card(product, turn.texts, token=token, page=page, ban=turn.role >= Role.ADMIN)
